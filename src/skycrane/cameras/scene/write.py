"""The whole scene of a run, written: a table of contents and its files. The ground of one landing place is made once and kept."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.cameras import sky as sky_model
from skycrane.cameras.machines import UMBILICAL_BOTTOM, UMBILICAL_TOP
from skycrane.cameras.models.parachute import pattern
from skycrane.cameras.moment import BODY_FROM_MODEL, Landing, points
from skycrane.cameras.pictures import ground_of, open_landing
from skycrane.cameras.scene.eyes import cameras
from skycrane.cameras.scene.light import irradiance, texture, white
from skycrane.cameras.scene.meshes import models
from skycrane.cameras.scene.packing import deflated, packed_grid
from skycrane.cameras.scene.pyramid import CELLS, TILES, places, pyramid
from skycrane.cameras.scene.stones import stones
from skycrane.cameras.sky import Sky
from skycrane.cameras.take import Studio, sky_under

_REACH = 40_000.0  # [m] from the site: farther away there is not enough terrain around a landing place
_VERSION = 1  # of the ground's files


def write_scene(run: str | Path, folder: str | Path) -> dict[str, Any]:
    """Write the scene of a run into a folder; returns its table of contents. InputError says why a run has none."""
    from skycrane.terrain import open_terrain

    landing = open_landing(Path(run))
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    name = ground_of(landing)
    terrain = open_terrain(name, landing.parameters.site)
    studio = Studio(landing, terrain)
    place = _place(landing)
    time = landing.events.get("touchdown", landing.end)
    light = sky_under(studio.sun(time))
    lift = _lift(studio, *place)
    rocks, rock_file = stones(terrain, studio.survey, *place, lift)
    (out / "rocks.bin").write_bytes(rock_file)
    about_models = {}
    for model, (about, content) in models(landing, studio.standing).items():
        (out / f"{model}.bin").write_bytes(content)
        about_models[model] = {"file": f"{model}.bin", **about}
    return {
        "schema": 1,
        "frame": {
            "site_from_mcmf": landing.site_from_mcmf.tolist(),
            "body_from_model": BODY_FROM_MODEL.tolist(),
            "planet_radius_m": studio.survey.radius,
            "lift_m": lift,
        },
        "sun": [{"t_s": t, "direction": studio.sun(t).direction.tolist()} for t in (0.0, landing.end)],
        "sky": _sky(light),
        "ground": {"name": name, "place": list(place), **_ground(terrain, name, landing, light, place, out)},
        "rocks": {"file": "rocks.bin", **rocks},
        "models": about_models,
        "vehicle": _vehicle(landing),
        "cameras": cameras(landing),
        "bodies": list(landing.record.outcome.get("loose_bodies", {})),
        "map": _map(landing),
    }


def _lift(studio: Studio, east: float, north: float) -> float:
    """What is added to the heights of the terrain so that wheels at their recorded place stand on them [m]: the page draws them there."""
    e, n = np.array([east]), np.array([north])
    flat = (e**2 + n**2) / (2 * studio.survey.radius)
    return float((studio.survey.up(e, n, np.zeros(1)) + flat)[0]) - studio.standing.rise


def _place(landing: Landing) -> tuple[float, float]:
    """Where the ground has to be fine [m]: at rest, or where the record ends."""
    rover = landing.last("rover_position_site", landing.end)
    last = rover if np.all(np.isfinite(rover)) and rover.shape == (3,) else landing.last("position_site", landing.end)
    east, north = np.clip(np.nan_to_num(last[:2]), -_REACH, _REACH).tolist()
    return round(east, 2), round(north, 2)


def _sky(sky: Sky) -> dict[str, Any]:
    sun, below = irradiance(sky)
    return {
        "optical_depth": sky.optical_depth,
        "scale_height_m": sky_model.SCALE_HEIGHT,
        "albedo": sky_model.ALBEDO.tolist(),
        "lobes": [sky_model.FORWARD, sky_model.BACK, sky_model.SHARE],
        "glow": sky.glow(sky.optical_depth).tolist(),
        "sun_irradiance": sun,
        "sky_irradiance": below.tolist(),
        "ground_reflectance": np.asarray(sky.ground).tolist(),
        "white": white(sky),
    }


def _ground(
    terrain: Any, name: str, landing: Landing, light: Sky, place: tuple[float, float], out: Path
) -> dict[str, Any]:
    """The pyramid's files, from the cache where this place was drawn before under this Sun."""
    from skycrane.terrain.built_in import cache_folder

    plan = places(*place)
    told = [name, _VERSION, plan, np.round(light.sun, 3).tolist(), landing.parameters.site.latitude, _fingerprint()]
    kept = cache_folder().parent / "scene" / hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    if name == "jezero_like" and (kept / "ground.json").is_file():
        about = json.loads((kept / "ground.json").read_text(encoding="utf-8"))
    else:
        kept.mkdir(parents=True, exist_ok=True)
        about = _drawn(terrain, light, place, kept)
        (kept / "ground.json").write_text(json.dumps(about), encoding="utf-8")
    for level in about["levels"]:
        for file in (level["heights"], level["light"]):
            (out / file).write_bytes((kept / file).read_bytes())
    return dict(about)


