"""The sequence of phases of a mission, checked before anything is computed: each phase has the parts that it needs."""

import dataclasses
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.parameters import ApolloEntryParameters, MissionParameters

_ORDER = ("entry", "parachute", "powered_descent", "sky_crane", "flyaway")
_NEEDS: dict[str, tuple[str, ...]] = {
    "entry": (),
    "parachute": ("vehicle.parachute", "triggers"),
    "powered_descent": ("vehicle.engines", "vehicle.propellant", "powered_descent", "radar"),
    "sky_crane": ("vehicle.bridles", "vehicle.feet", "vehicle.descent_stage"),
    "flyaway": (),
}


def sequence_of(p: MissionParameters) -> tuple[str, ...]:
    """Kinds of the phases, in order."""
    return tuple(phase.kind for phase in p.phases)


def check_sequence(p: MissionParameters) -> None:
    """InputError unless the phases follow each other, each has its parts, and success can be reached in them."""
    kinds = sequence_of(p)
    if kinds != _ORDER[: len(kinds)] or not kinds:
        raise InputError(
            f"phases are {', '.join(kinds) or 'none'}; they must be the first few of {', '.join(_ORDER)}, in this order"
        )
    for kind in kinds:
        for part in _NEEDS[kind]:
            if _get(p, part) is None:
                raise InputError(f"phases has {kind}, which needs the section [{part}]")
    for user, part in _users(p):
        if _get(p, part) is None:
            raise InputError(f"{user} needs the section [{part}]")
    condition, last = p.success.condition, kinds[-1]
    if condition == "landed" and last == "entry":
        raise InputError(
            'success.condition is "landed", but the only phase is entry; use "height", or add a parachute phase'
        )
    if condition == "parachute_open" and last == "entry":
        raise InputError('success.condition is "parachute_open", but the only phase is entry; add a parachute phase')


def _users(p: MissionParameters) -> list[tuple[str, str]]:
    """What is there and the section that it cannot work without."""
    found = []
    if isinstance(p.entry_guidance, ApolloEntryParameters):
        found += [("entry_guidance.model apollo", part) for part in ("attitude_control", "vehicle.thrusters")]
    if p.attitude_control is not None:
        found.append(("attitude_control", "vehicle.thrusters"))
    if p.vehicle.thrusters is not None:
        found.append(("vehicle.thrusters", "vehicle.propellant"))
    return found


def what_flies(p: MissionParameters) -> MissionParameters:
    """The mission without the laws and parts of phases that it does not have: they must not act in the phases that it has.

    A mission that ends under the parachute keeps its backshell; one without a sky crane lands in one piece.
    """
    kinds = sequence_of(p)
    if "powered_descent" not in kinds:
        p = dataclasses.replace(p, powered_descent=None)
    if "sky_crane" not in kinds:
        p = dataclasses.replace(p, vehicle=dataclasses.replace(p.vehicle, bridles=None))
    return p


def _get(p: Any, dotted: str) -> Any:
    for step in dotted.split("."):
        p = getattr(p, step)
    return p
