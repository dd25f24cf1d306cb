"""The sequence of phases of a mission, checked before anything is computed: each phase has the parts that it needs."""

import dataclasses
import math
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.parameters import (
    ApolloEntryParameters,
    BallisticEntryParameters,
    DeadbandEntryParameters,
    MissionParameters,
    PointMassParameters,
)
from skycrane.mission.parameters.mind import RangeTriggerParameters

_ORDER = ("entry", "parachute", "powered_descent", "sky_crane", "flyaway")
_NEEDS: dict[str, tuple[str, ...]] = {
    "entry": (),
    "parachute": ("vehicle.parachute", "triggers"),
    "powered_descent": ("vehicle.engines", "vehicle.propellant", "powered_descent", "radar"),
    "sky_crane": ("vehicle.bridles", "vehicle.feet", "vehicle.descent_stage"),
    "flyaway": (),
}


def sequence_of(p: MissionParameters) -> tuple[str, ...]:
    """The programs that fly the phases, in order: their kinds, and `point_mass_entry` for the entry of a point mass."""
    kinds = _kinds(p)
    return ("point_mass_entry", *kinds[1:]) if isinstance(p.vehicle, PointMassParameters) else kinds


def _kinds(p: MissionParameters) -> tuple[str, ...]:
    """Kinds of the phases, in order."""
    return tuple(phase.kind for phase in p.phases)


def check_sequence(p: MissionParameters) -> None:
    """InputError unless the phases follow each other, each has its parts, and success can be reached in them."""
    kinds = _kinds(p)
    if kinds != _ORDER[: len(kinds)] or not kinds:
        raise InputError(
            f"phases are {', '.join(kinds) or 'none'}; they must be the first few of {', '.join(_ORDER)}, in this order"
        )
    if isinstance(p.vehicle, PointMassParameters):
        _check_point_mass(p, p.vehicle, kinds)
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
    if condition == "parachute_deploy" and p.triggers is None:
        raise InputError('success.condition is "parachute_deploy", which needs the section [triggers.parachute]')


def _check_point_mass(p: MissionParameters, vehicle: PointMassParameters, kinds: tuple[str, ...]) -> None:
    """What a point mass cannot fly: a phase with attitude, a success that lies behind one, two prescribed banks."""
    if kinds != ("entry",):
        raise InputError(f"phases are {', '.join(kinds)}; a point mass (vehicle.model) flies entry alone")
    if p.success.condition not in ("height", "parachute_deploy"):
        raise InputError(
            f'success.condition is "{p.success.condition}", which a point mass (vehicle.model) cannot reach; '
            'use "height" (0 m is the ground) or "parachute_deploy"'
        )
    g = p.entry_guidance
    if isinstance(g, BallisticEntryParameters) and g.bank != 0.0:
        raise InputError(
            f"entry_guidance.bank_deg is {math.degrees(g.bank):.6g}, but a point mass takes its bank from vehicle.bank_angles_deg; "
            "leave it out"
        )
    steered = not isinstance(g, BallisticEntryParameters)
    if steered and vehicle.bank_angles != (0.0,):
        raise InputError("vehicle.bank_angles_deg is given, but entry_guidance commands the bank; leave it out")
    if steered and vehicle.lift_to_drag == 0.0:
        raise InputError(
            "vehicle.lift_to_drag is 0, so that entry_guidance has nothing to steer with; use model ballistic"
        )
    trigger = p.triggers.parachute if p.triggers else None
    if isinstance(trigger, RangeTriggerParameters) and trigger.range_to_target == 0.0:
        raise InputError(
            "triggers.parachute.range_to_target_km is 0, which lets the drift under the parachute choose; "
            "a point mass has none, give the range"
        )


def _users(p: MissionParameters) -> list[tuple[str, str]]:
    """What is there and the section that it cannot work without."""
    found: list[tuple[str, str]] = []
    if isinstance(p.vehicle, PointMassParameters):
        return found
    for law, name in ((ApolloEntryParameters, "apollo"), (DeadbandEntryParameters, "deadband")):
        if isinstance(p.entry_guidance, law):
            found += [(f"entry_guidance.model {name}", part) for part in ("attitude_control", "vehicle.thrusters")]
    if p.attitude_control is not None:
        found.append(("attitude_control", "vehicle.thrusters"))
    if p.vehicle.thrusters is not None:
        found.append(("vehicle.thrusters", "vehicle.propellant"))
    return found


def what_flies(p: MissionParameters) -> MissionParameters:
    """The mission without the laws and parts of phases that it does not have: they must not act in the phases that it has.

    A mission that ends under the parachute keeps its backshell; one without a sky crane lands in one piece.
    """
    kinds, vehicle = _kinds(p), p.vehicle
    if isinstance(vehicle, PointMassParameters):
        return dataclasses.replace(p, attitude_control=None, powered_descent=None, radar=None, lander_vision=None)
    if "powered_descent" not in kinds:
        p = dataclasses.replace(p, powered_descent=None)
    if "sky_crane" not in kinds:
        p = dataclasses.replace(p, vehicle=dataclasses.replace(vehicle, bridles=None))
    return p


def _get(p: Any, dotted: str) -> Any:
    for step in dotted.split("."):
        p = getattr(p, step)
    return p
