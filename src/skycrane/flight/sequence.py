"""The sequence of phases of a mission, checked before anything is computed: each phase has the parts that it needs."""

from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.parameters import MissionParameters

_ORDER = ("entry", "parachute", "powered_descent", "sky_crane", "flyaway")
_NEEDS: dict[str, tuple[str, ...]] = {
    "entry": (),
    "parachute": ("vehicle.parachute", "triggers"),
    "powered_descent": ("vehicle.engines", "vehicle.descent_stage", "vehicle.propellant", "powered_descent", "radar"),
    "sky_crane": ("vehicle.bridles", "vehicle.feet"),
    "flyaway": (),
}


def sequence_of(p: MissionParameters) -> tuple[str, ...]:
    """Kinds of the phases, in order."""
    return tuple(phase.kind for phase in p.phases)


def check_sequence(p: MissionParameters) -> None:
    """InputError unless the phases follow each other and each has its parts."""
    kinds = sequence_of(p)
    if kinds != _ORDER[: len(kinds)] or not kinds:
        raise InputError(
            f"phases are {', '.join(kinds) or 'none'}; they must be the first few of {', '.join(_ORDER)}, in this order"
        )
    for kind in kinds:
        for part in _NEEDS[kind]:
            if _get(p, part) is None:
                raise InputError(f"phases has {kind}, which needs the section [{part}]")
    if p.success.condition == "landed" and kinds == ("entry",):
        raise InputError(
            'success.condition is "landed", but the only phase is entry; use "height", or add a parachute phase'
        )


def _get(p: Any, dotted: str) -> Any:
    for step in dotted.split("."):
        p = getattr(p, step)
    return p
