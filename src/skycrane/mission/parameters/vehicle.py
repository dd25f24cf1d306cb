"""The machine as data: parts, aeroshell, parachute, thrusters, engines, bridles, feet. Equations are in vehicle/.

Body axes: origin at the apex of the heat shield, x out of the heat shield (forward in flight), z down at zero bank, y to the right.
"""

from dataclasses import dataclass

from skycrane.core.quantity import quantity, section, table

_ZERO3 = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class PartParameters:
    """One part of the vehicle."""

    mass: float = quantity("kg", "mass", default=0.0, at_least=0, at_most=1e6)
    place: tuple[float, ...] = table("m", "centre of mass in body axes, x y z", default=_ZERO3)
    inertia: tuple[float, ...] = table("kg m^2", "own inertia about body-parallel axes, x y z", default=_ZERO3)
    drag_area: float = quantity(
        "m^2",
        "drag area CD A of the part falling alone",
        default=1.0,
        above=0,
        source="assumed: a bluff part of about 1 m; give its own",
    )
    separation_speed: float = quantity("m/s", "speed at which the part is pushed off", default=0.0, at_least=0)

    def check(self) -> str | None:
        """Three components each."""
        if len(self.place) != 3 or len(self.inertia) != 3:
            return "place_m and inertia_kg_m2 have three numbers"
        return None


@dataclass(frozen=True)
class BallastParameters:
    """Entry ballast, let go in pairs so that the vehicle straightens up."""

    pair_mass: float = quantity("kg", "mass of one pair", default=0.0, at_least=0)
    place: tuple[float, ...] = table("m", "centre of each pair in body axes", default=_ZERO3)
    separation_speed: float = quantity(
        "m/s", "speed at which a pair leaves, away from the axis", default=2.0, at_least=0, source="assumed: 1 to 5 m/s"
    )
    drag_area: float = quantity(
        "m^2", "drag area of one mass falling alone", default=0.02, above=0, source="assumed: a tungsten block"
    )


@dataclass(frozen=True)
class AeroshellShape:
    """What every aeroshell has: size, and how uncertain its coefficients are."""

    base_diameter: float = quantity("m", "largest diameter; also the reference length", above=0)
    nose_radius: float = quantity("m", "nose radius, for heating", above=0)
    axial_force_scale: float = quantity("1", "factor on CA", default=1.0, above=0)
    normal_force_scale: float = quantity("1", "factor on CN", default=1.0, above=0)
    moment_scale: float = quantity("1", "factor on Cm about the nose", default=1.0, above=0)
    damping_offset: float = quantity("1", "added to the pitch damping Cmq", default=0.0)
    heating_scale: float = quantity("1", "factor on convective heating", default=1.0, above=0)
    damping_mach: tuple[float, ...] = table(
        "1",
        "Mach numbers of the damping table",
        default=(0.0, 100.0),
        increasing=True,
        source="design: two knots of a constant",
    )
    damping: tuple[float, ...] = table(
        "1",
        "pitch damping Cmq + Cm alpha-dot at small angles",
        default=(-0.1, -0.1),
        source="assumed: small and stable; blunt bodies lie between -0.3 and 0.3",
    )


@dataclass(frozen=True)
class SphereConeParameters(AeroshellShape):
    """A blunt sphere-cone: coefficients by modified Newtonian flow (vehicle/aeroshell.py)."""

    cone_angle: float = quantity("deg", "half-angle of the cone", above=10, below=85)
    pressure_coefficient: float = quantity(
        "1",
        "stagnation pressure coefficient",
        default=1.86,
        above=1,
        below=2.5,
        source="derived: Rayleigh's pitot formula far above Mach 5, 1.86 for a ratio of heat capacities of 1.3 and 1.84 for 1.4",
    )
    mach: tuple[float, ...] = table(
        "1",
        "Mach numbers of the two factors",
        default=(0.0, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 32.0),
        increasing=True,
        source="design: knots",
    )
    axial_factor: tuple[float, ...] = table(
        "1",
        "CA over its modified Newtonian value",
        default=(
            0.65,
            0.67,
            0.75,
            0.88,
            1.0,
            1.084,
            1.062,
            1.041,
            1.021,
            0.987,
            0.973,
            0.971,
            0.968,
            0.967,
            0.97,
            0.978,
            0.99,
            0.99,
        ),
        above=0,
        source="derived: from the fit of trimmed CD and CL of a 70-degree cone, Mach 1.5 to 32 [noyes2021]; assumed: below Mach 1.5",
    )
    moment_factor: tuple[float, ...] = table(
        "1",
        "Cm about the apex over its modified Newtonian value",
        default=(
            0.92,
            0.92,
            0.92,
            0.92,
            0.92,
            0.919,
            0.896,
            0.88,
            0.87,
            0.869,
            0.898,
            0.932,
            0.955,
            0.958,
            0.964,
            0.981,
            1.0,
            1.0,
        ),
        above=0,
        source="derived: as axial_factor, by balance about the centre of mass [noyes2021]; assumed: below Mach 1.5",
    )

    def check(self) -> str | None:
        """Tables of one length; the nose fits the base."""
        if not len(self.mach) == len(self.axial_factor) == len(self.moment_factor):
            return "mach, axial_factor and moment_factor must be of one length"
        if self.nose_radius > self.base_diameter:
            return "nose_radius_m must not exceed base_diameter_m"
        return None


