"""A landing with a few drawn pictures in the feed's dialect and their way home: for tests of the page."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from skycrane.downlink import downlink
from skycrane.record import FlightRecord, utc_after

#: camera, instrument, name, seconds since entry interface, what it shows, size
SHOTS = (
    ("PUC_A", "EDL_PUCAM1", "parachute up-look camera A", 242.0, "the parachute is full", "Full"),
    ("RDC", "EDL_RDCAM", "rover down-look camera", 264.0, "the heat shield falls away", "Full"),
    ("DDC", "EDL_DDCAM", "descent stage down-look camera", 405.0, "the rover hangs on its bridles", "Downsampled"),
    ("DDC", "EDL_DDCAM", "descent stage down-look camera", 412.0, "the wheels are near the ground", "Full"),
)
EPOCH = "2021-02-18T20:36:50.110Z"


def pictured_run(record: FlightRecord, folder: Path, home: bool = True) -> Path:
    """Save the record with pictures; with `home` they are carried to Earth too."""
    record.save(folder)
    (folder / "pictures").mkdir()
    images = [_take(folder / "pictures", number, *shot) for number, shot in enumerate(SHOTS)]
    catalogue = {"simulated": True, "mission": "mars2020", "images": images}
    (folder / "pictures/catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    if home:
        downlink(folder)
    return folder


def _take(
    folder: Path, number: int, camera: str, instrument: str, name: str, t: float, tells: str, size: str
) -> dict[str, Any]:
    imageid = f"SIM_{camera}_{number}"
    rng = np.random.default_rng(number)
    ground = Image.fromarray(rng.integers(60, 190, (12, 16, 3), np.uint8)).resize((320, 240), Image.Resampling.BICUBIC)
    ground.save(folder / f"{imageid}.png")
    ground.resize((80, 60)).save(folder / f"{imageid}_thumbnail.png")
    ground.save(folder / f"{imageid}.j2k", "JPEG2000", no_jp2=True)
    files = {"small": f"{imageid}_thumbnail.png", "full_res": f"{imageid}.png", "codestream": f"{imageid}.j2k"}
    return {
        "imageid": imageid, "simulated": True, "title": f"SIMULATED mars2020 Sol 0: {name}", "sol": 0,
        "caption": f"SIMULATED. {camera}, {name}: {tells}", "credit": "skycrane simulation, not a photograph",
        "date_taken_utc": utc_after(EPOCH, t), "date_received": "UNK", "sample_type": size,
        "camera": {"instrument": instrument, "camera_model_component_list": "(0,0,0)"}, "image_files": files,
        "skycrane": {"camera": camera, "time_s": t, "tells": tells, "quality": "draft", "exposure_s": 1e-3,
                     "sun_elevation_deg": 40.0, "terrain": "drawn"},
    }  # fmt: skip