def _drawn(terrain: Any, light: Sky, place: tuple[float, float], out: Path) -> dict[str, Any]:
    levels, beyond = pyramid(terrain, *place)
    table = []
    for number, level in enumerate(levels):
        step = max(level.spacing / 250.0, 0.001)
        low = float(level.heights.min())
        rows = np.clip(np.round((level.heights - low) / step), 0, 65535).astype(np.uint16)
        (out / f"ground{number}.bin").write_bytes(deflated(packed_grid(rows)))
        (out / f"light{number}.webp").write_bytes(texture(terrain, level, light))
        table.append(
            {
                "west": level.west,
                "south": level.south,
                "spacing": level.spacing,
                "low": low,
                "step": step,
                "heights": f"ground{number}.bin",
                "light": f"light{number}.webp",
            }
        )
    far = 0.5 * (levels[0].west + levels[0].south)
    colour = np.asarray(terrain.colour(np.array([[far]]), np.array([[far]]), 500.0), float).reshape(-1, 3)[0]
    return {
        "cells": CELLS,
        "tiles": TILES,
        "beyond_m": beyond,
        "beyond_colour": np.nan_to_num(colour, nan=0.2).tolist(),
        "levels": table,
    }


def _fingerprint() -> str:
    """Changes when the program that draws the ground changes."""
    import skycrane.terrain

    here, ground = Path(__file__).parent, Path(skycrane.terrain.__file__).parent
    files = [here / f"{each}.py" for each in ("pyramid", "light", "packing", "write")] + sorted(ground.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _vehicle(landing: Landing) -> dict[str, Any]:
    vehicle = landing.parameters.vehicle
    place = {
        name: (np.array(getattr(vehicle, name).place) @ BODY_FROM_MODEL).tolist()
        for name in ("heat_shield", "backshell", "lander")
        if getattr(vehicle, name, None) is not None
    }
    told: dict[str, Any] = {"places": place, "diameter_m": float(vehicle.aeroshell.base_diameter)}
    if getattr(vehicle, "engines", None) is not None:
        push = points(vehicle.engines, "push")
        exhaust = -push / np.linalg.norm(push, axis=1, keepdims=True)
        told["engines"] = {"places": points(vehicle.engines, "place").tolist(), "exhausts": exhaust.tolist()}
    if getattr(vehicle, "parachute", None) is not None:
        chute = vehicle.parachute
        told["parachute"] = {
            "nominal_diameter_m": float(chute.nominal_diameter),
            "trailing_distance_m": float(chute.trailing_distance),
            "confluence": [0.0, 0.0, 1.0 - float(chute.attachment[0])],
            "orange": pattern().astype(int).tolist(),
        }
    if getattr(vehicle, "bridles", None) is not None:
        lines = vehicle.bridles
        told["bridles"] = {
            "tops": points(lines, "top").tolist(),
            "bottoms": points(lines, "bottom").tolist(),
            "umbilical": [list(UMBILICAL_TOP), list(UMBILICAL_BOTTOM)],
        }
    return told


def _map(landing: Landing) -> dict[str, Any]:
    """What the map marks: target, centre and half length of the landing ellipse, in the site frame [m]."""
    from skycrane.terrain.site_frame import site_frame

    p = landing.parameters
    frame = site_frame(p.site, p.planet)
    east, north, _ = frame.east_north_up(
        np.array([p.site.ellipse_centre_latitude]), np.array([p.site.ellipse_centre_longitude])
    )
    wanted = [each for each in p.requirements if "distance_to_ellipse_centre_m" in each.figure]
    half = float(wanted[0].high) * 1e3 if wanted and np.isfinite(wanted[0].high) else None
    return {"ellipse_centre": [float(east[0]), float(north[0])], "ellipse_half_length_m": half}