@dataclass(frozen=True)
class CoefficientTableParameters(AeroshellShape):
    """Coefficients given as tables over Mach number and total angle of attack; rows follow the Mach numbers."""

    mach: tuple[float, ...] = table("1", "Mach numbers", increasing=True, at_least=0)
    angles: tuple[float, ...] = table("deg", "total angles of attack, from 0", increasing=True, at_least=0)
    axial: tuple[float, ...] = table("1", "CA, row by row")
    normal: tuple[float, ...] = table("1", "CN, row by row")
    moment: tuple[float, ...] = table("1", "Cm about the nose, row by row")

    def check(self) -> str | None:
        """Every table is full."""
        size = len(self.mach) * len(self.angles)
        if not len(self.axial) == len(self.normal) == len(self.moment) == size:
            return f"axial, normal and moment need {size} numbers each (mach times angles)"
        return None


@dataclass(frozen=True)
class ParachuteParameters:
    """A disk-gap-band parachute on a riser (vehicle/parachute.py)."""

    nominal_diameter: float = quantity("m", "constructed diameter", above=0)
    mass: float = quantity("kg", "canopy, lines and riser", above=0)
    drag_mach: tuple[float, ...] = table("1", "Mach numbers of the drag table", increasing=True, at_least=0)
    drag_coefficient: tuple[float, ...] = table("1", "steady drag coefficient on the nominal area", above=0)
    drag_scale: float = quantity("1", "factor on the drag coefficient", default=1.0, above=0)
    trailing_distance: float = quantity("m", "canopy behind the attachment, lines and riser stretched", above=0)
    mortar_speed: float = quantity("m/s", "speed at which the pack leaves", above=0)
    pack_drag_area: float = quantity(
        "m^2", "drag area of the pack before inflation", default=0.5, above=0, source="assumed: bag of 0.8 m"
    )
    inflation_time: float = quantity("s", "line stretch to first full open", above=0)
    inflation_exponent: float = quantity(
        "1",
        "growth of the drag area with time, to this power",
        default=2.0,
        above=0,
        source="assumed: area grows with the square of time, 1 to 3",
    )
    opening_load_factor: float = quantity(
        "1",
        "opening force over steady force, Cx",
        default=1.4,
        above=0,
        source="[knacke1991] infinite-mass inflation of this type, 1.3 to 1.5",
    )
    overinflation_decay: float = quantity(
        "s",
        "time in which the overshoot of the drag area decays",
        default=0.35,
        above=0,
        source="assumed: 0.2 to 0.6 s",
    )
    oscillation_amplitude: float = quantity(
        "1",
        "area oscillation after opening, as a fraction",
        default=0.25,
        at_least=0,
        below=1,
        source="assumed: breathing of the canopy, 0.1 to 0.4",
    )
    oscillation_period: float = quantity(
        "s",
        "period of the area oscillation; 0 lets the canopy's size choose, 0.08 s for each metre of nominal diameter",
        default=0.0,
        at_least=0,
        source="assumed: breathing grows with size at a given speed; 0.7 to 2 s at 20 m",
    )
    oscillation_decay: float = quantity(
        "s", "decay time of the area oscillation", default=1.5, above=0, source="assumed: 1 to 3 s"
    )
    apparent_mass_factor: float = quantity(
        "1",
        "mass of air moving with the canopy over density times D0^3",
        default=0.15,
        at_least=0,
        source="assumed: a part of the air inside the canopy, 0.05 to 0.3",
    )
    riser_stiffness: float = quantity("N/m", "lines and riser together", above=0)
    riser_damping: float = quantity("N s/m", "lines and riser together", at_least=0)
    attachment: tuple[float, ...] = table("m", "confluence of the bridle in body axes")
    bridle_damping: float = quantity("N m s", "damping of the wrist motion by the bridle", default=0.0, at_least=0)
    load_limit: float = quantity("kN", "flight limit load", above=0)
    mach_low: float = quantity("1", "qualified box", default=0.0, at_least=0)
    mach_high: float = quantity("1", "qualified box", default=100.0, source="design: no limit")
    dynamic_pressure_low: float = quantity("Pa", "qualified box", default=0.0, at_least=0)
    dynamic_pressure_high: float = quantity("Pa", "qualified box", default=1e9, source="design: no limit")

    def check(self) -> str | None:
        """The box is a box; tables of one length."""
        if self.mach_low >= self.mach_high or self.dynamic_pressure_low >= self.dynamic_pressure_high:
            return "the parachute box needs its low values below its high values"
        if len(self.drag_mach) != len(self.drag_coefficient):
            return "drag_mach and drag_coefficient must be of one length"
        return None


