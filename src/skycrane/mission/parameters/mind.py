"""The mind as data: navigation, guidance, control, triggers. Equations are in gnc/."""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, section, table


@dataclass(frozen=True)
class NavigationParameters:
    """Inertial navigation with gated updates (gnc/navigation/)."""

    model: str = choice("kind", "inertial", default="inertial")
    height_sigma: float = quantity(
        "m",
        "assumed height uncertainty over terrain before the radar",
        default=1000.0,
        above=0,
        source="assumed: terrain and drift of the height before the radar, 0.5 to 2 km",
    )
    position_sigma: float = quantity(
        "m",
        "assumed horizontal uncertainty before the map fix",
        default=1500.0,
        above=0,
        source="assumed: cruise solution carried through entry, 1 to 3 km",
    )
    velocity_sigma: float = quantity(
        "m/s",
        "assumed velocity uncertainty before the radar",
        default=2.0,
        above=0,
        source="assumed: cruise solution carried through entry, 1 to 3 m/s",
    )
    acceleration_noise: float = quantity(
        "m/s^2",
        "assumed acceleration error, white over one second",
        default=0.02,
        above=0,
        source="assumed: inertial unit and gravity model together, 0.01 to 0.05 m/s2",
    )
    gate: float = quantity(
        "1",
        "a measurement further off than this many sigma is refused",
        default=5.0,
        above=0,
        source="design: refuses wild values, keeps all but one in two million good ones",
    )
    ground_slope_sigma: float = quantity(
        "1",
        "slope of the ground that the weights of leaning beams allow for",
        default=0.05,
        above=0,
        source="assumed: three degrees, as rolling ground has",
    )
    ground_walk: float = quantity(
        "m",
        "variance of the ground's height gained for each metre flown across it",
        default=0.1,
        at_least=0,
        source="assumed: 10 m over a kilometre, as rolling ground has",
    )


@dataclass(frozen=True)
class BallisticEntryParameters:
    """No entry guidance: the bank angle stays as commanded at entry."""

    bank: float = quantity("deg", "bank angle commanded throughout", default=0.0, at_least=-180, at_most=180)


@dataclass(frozen=True)
class DeadbandEntryParameters:
    """One bank angle whose sign follows a cross-range deadband; range is not controlled (gnc/guidance/deadband_entry.py)."""

    bank: float = quantity("deg", "size of the bank angle", above=0, below=180)
    start_drag: float = quantity(
        "m/s^2",
        "reversals start at this sensed drag",
        default=0.5,
        above=0,
        source="assumed: lift begins to steer, 0.2 to 2 m/s2",
    )
    crossrange_limit: tuple[float, ...] = table("km", "half the cross-range deadband at the speeds below", above=0)
    crossrange_limit_speed: tuple[float, ...] = table("m/s", "speeds of the cross-range limits", increasing=True)

    def check(self) -> str | None:
        """Deadband tables of one length."""
        if len(self.crossrange_limit) != len(self.crossrange_limit_speed):
            return "crossrange_limit_km and crossrange_limit_speed_m_s must be of one length"
        return None


@dataclass(frozen=True)
class ApolloEntryParameters:
    """Apollo final-phase range control with bank reversals (gnc/guidance/apollo_entry.py)."""

    start_drag: float = quantity("m/s^2", "range control starts at this sensed drag", above=0)
    reference_bank_high: float = quantity("deg", "reference bank at the high reference speed", above=0, below=180)
    reference_bank_low: float = quantity("deg", "reference bank at the low reference speed", above=0, below=180)
    reference_speed_high: float = quantity("m/s", "speed of the high reference bank", above=0)
    reference_speed_low: float = quantity("m/s", "speed of the low reference bank", above=0)
    overcontrol_gain: float = quantity("1", "overcontrol gain K", above=0)
    lift_fraction_limit: float = quantity(
        "1",
        "largest cosine of bank commanded in range control",
        default=0.97,
        above=0,
        at_most=1,
        source="assumed: some lift is kept across the path for steering, 0.95 to 1",
    )
    deadband_fraction: float = quantity(
        "1",
        "deadband over the cross-range that steering can still take out on the reference",
        default=0.25,
        above=0,
        source="assumed: leaves most of the reach for errors still to come, 0.15 to 0.4",
    )
    deadband: tuple[float, ...] = table(
        "km", "cross-range deadband at the deadband speeds, instead of the design rule", default=(), above=0
    )
    deadband_speed: tuple[float, ...] = table("m/s", "speeds of the deadband", default=(), increasing=True)
    heading_alignment_speed: float = quantity("m/s", "heading alignment below this speed", above=0)
    heading_bank_limit: float = quantity("deg", "largest bank in heading alignment", above=0, at_most=90)
    heading_gain: float = quantity("1", "commanded bank over heading error", above=0)
    update_interval: float = quantity(
        "s", "time between guidance updates", default=1.0, above=0, source="assumed: entry guidance at 1 Hz, 0.5 to 2 s"
    )
    design_mach: float = quantity("1", "Mach number at which the design trajectory opens the parachute", above=0)

    def check(self) -> str | None:
        """Deadband tables of one length, speeds in order."""
        if len(self.deadband) != len(self.deadband_speed):
            return "deadband_km and deadband_speed_m_s must be of one length"
        if self.reference_speed_low >= self.reference_speed_high:
            return "reference_speed_low_m_s must be below reference_speed_high_m_s"
        return None


