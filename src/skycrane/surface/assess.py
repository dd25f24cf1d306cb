"""Assess the site of a landing from its run folder: how the rover stands, and what lies around it."""

from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.surface.chassis import WHEELS, Chassis, chassis
from skycrane.surface.egress import egress_sectors
from skycrane.surface.ground_as_flown import ground_as_flown
from skycrane.surface.health import health
from skycrane.surface.local_ground import local_ground
from skycrane.surface.relays import relays
from skycrane.surface.scarp import nearest_scarp
from skycrane.surface.sentence import sentence
from skycrane.surface.settle import Rest, settle
from skycrane.surface.sky import Horizon, earth, horizon, sunlight
from skycrane.surface.surroundings import REACH, belly_clearance, plane_around, rocks_around
from skycrane.surface.touchdown_place import TouchdownPlace, touchdown_place

SITE, ASSESSMENT = "site", "assessment.json"


def assess_site(run: str | Path) -> dict[str, Any]:
    """Set the rover down where the record says that its wheels touched, look around, and write RUN/site/assessment.json.

    Returns the assessment: `sentence` first, then pose at rest, wheels, ground, rocks, egress, scarp, horizon, sunlight, Earth, health.
    Angles in deg, bearings clockwise from north. InputError when the run has no rover on the ground or its terrain does not reach it.
    """
    from skycrane.mission import load_mission
    from skycrane.record import open_run
    from skycrane.record.json_text import to_json
    from skycrane.record.run_folder import write_beside
    from skycrane.terrain import open_terrain

    folder = Path(run)
    record, parameters = open_run(folder), load_mission(folder / "mission.toml").parameters
    if parameters.rover is None:
        raise InputError(
            f"{folder / 'mission.toml'} has no [rover], so nothing can be set down on wheels; add the section and fly again"
        )
    place = touchdown_place(record, parameters, folder)
    terrain = open_terrain(parameters.site.terrain, parameters.site, parameters.planet)
    found = assessment(chassis(parameters.vehicle, parameters.rover), terrain, place, parameters)
    found["health"] = health(record, parameters, found)
    try:
        (folder / SITE).mkdir(exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"cannot write {folder / SITE}: {problem.strerror}; choose another place for the run"
        ) from None
    write_beside(folder / SITE / ASSESSMENT, to_json(found))
    return found


def assessment(rover: Chassis, terrain: Any, place: TouchdownPlace, mission: Any = None) -> dict[str, Any]:
    """The assessment of a place on a terrain, without a run; `mission` has the relay orbiters and what it tilts the ground by."""
    near = ground_as_flown(terrain, place.east, place.north, mission, place.rocks)
    ground = local_ground(near, place.east, place.north)
    rest = settle(rover, ground, place.heading, place.gravity, stance=place.stance)
    eye = ground.base + float((rest.axes @ [0.0, 0.0, rover.rover.mast_height] + rest.origin)[2])
    radius = terrain.site.areoid_radius + terrain.site.elevation
    seen = horizon(terrain, place, eye, radius)
    found: dict[str, Any] = {
        "sentence": "",
        "terrain": terrain.name,
        "place": {
            "east_m": place.east,
            "north_m": place.north,
            "utc": place.utc.isoformat(),
            "gravity_m_s2": place.gravity,
        },
        "pose": _pose(rest)
        | {"from": "the wheels let go without speed" if place.stance is None else "the manoeuvre as flown"},
        "belly_clearance_m": belly_clearance(rover, rest, ground),
        "belly_load_N": rest.belly_load,
        "weight_N": rover.mass * place.gravity,
        "jets_push_N": 0.0 if place.stance is None else place.stance.jets,
        "wheels": _wheels(rest),
        "suspension_deg": dict(
            zip(("rocker_left", "rocker_right", "bogie_left", "bogie_right"), np.degrees(rest.suspension), strict=True)
        ),
        "ground": [plane_around(near, place.east, place.north, radius) for radius in (3.0, 10.0)],
        "measured_spacing_m": float(terrain.measured_spacing(place.east, place.north)),
        "rocks": rocks_around(near, place.east, place.north),
        "egress": egress_sectors(rover, near, place.east, place.north),
        "first_drive_m": rover.rover.first_drive,
        "scarp": nearest_scarp(terrain, place.east, place.north),
        "horizon": _horizon(seen),
        "sunlight": sunlight(place, seen),
        "earth": earth(place, seen),
        "relays": relays(mission, place, seen, radius),
        "contour": _contour(near, place),
    }
    found["sentence"] = sentence(found)
    return found


def _pose(rest: Rest) -> dict[str, Any]:
    return {
        "at_rest": rest.at_rest,
        "roll_deg": float(np.degrees(rest.roll)),
        "pitch_deg": float(np.degrees(rest.pitch)),
        "tilt_deg": float(np.degrees(rest.tilt)),
        "heading_deg": float(np.degrees(rest.heading)),
        "settled_in_s": rest.seconds,
    }


def _wheels(rest: Rest) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "load_N": rest.load[k],
            "sink_m": rest.sink[k],
            "share_on_rock": rest.on_rock[k],
            "east_m": rest.hubs[k, 0],
            "north_m": rest.hubs[k, 1],
        }
        for k, name in enumerate(WHEELS)
    ]


def _horizon(seen: Horizon) -> dict[str, Any]:
    return {
        "elevation_deg": np.round(np.degrees(seen.elevation), 3),
        "distance_m": np.round(seen.distance, 1),
        "known_to_m": seen.known_to,
    }


def _contour(terrain: Any, place: TouchdownPlace) -> dict[str, Any]:
    """Heights around the rover over the ground under it for a map: every 25 cm, rows northwards [m]; NaN where there are none."""
    steps = np.arange(-REACH, REACH + 0.1, 0.25)
    heights = terrain.height((place.east + steps)[None, :], (place.north + steps)[:, None], 0.25)
    return {"spacing_m": 0.25, "height_m": np.round(heights - heights[len(steps) // 2, len(steps) // 2], 3)}
