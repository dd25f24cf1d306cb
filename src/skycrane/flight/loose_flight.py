"""Flying the loose bodies of a finished case: their releases are read off the record, the compiled program does the rest."""

from typing import Any

import numpy as np

from skycrane.core.attitude import Quaternion
from skycrane.core.vector import Vec3
from skycrane.flight import facts, loose_bodies, recorder
from skycrane.flight.engine import WIDTH, start_program
from skycrane.flight.loose_bodies import LEAVES_AT, Release
from skycrane.flight.programs import load_or_compile
from skycrane.flight.tables import Tables
from skycrane.record import Event


def fly_loose_bodies(case: Any, batch: Any, tables: Tables, story: Any) -> dict[str, Any]:
    """Tracks, impacts and distances of what this case let go (see facts.bodies)."""
    time, arrays = recorder.join(story.parts)
    events = {key: Event(key, key, story.noted[key][0]) for key in LEAVES_AT if key in story.noted}
    if not events:
        return {"present": [], "impact": {}, "nearest": {}, "track": None}
    releases = tuple(_release(time, arrays, events.get(key)) for key in LEAVES_AT)
    lanes = tuple(_repeat(r) for r in releases)
    program = load_or_compile("loose-bodies", lambda: start_program(loose_bodies.fall), (batch, tables, lanes))
    paths = program(batch, tables, lanes)
    import jax

    first = jax.tree.map(lambda x: np.asarray(x)[0], paths)
    return facts.bodies(case, tables, first, events, time, arrays["position_mcmf"])


def _release(time: np.ndarray, arrays: recorder.Arrays, event: Event | None) -> Release:
    """State of the vehicle at an event; the first row for a body that never left."""
    i = 0 if event is None else int(np.argmin(np.abs(time - event.t_s)))
    pick = lambda name: arrays[name][i]  # noqa: E731
    return Release(
        Vec3(*pick("position_mcmf")), Vec3(*pick("velocity_mcmf")), Quaternion(*pick("attitude_mcmf_from_body"))
    )


def _repeat(release: Release) -> Release:
    import jax

    return jax.tree.map(lambda x: np.full(WIDTH, float(x)), release)