@dataclass(frozen=True)
class AttitudeControlParameters:
    """Attitude control by thrusters during entry and under the canopy (gnc/control/entry_attitude.py)."""

    bank_rate_limit: float = quantity("deg/s", "largest bank rate", above=0)
    bank_acceleration_limit: float = quantity("deg/s^2", "largest bank acceleration", above=0)
    bank_bandwidth: float = quantity("1/s", "bandwidth of the bank loop", above=0)
    rate_bandwidth: float = quantity("1/s", "bandwidth of the rate loop", above=0)
    rate_deadband: float = quantity("deg/s", "rate errors below this are left alone", at_least=0)
    angle_deadband: float = quantity("deg", "bank errors below this are left alone", at_least=0)
    sideslip_gain: float = quantity(
        "1/s",
        "commanded yaw rate over sideslip",
        default=0.5,
        at_least=0,
        source="assumed: sideslip nulled in some 2 s, slower than the rate loop",
    )
    reversal: str = choice(
        "which way rolls of more than 90 degrees to the other side go", "lift_up", "short_way", default="lift_up"
    )
    hold_below: float = quantity(
        "m/s^2",
        "angle of attack is held below this sensed deceleration, above it rates are damped",
        default=1.0,
        at_least=0,
        source="assumed: from here on the air holds the angle by itself, 0.5 to 2 m/s2",
    )
    parachute_rate_deadband: float = quantity(
        "deg/s",
        "deadband under the canopy",
        default=5.0,
        at_least=0,
        source="assumed: damping only under the canopy, 2 to 10 deg/s",
    )


@dataclass(frozen=True)
class RangeTriggerParameters:
    """Parachute by distance to the target; armed by speed, fired regardless at a lower speed."""

    armed_below_speed: float = quantity("m/s", "navigated airspeed-free speed below which it may fire", above=0)
    fire_below_speed: float = quantity("m/s", "fired regardless below this navigated speed", above=0)
    range_to_target: float = quantity(
        "km",
        "fires when the navigated range to the target is below; 0 lets the design rule choose",
        default=0.0,
        at_least=0,
    )
    persistence: float = quantity("s", "the condition must hold this long", default=0.0, at_least=0)

    def check(self) -> str | None:
        """Armed before fired."""
        if self.fire_below_speed >= self.armed_below_speed:
            return "fire_below_speed_m_s must be below armed_below_speed_m_s"
        return None


@dataclass(frozen=True)
class VelocityTriggerParameters:
    """Parachute by navigated speed."""

    speed: float = quantity("m/s", "fires below this navigated speed", above=0)
    persistence: float = quantity("s", "the condition must hold this long", default=0.0, at_least=0)


