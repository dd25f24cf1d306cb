"""Fly one landing: the mission goes in, a record of what happened comes out.

A single flight is one lane of the same fixed-width programs that fly an ensemble (flight/engine.py).
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.flight.coming_ground import ComingGround
from skycrane.flight.seeds import is_seed
from skycrane.flight.sequence import check_sequence, sequence_of, what_flies
from skycrane.mission.mission import Mission
from skycrane.mission.parameters import MissionParameters, MultibodyTouchdownParameters
from skycrane.record import Event, FlightRecord, describe_provenance


def fly(
    mission: Mission,
    seed: int | None = None,
    on_event: Callable[[Event], None] | None = None,
    case: int = 0,
    programs: Any = None,
) -> FlightRecord:
    """Fly a mission; without a seed the nominal flight, with one every dispersion and all sensor noise drawn.

    `case` picks one of the 2^32 flights of a seed: case n is case n of an ensemble with this seed.
    `on_event` is called with each event, in order, while the flight is computed. InputError when the mission cannot be flown (a phase
    without the part it needs). A flight that goes wrong is no error: its record says how it was lost.
    `programs` makes what flies in place of `engine.Programs`, from the same arguments.
    """
    return fly_many(mission, [seed], on_event, [case], programs)[0]


def fly_many(
    mission: Mission,
    seeds: Sequence[int | None],
    on_event: Callable[[Event], None] | None = None,
    cases: Sequence[int] | None = None,
    programs: Any = None,
) -> list[FlightRecord]:
    """Fly a mission once for each seed, side by side; every record is the same, byte for byte, as that of `fly` alone.

    `on_event` hears the first of them; `cases` picks a case of each seed (0); `programs` as in `fly`. Memory grows with the number of
    seeds: full records are kept.
    """
    if programs is None:
        refuse_multibody(mission)
    for seed in seeds:
        if seed is not None:
            check_seed(seed)
    chosen = [check_case(case) for case in cases or [0] * len(seeds)]
    try:
        tables, ground = _checked_tables(mission.parameters)
    except InputError as error:
        raise mission.refusal(error) from None
    from skycrane.flight import engine

    records: list[FlightRecord] = []
    for first in range(0, len(seeds), engine.WIDTH):
        some = slice(first, first + engine.WIDTH)
        told = on_event if first == 0 else None
        records += _fly_chunk(mission, tables, ground, seeds[some], chosen[some], told, programs)
    return records


def refuse_multibody(mission: Mission) -> None:
    """InputError for a mission whose last metres the compiled programs do not fly."""
    if isinstance(getattr(mission.parameters, "touchdown", None), MultibodyTouchdownParameters):
        raise mission.refusal(
            InputError(
                'touchdown.model is "multibody", which only `skycrane land` and skycrane.fly can fly; use "reduced" here'
            )
        )


def _checked_tables(parameters: MissionParameters) -> tuple[Any, ComingGround]:
    """What is computed before the flight, and the ground to be put into it; InputError when the mission cannot be flown."""
    check_sequence(parameters)
    from skycrane.flight import engine

    engine.configure()
    from skycrane.flight.soundness import check_soundness
    from skycrane.flight.tables import make_tables

    p = what_flies(parameters)
    ground = ComingGround(p)
    check_soundness(p, sequence_of(p))
    return make_tables(p, ground=ground.stand_in(p)), ground


def check_seed(seed: int) -> int:
    """The seed; InputError for what is none."""
    if not is_seed(seed):
        raise InputError(f"seed is {seed!r}, must be a whole number from 0 to 2^63 - 1, or None for the nominal flight")
    return seed


def check_case(case: int) -> int:
    """The number of a case; InputError for what is none."""
    if isinstance(case, bool) or not isinstance(case, int) or not 0 <= case < 2**32:
        raise InputError(f"case is {case!r}, must be a whole number from 0 to 2^32 - 1")
    return case


def _fly_chunk(
    mission: Mission,
    tables: Any,
    ground: ComingGround,
    seeds: Sequence[int | None],
    numbers: Sequence[int],
    on_event: Callable[[Event], None] | None,
    programs: Any,
) -> list[FlightRecord]:
    """Up to WIDTH cases through the compiled programs."""
    from skycrane.flight import dispersions, engine, threefry
    from skycrane.flight import models as modelling
    from skycrane.flight.tables import known_at_entry
    from skycrane.flight.telling import Story

    p = what_flies(mission.parameters)
    keys = [threefry.case_keys(seed or 0, np.array(number)) for seed, number in zip(seeds, numbers, strict=True)]
    change = dispersions.drawn(p, np.stack(keys))
    models = modelling.assemble(p)
    cases = [
        dispersions.dispersed(models, p, None if seed is None else dispersions.one_of(change, n))
        for n, seed in enumerate(seeds)
    ]
    pad = engine.WIDTH - len(cases)
    batch = dispersions.lanes(cases, engine.WIDTH)
    key_rows = np.stack([*keys, *[keys[-1]] * pad])
    noise = np.array([0.0 if seed is None else 1.0 for seed in [*seeds, *[seeds[-1]] * pad]])
    flying = (programs or engine.Programs)(batch, tables, key_rows, noise, sequence_of(p))
    tables = ground.put_into(tables)
    known = known_at_entry(p)
    stories = [
        Story(case, tables, p.entry.utc, mission.name, lane, on_event if lane == 0 else None, known)
        for lane, case in enumerate(cases)
    ]
    for segment in flying.fly(batch, tables, key_rows, noise, ground.terrain):
        for story in stories:
            story.hear(segment)
    from skycrane.flight.loose_flight import fly_loose_bodies

    loose = fly_loose_bodies(cases, batch, tables, stories)
    records = []
    for seed, number, case, story, found in zip(seeds, numbers, cases, stories, loose, strict=True):
        channels, events, outcome = conclude(p, case, tables, story, found)
        provenance = provenance_of(mission, seed, number, modelling.sources_of(case))
        records.append(FlightRecord(channels, events, outcome, mission.to_toml(), provenance))
        refuse_hole(mission, records[-1])
    return records


def refuse_hole(mission: Mission, record: FlightRecord) -> None:
    """InputError for a lost flight that ended where its terrain has no height: what it met there is nobody's ground."""
    height, place = (record.channels[name].values[-1] for name in ("height_above_terrain", "position_site"))
    if not record.outcome["success"] and np.isnan(height) and np.isfinite(place).all():
        terrain = getattr(mission.parameters.site, "terrain", "")
        raise mission.refusal(
            InputError(
                f"site.terrain is {terrain!r}, which has no height {place[0]:.0f} m east and {place[1]:.0f} m north of the site, where this "
                "flight came down; it must have heights wherever a flight can land"
            )
        )