@dataclass(frozen=True)
class ThrusterParameters:
    """Reaction-control thrusters (vehicle/thrusters.py)."""

    thrust: float = quantity("N", "thrust of one thruster", above=0)
    specific_impulse: float = quantity("s", "specific impulse in pulses", above=0)
    minimum_on_time: float = quantity("s", "shortest pulse", at_least=0)
    place_x: tuple[float, ...] = table("m", "places in body axes")
    place_y: tuple[float, ...] = table("m", "places in body axes")
    place_z: tuple[float, ...] = table("m", "places in body axes")
    push_x: tuple[float, ...] = table("1", "direction of the push, body axes")
    push_y: tuple[float, ...] = table("1", "direction of the push, body axes")
    push_z: tuple[float, ...] = table("1", "direction of the push, body axes")

    def check(self) -> str | None:
        """One entry a thruster."""
        return _same_length(self.place_x, self.place_y, self.place_z, self.push_x, self.push_y, self.push_z)


@dataclass(frozen=True)
class EngineParameters:
    """Throttled descent engines (vehicle/engines.py)."""

    maximum_thrust: float = quantity("N", "thrust of one engine at full throttle", above=0)
    minimum_thrust: float = quantity("N", "thrust of one engine at the lowest stable throttle", above=0)
    exhaust_velocity: float = quantity("m/s", "effective exhaust velocity", above=0)
    exhaust_velocity_low: float = quantity("m/s", "effective exhaust velocity at the lowest throttle", above=0)
    lag: float = quantity("s", "first-order lag of thrust behind the throttle", above=0)
    warm_up_time: float = quantity("s", "time at low thrust before engines follow the throttle", at_least=0)
    thrust_scale: float = quantity("1", "factor on thrust delivered by every engine", default=1.0, above=0)
    thrust_factor: tuple[float, ...] = table(
        "1", "factor on thrust delivered, one an engine; empty for 1 each", default=(), at_least=0
    )
    failed_engine: float = quantity(
        "1", "number of the engine that fails to light, 0 for none", default=0.0, at_least=0
    )
    place_x: tuple[float, ...] = table("m", "places in body axes")
    place_y: tuple[float, ...] = table("m", "places in body axes")
    place_z: tuple[float, ...] = table("m", "places in body axes")
    push_x: tuple[float, ...] = table("1", "direction of the push, body axes")
    push_y: tuple[float, ...] = table("1", "direction of the push, body axes")
    push_z: tuple[float, ...] = table("1", "direction of the push, body axes")
    hover_set: tuple[float, ...] = table("1", "1 for an engine kept after throttle-down, 0 for one shut down")

    def check(self) -> str | None:
        """Throttle range, and one entry an engine."""
        if self.minimum_thrust >= self.maximum_thrust:
            return (
                f"minimum_thrust_N is {self.minimum_thrust:g} and maximum_thrust_N {self.maximum_thrust:g}; "
                "the minimum must be below the maximum"
            )
        if self.failed_engine not in range(len(self.place_x) + 1):
            return (
                f"failed_engine is {self.failed_engine:g}, must be a whole number from 0 (none) to {len(self.place_x)}"
            )
        if self.thrust_factor and len(self.thrust_factor) != len(self.place_x):
            return f"thrust_factor has {len(self.thrust_factor)} numbers, must have {len(self.place_x)}: one an engine"
        return _same_length(
            self.place_x, self.place_y, self.place_z, self.push_x, self.push_y, self.push_z, self.hover_set
        )


