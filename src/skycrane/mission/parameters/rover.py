"""The rover as it stands on its wheels: chassis, rocker-bogie, soil, limits of its health. It takes no part in the flight.

Rover axes: x forward, y left, z up; the origin lies on level ground under the middle of the lander. Mass, centre of mass and inertia are
those of `vehicle.lander`, the places of the wheels those of `vehicle.feet`.
"""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, section, sections

#: what the health check looks at, in the order in which it is told
SUBSYSTEMS = (
    "power", "thermal", "computers", "radio", "mobility", "mast", "arm", "cameras", "microphones", "descent_stage",
)  # fmt: skip


@dataclass(frozen=True)
class SoilParameters:
    """What the ground gives: p = p0 (z / z0)^n under a plate at depth z, friction that grows with shear (surface/soil.py)."""

    bearing_pressure: float = quantity(
        "Pa",
        "pressure p0 under a wheel that has sunk in by bearing_depth",
        default=8240.0,
        above=0,
        source="[carrier1991] 820 kN/m^3 and 1.4 kN/m^2 over a wheel of 0.33 m at 1 cm; lunar soil stands for the plains of Mars",
    )
    bearing_depth: float = quantity(
        "m", "depth z0 of that pressure", default=0.01, above=0, source="design: a round depth"
    )
    exponent: float = quantity("1", "exponent n", default=1.0, above=0, at_most=2, source="[carrier1991] 1")
    friction: float = quantity(
        "1", "of a wheel on ground and rock", default=0.6, above=0, source="assumed: grousers on regolith, 0.4 to 0.8"
    )
    shear_length: float = quantity(
        "m", "shear at which friction is fully used", default=0.018, above=0, source="[carrier1991] 1.8 cm"
    )
    damping: float = quantity(
        "1",
        "share by which the pressure grows for each m/s of sinking in",
        default=4.0,
        at_least=0,
        source="assumed: no bounce at 0.75 m/s, 2 to 6",
    )
    rock_stiffness_scale: float = quantity(
        "1",
        "rock gives so many times less than soil",
        default=20.0,
        at_least=1,
        source="assumed: a rock bedded in soil, 10 to 50",
    )


@dataclass(frozen=True)
class HealthLimits:
    """Where nominal ends (caution) and where a subsystem no longer does its work (fault)."""

    battery_energy: float = quantity("Wh", "of full batteries", above=0)
    generator_power: float = quantity("W", "that the generator gives", above=0)
    landing_load: float = quantity("W", "mean load from entry preparation to wheels down", above=0)
    battery_caution: float = quantity(
        "%", "charge below is a caution", default=60.0, source="assumed: what the first sol needs, 50 to 70"
    )
    battery_fault: float = quantity(
        "%", "charge below is a fault", default=40.0, source="assumed: depth of discharge that shortens life, 30 to 50"
    )
    air_coldest: float = quantity(
        "K",
        "air colder is a caution",
        default=188.0,
        source="assumed: 85 below zero, as the coldest nights at the site",
    )
    air_warmest: float = quantity(
        "K", "air warmer is a caution", default=293.0, source="assumed: warmer than any air of the site, 280 to 300"
    )
    wall_emissivity: float = quantity(
        "1",
        "of the hot heat shield",
        default=0.85,
        above=0,
        at_most=1,
        source="assumed: charred ablator, 0.8 to 0.95",
    )
    wall_caution: float = quantity(
        "K",
        "heat shield hotter, in equilibrium with its radiation, is a caution",
        default=2600.0,
        source="assumed: above the hottest wall of a nominal entry, 2400 to 2800",
    )
    wall_fault: float = quantity(
        "K",
        "heat shield hotter is a fault",
        default=3200.0,
        source="assumed: ablators were tested to some 3000, 2900 to 3500",
    )
    electronics_start: float = quantity(
        "K",
        "warm electronics box as its landing load begins",
        default=293.0,
        source="assumed: room temperature in cruise, 283 to 303",
    )
    electronics_mass: float = quantity(
        "kg", "that the landing load warms", default=300.0, above=0, source="assumed: warm electronics box, 200 to 400"
    )
    electronics_caution: float = quantity(
        "K", "electronics warmer is a caution", default=313.0, source="assumed: 40 degrees, 308 to 323"
    )
    electronics_fault: float = quantity(
        "K", "electronics warmer is a fault", default=328.0, source="assumed: 55 degrees, 323 to 343"
    )
    propellant_caution: float = quantity(
        "kg",
        "less propellant at touchdown is a caution: hover and flyaway have lost their margin",
        default=40.0,
        source="assumed: what hover and flyaway take, 30 to 60",
    )
    stage_distance_caution: float = quantity(
        "m",
        "descent stage that came down nearer to the rover is a caution",
        default=150.0,
        source="[way2022] at least 150",
    )
    dust_caution: float = quantity(
        "1",
        "largest plume_dust above is a caution for microphones, whose membranes stand open",
        default=200.0,
        source="assumed: twice a nominal landing or more; no figure is public",
    )
    shock_caution: float = quantity(
        "1",
        "largest deceleration of the flight above is a caution, Earth g",
        default=13.0,
        source="assumed: the expected largest load of an entry, 12 to 14",
    )
    shock_fault: float = quantity(
        "1",
        "largest deceleration above is a fault, Earth g",
        default=15.0,
        source="assumed: structural limit of the entry vehicle, 13 to 16",
    )
    wheel_load_caution: float = quantity(
        "N", "largest load of a wheel above is a caution", default=6000.0, source="assumed: nine times the static load"
    )
    wheel_load_fault: float = quantity(
        "N", "largest load of a wheel above is a fault", default=12000.0, source="assumed: twice the caution"
    )
    tilt_deploy: float = quantity(
        "deg",
        "mast and arm are not moved beyond this tilt",
        default=20.0,
        source="assumed: pointing of antenna and mast, 15 to 25",
    )

    def check(self) -> str | None:
        """Cautions come before faults."""
        pairs = (
            (self.battery_fault, self.battery_caution, "battery_fault_percent", "battery_caution_percent"),
            (self.shock_caution, self.shock_fault, "shock_caution", "shock_fault"),
            (self.wheel_load_caution, self.wheel_load_fault, "wheel_load_caution_N", "wheel_load_fault_N"),
            (self.air_coldest, self.air_warmest, "air_coldest_K", "air_warmest_K"),
            (self.wall_caution, self.wall_fault, "wall_caution_K", "wall_fault_K"),
            (self.electronics_caution, self.electronics_fault, "electronics_caution_K", "electronics_fault_K"),
        )
        return next((f"{low} must be below {high}" for a, b, low, high in pairs if a >= b), None)


