"""`pictures/catalogue.json`: one record for each picture, with the fields of the public raw-image feed of Mars 2020, and what is ours.

Every record says that it is SIMULATED. What the feed has and a simulation cannot know (when it was received) is the feed's own word for
missing data, "UNK".
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.cameras import camera as eyes
from skycrane.cameras.moment import Landing
from skycrane.cameras.selection import Shot
from skycrane.cameras.take import Taken
from skycrane.core.attitude import Mat3, from_matrix
from skycrane.core.errors import InputError
from skycrane.core.vector import Vec3
from skycrane.planet import time as clocks
from skycrane.record.json_text import to_json
from skycrane.record.run_folder import write_beside
from skycrane.record.utc import utc_after

CATALOGUE = "catalogue.json"
MISSING = "UNK"
#: TDB seconds past J2000 less the count of the spacecraft clock on landing day [naif2021]; its drift of 8 ppm is left out
_CLOCK_OFFSET = 159.63
#: columns: forward, right, down (the rover's frame of the feed) in model axes (forward, left, up)
_MODEL_FROM_FEED = np.diag([1.0, -1.0, -1.0])


def spacecraft_clock(landing: Landing, time: float) -> float:
    """Count of the spacecraft clock [s] at a time of the landing."""
    utc = clocks.parse_utc(utc_after(landing.parameters.entry.utc, time))
    return round(clocks.days_since_j2000(utc) * 86400.0 - _CLOCK_OFFSET, 3)


def image_id(landing: Landing, shot: Shot, quality: str) -> str:
    """Name of a picture: unique for camera, millisecond and quality."""
    clock = spacecraft_clock(landing, shot.time)
    return f"SIM_{shot.camera.id}_{sol(landing, shot.time):04d}_{int(clock):010d}_{round(clock % 1 * 1000) % 1000:03d}_{quality[0].upper()}"


def sol(landing: Landing, time: float) -> int:
    """Local mean solar days since landing."""
    entry = landing.parameters.entry.utc
    landed = landing.events.get("touchdown", landing.end)
    now, then = (clocks.parse_utc(utc_after(entry, each)) for each in (time, landed))
    return clocks.sol_number(now, then, landing.parameters.site.longitude)


_POINTS = (
    "north", "north-north-east", "north-east", "east-north-east", "east", "east-south-east", "south-east", "south-south-east",
    "south", "south-south-west", "south-west", "west-south-west", "west", "west-north-west", "north-west", "north-north-west",
)  # fmt: skip


def heading(view: eyes.View) -> str:
    """Where a camera looks; of one that looks steeply down or up, where the top of its picture is."""
    forward, top = view.axes[:, 2], -view.axes[:, 1]
    steep = abs(forward[2]) > np.sin(np.radians(60.0))
    degrees = float(np.degrees(np.arctan2(*(top if steep else forward)[:2]))) % 360.0
    point = _POINTS[round(degrees / 22.5) % 16]
    return f"{'top of the picture' if steep else 'looking'} {point} ({degrees:.0f} deg)"


def caption(landing: Landing, shot: Shot, view: eyes.View) -> str:
    """One line that says what is seen and where to, and that it is simulated."""
    when = (
        f"{abs(shot.offset):.1f} s {'after' if shot.offset >= 0 else 'before'} {shot.event.replace('_', ' ')}"
        if shot.event
        else f"{shot.time:.1f} s after entry interface"
    )
    tells = f": {shot.tells}" if shot.tells else ""
    return f"SIMULATED. {shot.camera.id}, {shot.camera.title}, {when}{tells}; {heading(view)}"


def record_of(landing: Landing, shot: Shot, taken: Taken, files: dict[str, str]) -> dict[str, Any]:
    """The record of one picture."""
    utc = utc_after(landing.parameters.entry.utc, shot.time)
    local = clocks.local_mean_solar_time(clocks.parse_utc(utc), landing.parameters.site.longitude)
    carrier = taken.moment.poses[shot.camera.carried_by]
    rows, columns = taken.samples.shape[:2]
    full = "Full" if taken.scale == 1 else "Downsampled"
    day = sol(landing, shot.time)
    return {
        "imageid": image_id(landing, shot, taken.quality.name),
        "simulated": True,
        "title": f"SIMULATED {landing.record.mission_name} Sol {day}: {shot.camera.title}",
        "caption": caption(landing, shot, taken.view),
        "credit": "skycrane simulation, not a photograph",
        "sol": day,
        "site": 0,
        "drive": "0",
        "attitude": _tuple(_attitude(carrier.axes)),
        "date_taken_utc": utc.rstrip("Z"),
        "date_taken_mars": f"Sol-{day:05d}M{clocks.clock(local)}",
        "date_received": MISSING,
        "sample_type": full,
        "camera": _camera(shot, taken),
        "extended": {
            "mastAz": MISSING,
            "mastEl": MISSING,
            "sclk": f"{spacecraft_clock(landing, shot.time):.3f}",
            "scaleFactor": str(taken.scale),
            "xyz": _tuple(carrier.point(np.zeros(3)) @ np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, -1]])),
            "subframeRect": f"(1,1,{shot.camera.columns},{shot.camera.rows})",
            "dimension": f"({columns},{rows})",
        },
        "image_files": files,
        "skycrane": {
            "camera": shot.camera.id,
            "carried_by": shot.camera.carried_by,
            "time_s": round(shot.time, 6),
            "event": shot.event,
            "offset_s": round(shot.offset, 6),
            "tells": shot.tells,
            "quality": taken.quality.name,
            "exposure_s": shot.camera.exposure,
            "gain": taken.gain,
            "eye_site_m": [round(float(each), 3) for each in taken.view.eye],
            "looks_site": [round(float(each), 6) for each in taken.view.axes[:, 2]],
            "sun_azimuth_deg": round(float(np.degrees(taken.sun.azimuth)), 3),
            "sun_elevation_deg": round(float(np.degrees(taken.sun.elevation)), 3),
        },
    }


def read(folder: Path) -> list[dict[str, Any]]:
    """The records of a pictures folder, oldest first; none when there is no catalogue yet."""
    path = folder / CATALOGUE
    if not path.exists():
        return []
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return list(content["images"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} is truncated or damaged (expected JSON with images); delete the folder and take the pictures again"
        ) from None


def write(folder: Path, mission: str, records: list[dict[str, Any]]) -> None:
    """Replace the catalogue, whole or not at all; records in the order of time."""
    ordered = sorted(records, key=lambda each: (each["skycrane"]["time_s"], each["imageid"]))
    about = {
        "simulated": True,
        "mission": mission,
        "note": "SIMULATED pictures, made by skycrane; fields as in the Mars 2020 raw-image feed",
    }
    write_beside(folder / CATALOGUE, to_json({**about, "images": ordered}))


def _camera(shot: Shot, taken: Taken) -> dict[str, Any]:
    """The feed's camera block; vectors in the frame of the carrier: x forward, y right, z down [m]."""
    from skycrane.cameras.moment import BODY_FROM_MODEL

    turn = _MODEL_FROM_FEED.T
    place, looks, top = (
        turn @ (np.array(each) @ BODY_FROM_MODEL) for each in (shot.camera.place, shot.camera.looks, shot.camera.top)
    )
    forward = looks / np.linalg.norm(looks)
    right = np.cross(forward, top)
    right /= np.linalg.norm(right)
    model = eyes.model_in(shot.camera, np.stack([right, np.cross(forward, right), forward], 1), place)
    names = ["c", "a", "h", "v"] + (["o", "r"] if hasattr(model, "r") else []) + (["e"] if hasattr(model, "e") else [])
    parts = [_tuple(getattr(model, name)) for name in names]
    if hasattr(model, "e"):
        parts += ["2.0", "0.0"]
    return {
        "instrument": shot.camera.instrument,
        "filter_name": MISSING,
        "camera_model_type": {4: "CAHV", 6: "CAHVOR"}.get(len(names), "CAHVORE"),
        "camera_model_component_list": ";".join(parts),
        "camera_vector": _tuple(forward),
        "camera_position": _tuple(place),
    }


def _attitude(axes: np.ndarray) -> tuple[float, ...]:
    """Quaternion, scalar first: local north-east-down from the carrier's forward-right-down."""
    ned_from_site = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, -1]])
    matrix = ned_from_site @ axes @ _MODEL_FROM_FEED
    q = from_matrix(Mat3(*(Vec3(*(float(v) for v in matrix[:, k])) for k in range(3))))
    return tuple(float(each) for each in q)


def _tuple(values: Any) -> str:
    return "(" + ",".join(f"{float(each):.6g}" for each in values) + ")"
