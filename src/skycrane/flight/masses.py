"""What the vehicle weighs in each stage of the landing: which parts are still there."""

from typing import Any

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3
from skycrane.vehicle.mass import Part


def part(p: Any, present: Scalar = 1.0) -> Part:
    """A part of the mission file; a missing section weighs nothing."""
    if p is None:
        return Part(0.0, Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    return Part(p.mass * present, Vec3(*p.place), Vec3(*(i * present for i in p.inertia)))


def entry_parts(
    vehicle: Any, pairs_gone: Scalar, heat_shield: Scalar = 1.0, propellant: Scalar | None = None, packed: bool = True
) -> list[Part]:
    """Parts of the entry vehicle; `propellant` replaces the load at entry [kg]; `packed` while the parachute is on board."""
    parts = [
        part(vehicle.lander),
        part(vehicle.heat_shield, heat_shield),
        part(vehicle.backshell),
        part(vehicle.descent_stage),
        tank(vehicle, propellant),
    ]
    if packed:
        parts.append(parachute_part(vehicle))
    if vehicle.ballast is not None:
        b = vehicle.ballast
        parts.append(Part(b.pair_mass * (3.0 - pairs_gone), Vec3(*b.place), Vec3(0.0, 0.0, 0.0)))
    return parts


def parachute_part(vehicle: Any) -> Part:
    """The packed parachute, at its attachment."""
    chute = vehicle.parachute
    if chute is None:
        return part(None)
    return Part(chute.mass, Vec3(*chute.attachment), Vec3(0.0, 0.0, 0.0))


def tank(vehicle: Any, propellant: Scalar | None) -> Part:
    """Propellant: its inertia goes with its mass."""
    if vehicle.propellant is None:
        return part(None)
    load = part(vehicle.propellant)
    if propellant is None:
        return load
    share = propellant / fn.maximum(vehicle.propellant.mass, 1e-9)
    return Part(propellant, load.place, load.inertia * share)


def powered_parts(vehicle: Any, propellant: Scalar, lander: Scalar = 1.0) -> list[Part]:
    """Parts under engines: descent stage, propellant and, until it is let go, the lander."""
    return [part(vehicle.descent_stage), tank(vehicle, propellant), part(vehicle.lander, lander)]