@dataclass(frozen=True)
class FaultParameters:
    """Something that is found broken after landing."""

    subsystem: str = choice("what is broken", *SUBSYSTEMS)
    severity: str = choice("how badly", "caution", "fault", default="fault")
    reason: str = choice("what is wrong with it, for a person")


@dataclass(frozen=True)
class RoverParameters:
    """Chassis and rocker-bogie. Each rocker carries the front wheel and, behind, the bogie with the middle and the rear wheel."""

    wheel_diameter: float = quantity("m", "over the grousers", above=0)
    wheel_width: float = quantity("m", "of the tread", above=0)
    wheel_mass: float = quantity("kg", "of a wheel with its motors", above=0)
    rocker_mass: float = quantity("kg", "of one rocker", above=0)
    bogie_mass: float = quantity("kg", "of one bogie", above=0)
    rocker_forward: float = quantity("m", "pivot of the rockers, ahead of the origin")
    rocker_height: float = quantity("m", "pivot of the rockers, above level ground", above=0)
    bogie_forward: float = quantity("m", "pivot of the bogies, ahead of the origin (behind is negative)")
    bogie_height: float = quantity("m", "pivot of the bogies, above level ground", above=0)
    travel: float = quantity("deg", "rocker and bogie turn so far to either side", above=0, below=90)
    belly_height: float = quantity("m", "underside of the chassis above level ground", above=0)
    body_length: float = quantity("m", "of the chassis", above=0)
    body_width: float = quantity("m", "of the chassis", above=0)
    body_height: float = quantity("m", "of the chassis, underside to deck", above=0)
    mast_height: float = quantity("m", "of the cameras on the mast above level ground", above=0)
    tilt_limit: float = quantity("deg", "drivers avoid ground that tilts the rover more", above=0, below=90)
    tip_over: float = quantity("deg", "stands without tipping over up to this tilt", above=0, below=90)
    obstacle_height: float = quantity("m", "highest step or rock that it drives over", above=0)
    first_drive: float = quantity("m", "length of the first drive for which sectors are judged", above=0)
    soil: SoilParameters = section(SoilParameters, "soil under the wheels", default=SoilParameters())
    health: HealthLimits = section(HealthLimits, "limits of the health check")
    faults: tuple[FaultParameters, ...] = sections(FaultParameters, "what is found broken after landing", default=())

    def check(self) -> str | None:
        """Things lie above each other in the order of a rover."""
        if self.belly_height + self.body_height <= self.rocker_height:
            return "rocker_height_m must be below the deck (belly_height_m and body_height_m together)"
        if self.tilt_limit > self.tip_over:
            return "tilt_limit_deg must not exceed tip_over_deg"
        return None
