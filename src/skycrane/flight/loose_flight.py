"""Flying the loose bodies of a finished case: their releases are read off the record, the compiled program does the rest."""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from skycrane.core.attitude import Quaternion
from skycrane.core.vector import Vec3
from skycrane.flight import facts, loose_bodies, recorder
from skycrane.flight.engine import WIDTH
from skycrane.flight.loose_bodies import LEAVES_AT, Release
from skycrane.flight.programs import load_or_compile
from skycrane.flight.tables import Tables
from skycrane.record import Event


def fly_loose_bodies(cases: Sequence[Any], batch: Any, tables: Tables, stories: Sequence[Any]) -> list[dict[str, Any]]:
    """Tracks, impacts and distances of what each case let go (see facts.bodies); case n is lane n of the batch."""
    flown = [recorder.join(story.parts) for story in stories]
    events = [{key: Event(key, key, s.noted[key][0]) for key in LEAVES_AT if key in s.noted} for s in stories]
    nothing: dict[str, Any] = {"present": [], "impact": {}, "nearest": {}, "track": None}
    if not any(events):
        return [nothing for _ in cases]
    releases = [
        tuple(_release(time, arrays, noted.get(key)) for key in LEAVES_AT)
        for (time, arrays), noted in zip(flown, events, strict=True)
    ]
    padded = [*releases, *[releases[-1]] * (WIDTH - len(releases))]
    lanes = jax.tree.map(lambda *x: np.asarray(x, float), *padded)
    program = load_or_compile("loose-bodies", lambda: loose_bodies.fall, (batch, tables, lanes))
    paths = loose_bodies.by_lane(program(batch, tables, lanes))
    return [
        facts.bodies(case, tables, jax.tree.map(lambda x, n=n: x[n], paths), noted, time, arrays["position_mcmf"].T)
        if noted
        else nothing
        for n, (case, noted, (time, arrays)) in enumerate(zip(cases, events, flown, strict=True))
    ]


def _release(time: np.ndarray, arrays: recorder.Arrays, event: Event | None) -> Release:
    """State of the vehicle at an event; the first row for a body that never left."""
    i = 0 if event is None else int(np.argmin(np.abs(time - event.t_s)))
    pick = lambda name: arrays[name][i]  # noqa: E731
    return Release(
        Vec3(*pick("position_mcmf")), Vec3(*pick("velocity_mcmf")), Quaternion(*pick("attitude_mcmf_from_body"))
    )
