"""Fly one landing: the mission goes in, a record of what happened comes out.

A single flight is one lane of the same fixed-width programs that fly an ensemble (flight/engine.py).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from skycrane.flight.sequence import check_sequence, sequence_of
from skycrane.mission.mission import Mission
from skycrane.record import Event, FlightRecord, describe_provenance


def fly(mission: Mission, seed: int | None = None, on_event: Callable[[Event], None] | None = None) -> FlightRecord:
    """Fly a mission; without a seed the nominal flight, with one every dispersion and all sensor noise drawn.

    `on_event` is called with each event, in order, while the flight is computed. InputError when the mission cannot be flown (a phase
    without the part it needs, a target out of reach). A flight that goes wrong is no error: its record says how it was lost.
    """
    check_sequence(mission.parameters)
    from skycrane.flight import engine

    engine.configure()
    from skycrane.flight import dispersions
    from skycrane.flight import models as modelling
    from skycrane.flight.programs import cache_folder
    from skycrane.flight.randomness import case_key
    from skycrane.flight.tables import make_tables
    from skycrane.flight.telling import Story

    p = mission.parameters
    tables = make_tables(p)
    key = case_key(0 if seed is None else seed, 0)
    case = dispersions.dispersed(modelling.assemble(p), p, None if seed is None else key)
    batch = dispersions.lanes([case], engine.WIDTH)
    keys = np.stack([np.asarray(key)] * engine.WIDTH)
    noise = np.full(engine.WIDTH, 0.0 if seed is None else 1.0)
    programs = engine.Programs(batch, tables, keys, noise, sequence_of(p))
    story = Story(case, tables, p.entry.utc, mission.name, 0, on_event)
    for segment in programs.fly(batch, tables, keys, noise):
        story.hear(segment)
    channels, events, outcome = _conclude(p, case, batch, tables, story)
    provenance = describe_provenance(
        mission_name=mission.name,
        mission_toml=mission.to_toml(),
        seed=seed,
        sources=(*mission.sources, *modelling.sources_of(case)),
        settings={
            "width": engine.WIDTH,
            "xla_flags": engine.FLAGS,
            "random_generator": "threefry2x32, partitionable",
            "cache": str(cache_folder()),
        },
    )
    return FlightRecord(channels, events, outcome, mission.to_toml(), provenance)


def _conclude(p: Any, case: Any, batch: Any, tables: Any, story: Any) -> tuple[Any, list[Event], dict[str, Any]]:
    """Loose bodies, the last events, and how it ended."""
    from skycrane.flight import facts, loose_flight

    found = loose_flight.fly_loose_bodies(case, batch, tables, story)
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
        {"nearest": found["nearest"], "peak_load": float(load.max()) if len(load) else 0.0},
    )
    outcome["loose_bodies"] = {
        name: {"impact_s": t, "east_m": east, "north_m": north} for name, (t, east, north) in found["impact"].items()
    }
    return channels, events, outcome
