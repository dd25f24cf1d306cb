"""Take the pictures of a landing from its run folder alone, and leave them there: files, catalogue, contact sheet.

A picture that the catalogue has already, with the same models of the machines, is not taken again, so a run that was interrupted goes
on where it stopped.
"""

import time as watch
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skycrane.cameras import catalogue, products
from skycrane.cameras.contact_sheet import write_sheet
from skycrane.cameras.models.own import OwnModel, own_model
from skycrane.cameras.moment import Landing
from skycrane.cameras.movie import can_be_film, write_movie
from skycrane.cameras.selection import Shot, chosen, story
from skycrane.cameras.take import QUALITIES, Studio
from skycrane.core.errors import InputError

PICTURES = "pictures"


@dataclass(frozen=True)
class Progress:
    """What is being done: picture `number` of `total`, its shot, over which terrain, whether it was there already, and seconds left.

    Seconds are None where they are not known yet.
    """

    number: int
    total: int
    shot: Shot
    terrain: str
    there_already: bool
    seconds_left: float | None


def take_pictures(
    run: str | Path,
    cameras: Sequence[str] = (),
    at: Sequence[str] = (),
    every: str | None = None,
    quality: str = "draft",
    most: int | None = None,
    movie: bool = False,
    models: dict[str, str | Path] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> list[dict[str, Any]]:
    """Take pictures of a landing; returns the records of the pictures asked for.

    Without `cameras`, `at` and `every` the default set of twelve. `at`: moments such as "touchdown-8s"; `every`: "1s" while each
    camera is on; `models`: a user's own glTF file for rover, descent_stage, heat_shield or backshell. InputError names what cannot be done.
    """
    folder = Path(run)
    landing = open_landing(folder)
    if quality not in QUALITIES:
        raise InputError(f"--quality is {quality}, must be one of {', '.join(QUALITIES)}")
    if most is not None and most < 1:
        raise InputError(f"--max is {most}, must be at least 1")
    told = not (cameras or at or every)
    shots = story(landing)[:most] if told else chosen(landing, list(cameras), list(at), every, most)
    place = folder / PICTURES
    try:
        place.mkdir(exist_ok=True)
    except OSError as problem:
        raise InputError(f"cannot write {place}: {problem.strerror}; choose another place") from None
    records = {each["imageid"]: each for each in catalogue.read(place) if products.are_there(place, each)}
    own = {name: own_model(name, path) for name, path in (models or {}).items()}
    wanted = _take_all(landing, shots, quality, place, records, own, on_progress)
    if wanted:
        write_sheet(
            place, sorted(records.values(), key=lambda each: each["skycrane"]["time_s"]), landing.parameters.title
        )
    if movie:
        for camera in dict.fromkeys(shot.camera.id for shot in shots):
            if camera in cameras or not told or can_be_film(list(records.values()), camera):
                write_movie(place, list(records.values()), camera)
    return wanted


def open_landing(folder: Path) -> Landing:
    """The landing of a run folder, ready for pictures; InputError when it cannot be photographed."""
    from skycrane.mission import load_mission
    from skycrane.record import open_run

    record = open_run(folder)
    mission = load_mission(folder / "mission.toml")
    if mission.parameters.planet.name != "Mars":
        raise InputError(
            f"pictures are made of Mars, and {mission.name} lands on {mission.parameters.planet.name}: its sky and Sun are not modelled"
        )
    missing = [
        name
        for name in ("position_site", "attitude_mcmf_from_body", "centre_of_mass_body")
        if name not in record.channels
    ]
    if missing:
        raise InputError(
            f"{folder / 'flight.nc'} has no {', '.join(missing)}, so the spacecraft cannot be placed; fly the whole vehicle"
        )
    return Landing(record, mission)


def ground_of(landing: Landing) -> str:
    """Name of the terrain that is photographed: the one that was flown over."""
    return str(landing.parameters.site.terrain)


def _take_all(
    landing: Landing,
    shots: list[Shot],
    quality: str,
    place: Path,
    records: dict[str, Any],
    models: dict[str, OwnModel],
    tell: Callable[[Progress], None] | None,
) -> list[dict[str, Any]]:
    studio: Studio | None = None
    wanted, spent, made = [], 0.0, 0
    names = [catalogue.image_id(landing, shot, quality) for shot in shots]
    marks = {name: model.sha256 for name, model in models.items()}
    todo = [name not in records or records[name]["skycrane"].get("models", {}) != marks for name in names]
    for number, (shot, name, new) in enumerate(zip(shots, names, todo, strict=True), start=1):
        left = spent / made * sum(todo[number - 1 :]) if made else None
        if tell is not None:
            tell(Progress(number, len(shots), shot, ground_of(landing), not new, left))
        if new:
            began = watch.monotonic()
            studio = studio or studio_of(landing, models)
            records[name] = _one(studio, shot, quality, place, marks)
            catalogue.write(place, landing.record.mission_name, list(records.values()))
            made, spent = made + 1, spent + watch.monotonic() - began
        wanted.append(records[name])
    return wanted


def _one(studio: Studio, shot: Shot, quality: str, place: Path, models: dict[str, str]) -> dict[str, Any]:
    taken = studio.take(shot.camera, shot.time, QUALITIES[quality])
    name = catalogue.image_id(studio.landing, shot, quality)
    record = catalogue.record_of(studio.landing, shot, taken, products.names(name))
    record["skycrane"]["terrain"] = ground_of(studio.landing)
    record["skycrane"]["models"] = models
    products.write(place, record, taken.samples, studio.landing.record.mission_name)
    return record


def studio_of(landing: Landing, models: dict[str, OwnModel]) -> Studio:
    """Where the pictures of a landing are taken: over its own ground, with a user's own models if there are any."""
    from skycrane.cameras.render.engine import mitsuba
    from skycrane.terrain import open_terrain

    mitsuba()
    site = landing.parameters.site
    terrain = open_terrain(ground_of(landing), site)
    return Studio(landing, terrain, {name: model.parts for name, model in models.items()})
