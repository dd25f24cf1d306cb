"""The bundle: everything the page needs of a run in one folder, `run.json`, `channels.bin`, `pictures/`, `scene/`.

Made from a run folder by what reads records; the server hands it out, `publish` ships it.
"""

import itertools
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.downlink.horizon import ASSESSMENT
from skycrane.experience.arrivals_file import read_arrivals
from skycrane.experience.channels_file import channels_file
from skycrane.experience.contents import (
    BUNDLE_SCHEMA,
    Arrivals,
    Because,
    EnsembleInfo,
    FlownValue,
    Phase,
    Place,
    RunEvent,
    RunInfo,
    Site,
)
from skycrane.experience.loss import loss_report
from skycrane.experience.pictures import write_pictures
from skycrane.experience.plain_words import PHASES, plain
from skycrane.experience.requirements import missed_requirements
from skycrane.experience.sound import write_sound
from skycrane.experience.thresholds import Thresholds, spelled_out
from skycrane.experience.what_if import sliders
from skycrane.record import FlightRecord, open_run, utc_after
from skycrane.record.callouts import sentence
from skycrane.record.citations import entries, in_words
from skycrane.record.json_text import plain as plain_json
from skycrane.record.json_text import read_json, to_json
from skycrane.report.compare import compare_with_flight
from skycrane.report.flown import flown_for, flown_path, flown_times, landing_point

INFO, CHANNELS_BIN, SCENE = "run.json", "channels.bin", "scene"


@dataclass(frozen=True)
class Extras:
    """What a bundle may carry beside the run: an ensemble; how large its pictures are; and what writes the 3-D scene into a folder.

    The scene is made by the rooms of the pictures, which reach the engine's libraries: `skycrane.cameras.scene.write_scene` is handed in.
    """

    ensemble: EnsembleInfo | None = None
    largest_picture: int = 1600
    write_scene: Callable[[Path, Path], dict[str, Any]] | None = None


def write_bundle(run: Path, folder: Path, extras: Extras | None = None) -> RunInfo:
    """Write the bundle of a run folder into `folder`, which exists; what run.json says is returned.

    InputError names what is missing or damaged in the run folder.
    """
    extras = extras or Extras()
    record = open_run(run)
    arrivals = read_arrivals(run)
    assessment = read_json(run / ASSESSMENT, "the site's assessment", f"skycrane site {run}")
    info = describe(record, arrivals)
    info["pictures"] = write_pictures(run, record, arrivals, folder, extras.largest_picture)
    if (sound := write_sound(run, folder)) is not None:
        info["sound"] = sound
    if assessment:
        info["assessment"] = assessment
    if extras.ensemble:
        info["ensemble"] = extras.ensemble
    info["what_if"] = sliders(record.mission)
    if extras.write_scene is not None:
        try:
            info["scene"] = extras.write_scene(run, folder / SCENE)
        except InputError as without:
            info["notes"] = [*info["notes"], f"There is no 3-D scene: {without}."]
    write_flight(record, info, folder)
    return info


def write_flight(record: FlightRecord, info: RunInfo, folder: Path) -> None:
    """run.json and channels.bin."""
    content, listed = channels_file(record.channels, landing_point(record))
    info["channels"] = listed
    (folder / CHANNELS_BIN).write_bytes(content)
    (folder / INFO).write_text(to_json(info), encoding="utf-8")


def describe(record: FlightRecord, arrivals: Mapping[str, Any] | None = None) -> RunInfo:
    """What run.json says of a flight alone: no pictures, no channels yet."""
    mission = tomllib.loads(record.mission)
    times = np.asarray(record.channels["time"].values)
    compared = compare_with_flight(record)
    figures = flown_for(record)
    seed = record.provenance.get("seed")
    info = RunInfo(
        schema=BUNDLE_SCHEMA,
        version=str(record.provenance.get("versions", {}).get("skycrane", "unknown")),
        page_version=_this_version(),
        made_with=str(record.provenance.get("command") or record.provenance.get("fly_again") or ""),
        mission=record.mission_name,
        title=str(mission.get("title") or record.mission_name),
        seed=seed,
        nominal=seed is None,
        start_s=float(times[0]),
        duration_s=float(times[-1]),
        epoch_utc=_epoch(record),
        light_time_s=float((arrivals or {}).get("light_time_s") or _light_time(record)),
        site=_site(mission),
        target=_target(record),
        phases=_phases(record, times),
        events=_events(record, flown_times(figures), arrivals),
        outcome=plain_json(record.outcome),
        comparison=list(compared.rows),
        comparison_note=compared.note,
        flown=[
            FlownValue(channel=p.name, t_s=p.time_s, value=p.value, source=spelled_out(p.source))
            for p in flown_path(record)
        ],
        channels=[],
        pictures=[],
        sources=_sources(record, [each.source for each in figures]),
        credits=_CREDITS,
        notes=_notes(record),
    )
    if (aim := _aimed_for(mission)) is not None:
        info["aimed_for"] = aim
    if (lost := loss_report(record)) is not None:
        info["loss"] = lost
    if missed := missed_requirements(record):
        info["missed"] = missed
    if arrivals:
        info["arrivals"] = Arrivals(
            light_time_s=arrivals["light_time_s"],
            landed_s=arrivals["landed_s"],
            passes=arrivals["passes"],
            silences=arrivals["silences"],
        )
    return info


