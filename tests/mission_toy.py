"""A small mission with one of everything, for the tests of the mission room: independent of what is really flown."""

from dataclasses import dataclass
from pathlib import Path

from skycrane.core.quantity import choice, quantity, section, sections, switch, table


@dataclass(frozen=True)
class Planet:
    name: str = choice("name of the planet")
    gm: float = quantity("m^3/s^2", "gravitational parameter", above=0)
    radius: float = quantity("km", "radius", above=0)


@dataclass(frozen=True)
class Entry:
    flight_path_angle: float = quantity("deg", "flight-path angle", above=-90, below=0)
    speed: float = quantity("m/s", "speed", above=0)
    duration_limit: float = quantity("s", "longest flight", default=900.0, above=0)


@dataclass(frozen=True)
class Exponential:
    density: float = quantity("kg/m^3", "density at the ground", above=0)
    scale_height: float = quantity("km", "scale height", above=0)


@dataclass(frozen=True)
class Tabulated:
    density: float = quantity("kg/m^3", "density at the ground", above=0)
    heights: tuple[float, ...] = table("km", "heights", increasing=True)
    shift: float | None = quantity("K", "shift of the temperature", default=None)


@dataclass(frozen=True)
class Engines:
    count: int = quantity("1", "number of engines", default=8, above=0)
    throttle_low: float = quantity("%", "lowest throttle", default=13.0, at_least=0, at_most=100)
    throttle_high: float = quantity("%", "highest throttle", default=100.0, at_least=0, at_most=100)
    cant: float = quantity("deg", "cant", default=22.5)

    def check(self) -> str | None:
        if self.throttle_low > self.throttle_high:
            return f"throttle_low_percent {self.throttle_low * 100:g} is above throttle_high_percent {self.throttle_high * 100:g}"
        return None


@dataclass(frozen=True)
class Phase:
    kind: str = choice("kind", "entry", "parachute", "flyaway")
    name: str = choice("name", default="")
    duration: float | None = quantity("s", "duration", default=None, above=0)


@dataclass(frozen=True)
class Dispersion:
    key: str = choice("dotted key")
    sigma: float = quantity("1", "standard deviation", at_least=0)
    low: float = quantity("1", "never below", default=float("-inf"))


@dataclass(frozen=True)
class Toy:
    name: str = choice("short name")
    title: str = choice("one line", default="a toy")
    flown: str = choice("flown figures", default="")
    guided: bool = switch("whether it steers", default=True)
    planet: Planet = section(Planet, "planet")
    entry: Entry = section(Entry, "entry interface")
    atmosphere: Exponential | Tabulated = section({"exponential": Exponential, "tabulated": Tabulated}, "air")
    engines: Engines = section(Engines, "engines", default=Engines())
    sky_crane: Engines | None = section(Engines, "sky crane", default=None)
    phases: tuple[Phase, ...] = sections(Phase, "the sequence")
    dispersions: tuple[Dispersion, ...] = sections(Dispersion, "uncertain quantities")


PLANET = """\
name = "Toy"
gm_m3_s2 = 4.0e13  # [konopliv2016]
radius_km = 3396.19  # [archinal2018]
"""

BASE = """\
# What this file is about.

title = "Base"
planet = { name = "Toy", gm_m3_s2 = 4.0e13, radius_km = 3396.19 }  # [archinal2018]

# inertial is another angle
[entry]
flight_path_angle_deg = -15.489  # [way2022; dutta2022] planet-relative
speed_m_s = 5553  # not in [m/s]

[atmosphere]
model = "tabulated"
density_kg_m3 = 0.02  # assumed: plausible
heights_km = [  # [karlgaard2022]
    0, 1.5,  # the "ground" # twice
    30,
]

[[phases]]
kind = "entry"
[[phases]]
kind = "parachute"
name = "chute"  # the second

[[dispersions]]
key = "entry.flight_path_angle_deg"
sigma = 0.02
"""


def write_base(folder: Path, text: str = BASE, name: str = "base.toml") -> Path:
    """The toy mission in a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
