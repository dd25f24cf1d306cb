"""Fly one landing with the touchdown model that its mission asks for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.mission.mission import Mission
from skycrane.mission.parameters import MultibodyTouchdownParameters
from skycrane.record import Event, FlightRecord


def fly(
    mission: Mission, seed: int | None = None, on_event: Callable[[Event], None] | None = None, case: int = 0
) -> FlightRecord:
    """Fly a mission; without a seed the nominal flight, with one every dispersion and all sensor noise drawn.

    `touchdown.model` decides how the last metres are computed: "reduced" (two bodies) or "multibody". `case` picks one of the 2^32
    flights of a seed: case n is case n of an ensemble with this seed. `on_event` is called with each event, in order, while the flight is
    computed. InputError when the mission cannot be flown. A flight that goes wrong is no error: its record says how it was lost.
    """
    from skycrane.flight.fly import fly as fly_compiled

    return fly_compiled(mission, seed, on_event, case, programs_of(mission))


def fly_many(mission: Mission, seeds: Sequence[int | None], cases: Sequence[int] | None = None) -> list[FlightRecord]:
    """As `fly`, once for each seed; every record is the same, byte for byte, as that of `fly` alone."""
    from skycrane.flight.fly import fly_many as fly_many_compiled

    return fly_many_compiled(mission, seeds, None, cases, programs_of(mission))


def programs_of(mission: Mission) -> Any:
    """What flies in place of the flight's own programs; None where these do. InputError where a multibody touchdown lacks a part."""
    p = mission.parameters
    if not isinstance(getattr(p, "touchdown", None), MultibodyTouchdownParameters):
        return None
    try:
        return _multibody(p)
    except InputError as error:
        raise mission.refusal(error) from None


def _multibody(p: Any) -> Any:
    if "sky_crane" not in [phase.kind for phase in p.phases]:
        raise InputError('touchdown.model is "multibody", which needs the phase sky_crane')
    if p.rover is None:
        raise InputError('touchdown.model is "multibody", which needs the section [rover]')
    from skycrane.flight import engine

    _wait_for_results()
    engine.configure()
    from skycrane.surface.chassis import chassis
    from skycrane.surface.manoeuvre.bodies import LOOK_AHEAD
    from skycrane.surface.manoeuvre.faults import faults_of, rocks_under
    from skycrane.surface.settle import mujoco_module

    mujoco_module()
    chassis(p.vehicle, p.rover)
    rocks_under(faults_of(p.touchdown.faults, p.vehicle), np.zeros((6, 2)), LOOK_AHEAD)
    terrain = None
    if p.site.terrain != "level":
        from skycrane.terrain import open_terrain

        terrain = open_terrain(p.site.terrain, p.site, p.planet)
    from skycrane.surface.manoeuvre.programs import MultibodyPrograms

    return partial(MultibodyPrograms, p, terrain)


def _wait_for_results() -> None:
    """Ask JAX to compute in the thread that asks: the manoeuvre calls small programs thousands of times, and handing each to another
    thread costs more than the work. Without effect where JAX has computed before in this process: slower, the same numbers."""
    import jax

    jax.config.update("jax_cpu_enable_async_dispatch", False)