@dataclass(frozen=True)
class TriggerParameters:
    """When flight software acts on the way from the parachute to powered flight."""

    parachute: RangeTriggerParameters | VelocityTriggerParameters = section(
        {"range": RangeTriggerParameters, "velocity": VelocityTriggerParameters}, "mortar fire"
    )
    armed_above: float = quantity(
        "m/s^2",
        "nothing fires before this sensed deceleration",
        default=0.5,
        at_least=0,
        source="assumed: entry has begun, 0.2 to 2 m/s2",
    )
    straighten_up_lead: float = quantity(
        "s",
        "straighten-up starts this long before the predicted mortar fire; 0 lets the design rule choose",
        default=0.0,
        at_least=0,
    )
    ballast_delay: float = quantity(
        "s", "start of straighten-up to the first pair; 0 lets the design rule choose", default=0.0, at_least=0
    )
    straighten_up_settle: float = quantity(
        "s",
        "last pair to mortar fire in the design rule of the lead",
        default=6.0,
        at_least=0,
        source="assumed: the trim swings out, 4 to 8 s",
    )
    deploy_azimuth_from_track: float = quantity(
        "deg",
        "where the body's top points once it hangs, clockwise from the direction of flight; straighten-up rolls there",
        default=0.0,
        at_least=-180,
        at_most=180,
    )
    ballast_interval: float = quantity("s", "time between pairs", default=2.0, at_least=0, source="[kwan2021]")
    heat_shield_mach: float = quantity(
        "1", "heat shield leaves below this Mach number, estimated from navigated speed", default=0.0, at_least=0
    )
    heat_shield_timer: float = quantity("s", "and not sooner than this after mortar fire", default=0.0, at_least=0)
    speed_of_sound: float = quantity(
        "m/s",
        "speed of sound that flight software assumes",
        default=225.0,
        above=0,
        source="assumed: what flight software takes for its Mach number at 10 km, 220 to 230",
    )
    radar_delay: float = quantity(
        "s",
        "radar is on this long after the heat shield leaves",
        default=5.0,
        at_least=0,
        source="assumed: heat shield out of the beams, 3 to 10 s",
    )
    backshell_intercept: float = quantity(
        "m", "height over terrain of the backshell trigger at zero sink rate", default=0.0, at_least=0
    )
    backshell_slope: float = quantity("s", "height added for each m/s of navigated sink rate", default=0.0, at_least=0)


@dataclass(frozen=True)
class PoweredDescentParameters:
    """From free fall to rover separation (gnc/guidance/descent.py, gnc/guidance/polynomial_descent.py)."""

    model: str = choice("law of the powered approach", "polynomial", "convex", default="polynomial")
    free_fall_time: float = quantity("s", "backshell separation to engine start", at_least=0)
    divert_distance_low: float = quantity(
        "m", "mandatory divert: the target is at least this far from the backshell's path", at_least=0
    )
    divert_distance_high: float = quantity("m", "largest divert", above=0)
    target_risk_distance: float = quantity(
        "km",
        "how much further a landing target may be for a probability of a bad landing that is smaller by one",
        default=10.0,
        at_least=0,
        source="assumed: 100 m for one per cent",
    )
    approach_end_height: float = quantity("m", "height over terrain at which the approach ends", above=0)
    constant_velocity: float = quantity("m/s", "sink rate of the constant-velocity phase", above=0)
    constant_deceleration: float = quantity("m/s^2", "deceleration that ends it", above=0)
    sky_crane_height: float = quantity("m", "height over terrain at which the slow descent starts", above=0)
    slow_descent: float = quantity("m/s", "sink rate of the slow descent", above=0)
    settle_time: float = quantity("s", "throttle-down to lander separation", at_least=0)
    position_gain: float = quantity("1", "position feedback [1/s^2]", above=0)
    velocity_gain: float = quantity("1", "velocity feedback [1/s]", above=0)
    tilt_limit: float = quantity("deg", "largest commanded tilt", above=0, below=90)
    load_gain: float = quantity(
        "1",
        "integral feedback on sink rate while a load hangs [1/s^2]",
        default=1.0,
        at_least=0,
        source="design: takes up the weight of a hanging load within seconds",
    )
    slow_tilt_limit: float = quantity("deg", "largest commanded tilt in slow descent", above=0, below=90)
    attitude_bandwidth: float = quantity("1/s", "bandwidth of the attitude loop", above=0)
    touchdown_fraction: float = quantity(
        "1", "touchdown: commanded force over the descent stage's own weight below this", above=1
    )
    touchdown_steadiness: float = quantity(
        "1", "and changing by less than this fraction of it a second, over a quarter of one", above=0
    )
    touchdown_persistence: float = quantity("s", "for this long", above=0)
    flyaway_hold: float = quantity("s", "bridle cut to pitch", at_least=0)
    flyaway_pitch: float = quantity("deg", "pitch of the flyaway", above=0, below=90)
    flyaway_burn: float = quantity("s", "length of the burn", above=0)
    flyaway_azimuth: float = quantity(
        "deg", "direction of the flyaway, clockwise from north", at_least=-360, at_most=360
    )
    flyaway_throttle: float = quantity("1", "throttle of the burn", above=0, at_most=1)
    drag_area: float = quantity("m^2", "drag area of the powered vehicle", at_least=0)

    def check(self) -> str | None:
        """Each stretch of the descent ends lower and slower than the one before; a target can be near and far enough at once."""
        if self.divert_distance_low >= self.divert_distance_high:
            return "divert_distance_low_m must be below divert_distance_high_m"
        if self.sky_crane_height >= self.approach_end_height:
            return "sky_crane_height_m must be below approach_end_height_m"
        if self.slow_descent >= self.constant_velocity:
            return "slow_descent_m_s must be below constant_velocity_m_s"
        return None
