"""A small made-up run of Mars 2020, with pictures if wanted: for tests of what carries a run home."""

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from skycrane.mission import load_mission
from skycrane.record import Event, FlightRecord, describe_provenance, utc_after
from skycrane.record.channels_dataset import dataset_from_si

LANDED = 417.0
LONGITUDE, LATITUDE, RADIUS = np.radians(77.45088572), np.radians(18.444627154), 3394.50708e3 - 2569.9


def place() -> np.ndarray:
    """Planet-fixed place of the landing [m]."""
    c = np.cos(LATITUDE)
    return RADIUS * np.array([c * np.cos(LONGITUDE), c * np.sin(LONGITUDE), np.sin(LATITUDE)])


def run_to_send(folder: Path, images: int = 0, outcome: str = "landed", mission: str = "mars2020") -> Path:
    """Write the run and give its folder back."""
    flown = load_mission(mission)
    times = np.arange(0.0, 430.0, 1.0)
    height = np.interp(times, [0.0, 90.0, 240.0, LANDED], [130e3, 25e3, 12e3, 0.0])
    flux = 6e5 * np.exp(-(((times - 77.0) / 25.0) ** 2))
    direction = place() / RADIUS
    arrays = {"position_mcmf": direction * (RADIUS + height)[:, None], "convective_heat_flux": flux}
    epoch = flown.parameters.entry.utc
    rows = (("entry_interface", 0.0), ("peak_heating", 77.0), ("parachute_deploy", 240.0), ("touchdown", LANDED))
    landing = {
        "touchdown": {
            "t_s": LANDED,
            "latitude_deg": float(np.degrees(LATITUDE)),
            "longitude_deg": float(np.degrees(LONGITUDE)),
        }
    }
    record = FlightRecord(
        channels=dataset_from_si(arrays, time=times, mission_name=flown.name, epoch_utc=epoch),
        events=[Event(key, key.replace("_", " "), t, utc_after(epoch, t)) for key, t in rows],
        outcome={"outcome": outcome, "success": outcome == "landed", **(landing if outcome == "landed" else {})},
        mission=flown.to_toml(),
        provenance=describe_provenance(mission_name=flown.name, mission_toml=flown.to_toml(), seed=None, sources=()),
    )
    record.save(folder)
    if images:
        _take(folder / "pictures", images)
    return folder


def _take(folder: Path, images: int) -> None:
    folder.mkdir()
    rng = np.random.default_rng(1)
    records = []
    for number in range(images):
        name, camera = f"SIM_{number}", "FHAZ_LEFT_A" if number == images - 1 else "DDC"
        smooth = np.asarray(
            Image.fromarray(rng.integers(0, 255, (12, 16, 3), np.uint8)).resize((320, 240), Image.Resampling.BICUBIC)
        )
        picture = Image.fromarray(smooth)
        picture.save(folder / f"{name}.png")
        picture.resize((80, 60)).save(folder / f"{name}_thumbnail.png")
        out = io.BytesIO()
        picture.save(out, "JPEG2000", no_jp2=True)
        (folder / f"{name}.j2k").write_bytes(out.getvalue())
        files = {"small": f"{name}_thumbnail.png", "full_res": f"{name}.png", "codestream": f"{name}.j2k"}
        records.append(
            {"imageid": name, "image_files": files, "skycrane": {"time_s": 300.0 + 20.0 * number, "camera": camera}}
        )
    (folder / "catalogue.json").write_text(json.dumps({"images": records}), encoding="utf-8")
