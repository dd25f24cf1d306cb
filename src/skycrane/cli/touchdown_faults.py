"""What a mission lets go wrong on the bridles, in words: the record has no event for it, so it is told before the flight."""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skycrane.mission import Mission
    from skycrane.mission.parameters.touchdown import TouchdownFaultParameters

_WORDS: dict[str, Callable[["TouchdownFaultParameters"], str]] = {
    "late_cut": lambda f: f"the bridles leave {f.delay:g} s after the command",
    "early_cut": lambda f: f"the bridles part with the lowest wheel {f.height:g} m over the ground",
    "bridle_stuck": lambda f: f"bridle {f.bridle} is not cut",
    "reel_jam": lambda f: f"the reel stops with {f.length:g} m paid out",
    "engine_weak": lambda f: f"engine {f.engine} gives {f.factor:g} times what is asked of it from rover separation on",
    "rock_under_wheel": lambda f: f"a rock {f.diameter:g} m wide, {f.height:g} m high lies under the {_wheel(f)} wheel",
    "slope": lambda f: f"the ground is {_degrees(f.slope)} deg steeper, rising towards {_degrees(f.azimuth)} deg",
    "lateral_wind": lambda f: f"{f.speed:g} m/s more wind, towards {_degrees(f.azimuth)} deg",
}


def fault_lines(mission: "Mission") -> Iterator[str]:
    """A line a fault: `Fault in the last metres: the reel stops with 4 m paid out`."""
    for fault in getattr(getattr(mission.parameters, "touchdown", None), "faults", ()):
        yield f"Fault in the last metres: {_WORDS[fault.kind](fault)}"


def _wheel(fault: "TouchdownFaultParameters") -> str:
    from skycrane.surface.chassis import WHEELS

    return WHEELS[fault.wheel - 1].replace("_", " ")


def _degrees(angle: float) -> str:
    return f"{math.degrees(angle):.4g}"
