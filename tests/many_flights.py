"""Many variations of one mission in one go: every lane of the compiled programs another case, tables those of the mission itself."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from skycrane.flight.tables import known_at_entry
from skycrane.mission import Mission

#: channels that must be a finite number in every row of every flight, whatever becomes of it
ALWAYS = (
    "position_mcmf", "velocity_mcmf", "attitude_mcmf_from_body", "angular_rate_body", "height_above_terrain", "flight_path_angle",
    "speed_planet_relative", "airspeed", "mach", "dynamic_pressure", "density", "temperature", "total_angle_of_attack", "mass",
    "deceleration", "convective_heat_flux", "heat_load", "navigated_position_mcmf", "navigated_velocity_mcmf", "tilt",
)  # fmt: skip


class Flown(NamedTuple):
    """What became of one variation."""

    outcome: dict[str, Any]
    events: dict[str, Any]
    channels: Any


def fly_variations(mission: Mission, variations: Sequence[Mapping[str, Any]]) -> list[Flown]:
    """Fly up to 64 variations of a mission at once: numbers may change, structure and what goes into tables may not.

    Guidance keeps the plan of the unchanged mission, as it does under dispersions.
    """
    from skycrane.flight import engine
    from skycrane.flight.sequence import check_sequence, sequence_of, what_flies

    engine.configure()
    from skycrane.flight import dispersions, models
    from skycrane.flight.fly import conclude
    from skycrane.flight.loose_flight import fly_loose_bodies
    from skycrane.flight.randomness import case_key
    from skycrane.flight.tables import make_tables
    from skycrane.flight.telling import Story

    check_sequence(mission.parameters)
    p = what_flies(mission.parameters)
    tables = make_tables(p)
    given = [what_flies(mission.with_changes(change).parameters) for change in variations]
    cases = [models.assemble(each) for each in given]
    batch = dispersions.lanes(cases, engine.WIDTH)
    keys = np.stack([np.asarray(case_key(0, 0))] * engine.WIDTH)
    noise = np.zeros(engine.WIDTH)
    stories = [
        Story(case, tables, p.entry.utc, mission.name, lane, None, known_at_entry(p)) for lane, case in enumerate(cases)
    ]
    programs = engine.Programs(batch, tables, keys, noise, sequence_of(p))
    for segment in programs.fly(batch, tables, keys, noise):
        for story in stories:
            story.hear(segment)
    result = []
    for own, case, story, loose in zip(
        given, cases, stories, fly_loose_bodies(cases, batch, tables, stories), strict=True
    ):
        channels, events, outcome = conclude(own, case, tables, story, loose)
        result.append(Flown(outcome, {event.key: event for event in events}, channels))
    return result


def assert_whole(flown: Flown) -> None:
    """The record of a flight that went wrong is as good as any other: finite, in order, with an ending that is a sentence."""
    for name in ALWAYS:
        assert np.isfinite(flown.channels[name].values).all(), name
    time = flown.channels["time"].values
    assert (np.diff(time) > 0.0).all()
    assert flown.outcome["outcome"].replace("_", "").isalpha()
    assert flown.outcome["sentence"].endswith(".")
    assert "nan" not in flown.outcome["sentence"]
    for event in flown.events.values():
        assert np.isfinite(event.t_s), event.key
        for figures in (event.because["values"], event.because["thresholds"]):
            assert all(np.isfinite(each) for each in figures.values()), event.key
