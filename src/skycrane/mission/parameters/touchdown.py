"""How the last metres are computed: two rigid bodies on a plane, or every body on the real ground (surface/manoeuvre).

The law of the bridles, engines and flight software is the same for both and stands in `vehicle` and `powered_descent`.
"""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, section, sections

#: what can go wrong on the bridles, and the numbers that say how
FAULTS: dict[str, tuple[str, ...]] = {
    "late_cut": ("delay",),
    "early_cut": ("height",),
    "bridle_stuck": ("bridle",),
    "reel_jam": ("length",),
    "engine_weak": ("engine", "factor"),
    "rock_under_wheel": ("wheel", "diameter", "height"),
    "slope": ("slope", "azimuth"),
    "lateral_wind": ("speed", "azimuth"),
}


@dataclass(frozen=True)
class TouchdownFaultParameters:
    """Something that goes wrong between rover separation and flyaway; which numbers count depends on the kind."""

    kind: str = choice("what goes wrong", *FAULTS)
    delay: float = quantity("s", "late_cut: bridles leave so long after the command", default=0.0, at_least=0)
    height: float = quantity(
        "m",
        "early_cut: bridles part with the lowest wheel so high over the ground; rock_under_wheel: height of the rock",
        default=0.0,
        at_least=0,
    )
    bridle: int = quantity("1", "bridle_stuck: this one, counted from 1, is not cut", default=0, at_least=0)
    length: float = quantity("m", "reel_jam: the reel stops with so much paid out", default=0.0, at_least=0)
    engine: int = quantity("1", "engine_weak: this one, counted from 1", default=0, at_least=0)
    factor: float = quantity(
        "1",
        "engine_weak: it gives this share of what is asked",
        default=1.0,
        at_least=0,
        at_most=2,
        source="design: nothing wrong",
    )
    wheel: int = quantity(
        "1", "rock_under_wheel: 1 to 6, left front, middle, rear, then right", default=0, at_least=0, at_most=6
    )
    diameter: float = quantity("m", "rock_under_wheel: of the rock", default=0.0, at_least=0)
    slope: float = quantity(
        "deg", "slope: the ground is so steep, besides what it is", default=0.0, at_least=0, below=60
    )
    azimuth: float = quantity(
        "deg",
        "slope: it rises towards this bearing; lateral_wind: the wind blows towards it",
        default=0.0,
        at_least=-360,
        at_most=360,
    )
    speed: float = quantity("m/s", "lateral_wind: besides the wind of the day", default=0.0, at_least=0)

    def check(self) -> str | None:
        """A fault that changes nothing, or has a number of another, is a slip of the pen; a rock is half an ellipsoid on the ground."""
        told = {"azimuth": "azimuth_deg", "delay": "delay_s", "height": "height_m", "length": "length_m"}
        told |= {"diameter": "diameter_m", "slope": "slope_deg", "speed": "speed_m_s"}
        for name in FAULTS[self.kind]:
            if name not in ("azimuth", "factor") and getattr(self, name) == 0.0:
                return f'{told.get(name, name)} is 0, must be above 0 for the fault "{self.kind}"'
        for name in sorted({each for names in FAULTS.values() for each in names} - set(FAULTS[self.kind])):
            if getattr(self, name) != (1.0 if name == "factor" else 0.0):
                own = ", ".join(told.get(each, each) for each in FAULTS[self.kind])
                return f'{told.get(name, name)} is not a number of the fault "{self.kind}"; allowed: {own}'
        if self.kind == "engine_weak" and self.factor == 1.0:
            return 'factor is 1, must be something else for the fault "engine_weak"'
        return None


@dataclass(frozen=True)
class PlumeParameters:
    """What the engines' jets do below (vehicle/plume.py)."""

    spread_exponent: float = quantity(
        "1",
        "momentum of a jet falls off as cos^k of the angle from its axis",
        default=13.0,
        above=0,
        source="derived: k = gamma (gamma - 1) M^2 [roberts1963] with gamma 1.37 and an exit Mach number of 5, both assumed",
    )
    dust_pressure: float = quantity(
        "Pa",
        "momentum flux at the ground above which dust leaves it",
        default=10.0,
        above=0,
        source="assumed: shear of about 0.1 Pa, 1 % of it, moves dust; 3 to 30",
    )


@dataclass(frozen=True)
class ReducedTouchdownParameters:
    """Two rigid bodies, feet on a plane: what ensembles fly (flight/phases/sky_crane.py). It has no numbers of its own."""


@dataclass(frozen=True)
class MultibodyTouchdownParameters:
    """Every body of the manoeuvre in MuJoCo: descent stage, rover with rocker-bogie unfolding, wheels in soil and on rocks."""

    step: float = quantity("s", "of the integration", default=0.002, above=0, at_most=0.01, source="design: measured")
    umbilical_tension: float = quantity(
        "N", "pull of its take-up", default=30.0, at_least=0, source="assumed: keeps a light cable taut, 10 to 60"
    )
    umbilical_length: float = quantity(
        "m", "that the take-up can give", default=8.5, above=0, source="assumed: longer than the bridles, 8 to 9"
    )
    umbilical_stiffness: float = quantity(
        "N/m", "beyond that length", default=5000.0, above=0, source="assumed: cable of many wires, 2000 to 10000"
    )
    unfold_start: float = quantity(
        "s",
        "rover separation to the command that lets the wheels down",
        default=6.0,
        at_least=0,
        source="assumed: once the bridles are out",
    )
    unfold_time: float = quantity(
        "s", "that it takes", default=2.5, above=0, source="assumed: pyrotechnic release, 1 to 4"
    )
    stowed_front: float = quantity(
        "deg", "front arms folded up by", default=35.0, at_least=0, below=80, source="assumed: wheels at the belly"
    )
    stowed_rear: float = quantity(
        "deg", "rear arms folded up by", default=35.0, at_least=0, below=80, source="assumed: wheels at the belly"
    )
    rover_drag_area: float = quantity(
        "m^2",
        "drag area of the hanging rover",
        default=5.0,
        at_least=0,
        source="assumed: 1.1 on a side of 2.7 by 1.7 m",
    )
    plume: PlumeParameters = section(PlumeParameters, "jets on rover and ground", default=PlumeParameters())
    faults: tuple[TouchdownFaultParameters, ...] = sections(TouchdownFaultParameters, "what goes wrong", default=())