def _sources(record: FlightRecord, flown: list[str]) -> list[str]:
    """What stands behind the models that flew and the figures they are held against, under the key by which tables name it."""
    keys = [*record.provenance.get("sources", ()), *re.findall(r"\[(\w+)\]", " ".join(flown))]
    return [f"[{key}] {in_words(key)}" for key in sorted(set(keys)) if key in entries()]


_CREDITS = [
    "SIMULATED. Nothing on this page is a photograph or telemetry of a spacecraft.",
    "Flown and drawn by skycrane, open source under Apache-2.0.",
    "Modelled on the landing of Mars 2020 Perseverance, NASA/JPL-Caltech; figures of the real landing from the publications listed.",
]


def _this_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("skycrane")
    except PackageNotFoundError:
        return "0+not.installed"


def _notes(record: FlightRecord) -> list[str]:
    """What a reader has to know before believing the page."""
    flown_with, ours = str(record.provenance.get("versions", {}).get("skycrane", "unknown")), _this_version()
    if flown_with == ours:
        return []
    return [f"Flown by skycrane {flown_with}, shown by skycrane {ours}: models may have changed since."]


def _epoch(record: FlightRecord) -> str:
    """UTC of entry interface, at the spacecraft."""
    first = next((each for each in record.events if each.utc), None)
    if first is None:
        return ""
    return utc_after(first.utc, -first.t_s)


def _light_time(record: FlightRecord) -> float:
    """One-way light time to Earth [s] at entry interface."""
    from skycrane.downlink.earth import light_time
    from skycrane.planet.time import days_since_j2000, parse_utc

    return float(light_time(days_since_j2000(parse_utc(_epoch(record)))))


def _site(mission: Mapping[str, Any]) -> Site:
    given = mission.get("site", {})
    return Site(
        name=str(given.get("name", "the landing site")),
        latitude_deg=float(given.get("latitude_deg", 0.0)),
        longitude_deg=float(given.get("longitude_deg", 0.0)),
        elevation_m=float(given.get("elevation_m", 0.0)),
        terrain=str(given.get("terrain", "level")),
    )


def _aimed_for(mission: Mapping[str, Any]) -> Place | None:
    """The target of the entry, on a sphere of the areoid's radius: good to metres within an ellipse. None where the mission names none."""
    site = mission.get("site", {})
    places = [("latitude_deg", "entry_target_latitude_deg"), ("longitude_deg", "entry_target_longitude_deg")]
    if not all(key in site for pair in places for key in pair) or "areoid_radius_km" not in site:
        return None
    north, east = (math.radians((site[there] - site[here] + 180.0) % 360.0 - 180.0) for here, there in places)
    radius = 1e3 * site["areoid_radius_km"]
    return Place(east_m=radius * math.cos(math.radians(site["latitude_deg"])) * east, north_m=radius * north)


def _target(record: FlightRecord) -> Place:
    """Where it was steered to in the end: the target that the flight selected, else the origin of the site."""
    if "target_position_site" not in record.channels:
        return Place(east_m=0.0, north_m=0.0)
    steered = np.asarray(record.channels["target_position_site"].values)
    known = steered[np.isfinite(steered).all(axis=1)]
    return (
        Place(east_m=float(known[-1, 0]), north_m=float(known[-1, 1])) if len(known) else Place(east_m=0.0, north_m=0.0)
    )


def _phases(record: FlightRecord, times: np.ndarray) -> list[Phase]:
    column = record.channels["phase"]
    words = str(column.attrs.get("flag_meanings", "")).split()
    values = np.asarray(column.values).astype(int)
    starts = [0, *(np.flatnonzero(np.diff(values)) + 1), len(values)]
    found = []
    for first, end in itertools.pairwise(starts):
        key = words[values[first]]
        label, said = PHASES[key]
        until = times[end] if end < len(times) else times[-1]
        found.append(Phase(key=key, label=label, sentence=said, start_s=float(times[first]), end_s=float(until)))
    return found


def _events(record: FlightRecord, really: Mapping[str, float], arrivals: Mapping[str, Any] | None) -> list[RunEvent]:
    heard = {each["key"]: each for each in (arrivals or {}).get("heard", ())}
    thresholds = Thresholds(record.mission)
    found = []
    for each in sorted(record.events, key=lambda event: event.t_s):
        because = each.because
        one = RunEvent(
            key=each.key,
            label=each.label,
            words=sentence(each),
            plain=plain(each.key, otherwise=each.label),
            t_s=each.t_s,
            utc=each.utc,
            severity=each.severity,
            because=Because(
                condition=str(because.get("condition", "")),
                values=thresholds.named(because.get("values", {})),
                thresholds=thresholds.named(because.get("thresholds", {})),
            ),
            sources=thresholds.sources(each.key),
            state={name: value for name, value in each.state.items() if name in _STATE},
        )
        if each.key in really:
            one["flown_s"] = really[each.key]
        if each.key in heard:
            one["heard_s"], one["heard_by"] = heard[each.key]["heard_s"], heard[each.key]["way"]
        found.append(one)
    return found


#: what the page says of the state at an event; everything else is in the channels
_STATE = frozenset(
    (
        "height_above_terrain",
        "height_above_areoid",
        "speed_planet_relative",
        "mach",
        "deceleration",
        "dynamic_pressure",
        "range_to_target",
    )
)