@dataclass(frozen=True)
class BridleParameters:
    """Elastic, tension-only bridles between descent stage and lander, reeled out under a rate limit (vehicle/bridles.py)."""

    length: float = quantity("m", "full length paid out", above=0)
    initial_length: float = quantity("m", "length when the lander is let go", above=0)
    reel_rate: float = quantity("m/s", "fastest pay-out", above=0)
    reel_ramp: float = quantity(
        "s", "time in which the pay-out starts and stops", default=0.5, above=0, source="assumed: 0.2 to 1 s"
    )
    stiffness: float = quantity("N/m", "of one bridle at full length", above=0)
    damping: float = quantity("N s/m", "of one bridle", at_least=0)
    top_x: tuple[float, ...] = table("m", "attachments on the descent stage, body axes")
    top_y: tuple[float, ...] = table("m", "attachments on the descent stage, body axes")
    top_z: tuple[float, ...] = table("m", "attachments on the descent stage, body axes")
    bottom_x: tuple[float, ...] = table("m", "attachments on the lander, body axes before separation")
    bottom_y: tuple[float, ...] = table("m", "attachments on the lander, body axes before separation")
    bottom_z: tuple[float, ...] = table("m", "attachments on the lander, body axes before separation")

    def check(self) -> str | None:
        """Lengths in order."""
        if self.initial_length >= self.length:
            return "initial_length_m must be below length_m"
        return _same_length(self.top_x, self.top_y, self.top_z, self.bottom_x, self.bottom_y, self.bottom_z)


@dataclass(frozen=True)
class FeetParameters:
    """Where the lander meets the ground: points with stiffness, damping and friction (vehicle/feet.py)."""

    stiffness: float = quantity("N/m", "of one foot or wheel on the ground", above=0)
    damping: float = quantity("N s/m", "of one foot or wheel on the ground", at_least=0)
    friction: float = quantity("1", "Coulomb friction coefficient", at_least=0)
    place_x: tuple[float, ...] = table("m", "contact points, body axes before separation")
    place_y: tuple[float, ...] = table("m", "contact points, body axes before separation")
    place_z: tuple[float, ...] = table("m", "contact points, body axes before separation")

    def check(self) -> str | None:
        """One entry a foot."""
        return _same_length(self.place_x, self.place_y, self.place_z)


@dataclass(frozen=True)
class VehicleParameters:
    """All the parts, in the order in which they leave."""

    ballast: BallastParameters = section(BallastParameters, "entry ballast", default=None)
    heat_shield: PartParameters = section(PartParameters, "heat shield")
    backshell: PartParameters = section(PartParameters, "backshell without the parachute")
    descent_stage: PartParameters = section(PartParameters, "descent stage without propellant", default=None)
    lander: PartParameters = section(PartParameters, "what comes to rest on the ground: rover, lander, capsule")
    propellant: PartParameters = section(PartParameters, "propellant at entry interface", default=None)
    aeroshell: AeroshellShape = section(
        {"sphere_cone": SphereConeParameters, "coefficient_table": CoefficientTableParameters},
        "aerodynamics of the aeroshell",
    )
    parachute: ParachuteParameters | None = section({"disk_gap_band": ParachuteParameters}, "parachute", default=None)
    thrusters: ThrusterParameters | None = section(ThrusterParameters, "reaction-control thrusters", default=None)
    engines: EngineParameters | None = section(EngineParameters, "descent engines", default=None)
    bridles: BridleParameters | None = section(BridleParameters, "bridles of the sky crane", default=None)
    feet: FeetParameters | None = section(FeetParameters, "contact points of the lander", default=None)


def _same_length(*columns: tuple[float, ...]) -> str | None:
    if len({len(c) for c in columns}) > 1:
        return "its tables of places and directions must be of one length"
    return None