def provenance_of(mission: Mission, seed: int | None, case: int, sources: tuple[str, ...]) -> dict[str, Any]:
    """Provenance of one flight."""
    from skycrane.flight import engine
    from skycrane.flight.programs import cache_folder

    return describe_provenance(
        mission_name=mission.name,
        mission_toml=mission.to_toml(),
        seed=seed,
        case=case,
        sources=(*mission.sources, *sources),
        settings={
            "width": engine.WIDTH,
            "xla_flags": os.environ.get("XLA_FLAGS", ""),
            "random_generator": "threefry2x32, partitionable",
            "cache": str(cache_folder()),
        },
    )


def conclude(p: Any, case: Any, tables: Any, story: Any, found: Any) -> tuple[Any, list[Event], dict[str, Any]]:
    """The last events and how it ended; `found` is what became of the loose bodies."""
    from skycrane.flight import facts

    extra = {}
    if found["present"]:
        extra["loose_body_position_site"] = found["track"]
        for name, (t, _, _) in found["impact"].items():
            key = {"heat_shield": "heatshield_impact", "backshell": "backshell_impact"}.get(
                name, name.replace("ballast", "ballast_impact")
            )
            story.note(key, t)
    channels, events = story.finish(extra)
    by_key = {e.key: e for e in events}
    _, load = story.load_history()
    outcome = facts.outcome(
        p,
        case,
        tables,
        by_key,
        channels,
        {
            "nearest": found["nearest"],
            "peak_load": float(load.max()) if len(load) else 0.0,
        },
    )
    outcome["loose_bodies"] = {
        name: {"impact_s": t, "east_m": east, "north_m": north} for name, (t, east, north) in found["impact"].items()
    }
    return channels, events, outcome
