"""How many manoeuvres end, without their records: some numbers a landing, so that memory does not grow with how many are flown.

The same flights as those of `fly`, number for number; what is left out is what a record takes after the flight.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from skycrane.core.errors import InputError
from skycrane.mission.mission import Mission
from skycrane.surface.manoeuvre.bodies import ENDINGS
from skycrane.surface.manoeuvre.fly import programs_of

NOTHING = float("nan")


class End(NamedTuple):
    """What is kept of a landing; NaN for what it did not come to. `how`: "at_rest", "not_separated", "not_at_rest", or the name of what
    ended it; the other names as in `comparison.STATED` (the tilt against the vertical of the site), and the time from touchdown to rest."""

    case: int
    how: str
    touchdown_s: float = NOTHING
    vertical_m_s: float = NOTHING
    horizontal_m_s: float = NOTHING
    tilt_deg: float = NOTHING
    tension_N: float = NOTHING
    declared_s: float = NOTHING
    offloaded_N: float = NOTHING
    rest_s: float = NOTHING


def fly_ends(mission: Mission, seed: int, cases: Sequence[int]) -> Iterator[list[End]]:
    """The ends of these cases of a seed, as many at a time as one batch has lanes. InputError when the mission cannot be flown."""
    made = programs_of(mission)
    if made is None:
        raise mission.refusal(InputError('touchdown.model is "reduced", must be "multibody" to fly ends of manoeuvres'))
    from skycrane.flight import engine
    from skycrane.flight.sequence import check_sequence, sequence_of, what_flies
    from skycrane.flight.soundness import check_soundness
    from skycrane.flight.tables import make_tables

    p = what_flies(mission.parameters)
    phases = sequence_of(p)
    try:
        check_sequence(mission.parameters)
        check_soundness(p, phases)
        tables = make_tables(p)
    except InputError as error:
        raise mission.refusal(error) from None
    flying: Any = None
    for first in range(0, len(cases), engine.WIDTH):
        some = list(cases[first : first + engine.WIDTH])
        batch, keys, noise = _lanes(p, seed, some)
        flying = flying or made(batch, tables, keys, noise, phases)
        yield _ends(flying, batch, tables, keys, noise, some)


def _lanes(p: Any, seed: int, cases: list[int]) -> tuple[Any, Any, Any]:
    """Models, keys and noise of these cases, the last one again in the lanes that are left."""
    from skycrane.flight import dispersions, engine, threefry
    from skycrane.flight.models import assemble

    wide = cases + [cases[-1]] * (engine.WIDTH - len(cases))
    keys = np.stack([threefry.case_keys(seed, np.array(case)) for case in wide])
    change, models = dispersions.drawn(p, keys[: len(cases)]), assemble(p)
    each = [dispersions.dispersed(models, p, dispersions.one_of(change, n)) for n in range(len(cases))]
    return dispersions.lanes(each, engine.WIDTH), keys, np.ones(engine.WIDTH)


def _ends(flying: Any, batch: Any, tables: Any, keys: Any, noise: Any, cases: list[int]) -> list[End]:
    """Fly one batch and keep its ends."""
    pull = np.zeros(len(keys))
    declared: Any = None
    for segment in flying.fly(batch, tables, keys, noise):
        if "tensions" in segment.rows:
            own = np.max([np.asarray(each) for each in segment.rows["tensions"]], axis=(0, 1))
            pull = np.fmax(pull, own)
        declared = segment.events.get("touchdown_declared", declared)
    bodies = flying.bodies
    found = {lane: k for k, lane in enumerate(flying.flying)} if bodies is not None else {}
    return [
        _end(case, bodies, found[lane], float(pull[lane]), _declared(declared, lane))
        if lane in found
        else End(case, "not_separated")
        for lane, case in enumerate(cases)
    ]


def _declared(event: Any, lane: int) -> tuple[float, float]:
    """When touchdown was declared in a lane, and the thrust that was commanded then [N]."""
    from skycrane.flight.occurrences import NEVER

    if not event or float(np.asarray(event[0])[lane]) >= NEVER:
        return NOTHING, NOTHING
    return float(np.asarray(event[0])[lane]), float(np.asarray(event[1][0])[lane])


def _end(case: int, bodies: Any, k: int, pull: float, declared: tuple[float, float]) -> End:
    """The end of one landing that came to rover separation."""
    from skycrane.surface.manoeuvre.reel import NEVER

    noted, (touched, closing, across, _) = bodies.noted[k], bodies.touched[k].tolist()
    lost = [key for key in ENDINGS if key in noted]
    how = lost[0] if lost else "at_rest" if "rover_at_rest" in noted else "not_at_rest"
    if touched >= NEVER:
        return End(case, how, tension_N=pull)
    up = float(bodies.hanging.axes[k, 2, 2])
    rest = noted["rover_at_rest"][0] - touched if "rover_at_rest" in noted else NOTHING
    return End(
        case, how, touched - float(bodies.started[k]), closing, across, float(np.degrees(np.arccos(min(up, 1.0)))), pull,
        declared[0] - touched, declared[1], rest,
    )  # fmt: skip
