"""What a landing has to send home: data products with their size, their turn, and when they were taken and stored."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.downlink import pictures
from skycrane.mission.parameters.downlink import DownlinkParameters
from skycrane.record import FlightRecord
from skycrane.record.run_folder import CHANNELS_FILE, EVENTS, OUTCOME

#: The order of sending: is it well, what did it see, the pictures people wait for, how it flew, what it heard, all the bits.
KINDS = ("health", "thumbnail", "picture", "telemetry", "sound", "codestream")
_FIRST_EYES = ("FHAZ", "RHAZ")


@dataclass(frozen=True)
class Product:
    """One file to send. Times in seconds since entry interface."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    taken: float
    stored: float
    image: str = ""
    first: bool = False

    @property
    def turn(self) -> tuple[int, bool, float, str]:
        """Sorts products into the order of sending: kind, pictures of the ground under the wheels first, then time."""
        return KINDS.index(self.kind), not self.first, self.taken, self.name


def products_of(folder: Path, record: FlightRecord, given: DownlinkParameters) -> list[Product]:
    """The products of a run folder in the order of sending. A run without pictures or sound has none of these."""
    end = float(record.channels["time"].values[-1])
    made = [
        Product(name, kind, (folder / name).read_bytes(), end, end)
        for name, kind in ((OUTCOME, "health"), (EVENTS, "telemetry"), (CHANNELS_FILE, "telemetry"))
    ]
    for image in _catalogue(folder / "pictures" / "catalogue.json"):
        made += _picture(folder / "pictures", image, given.processing)
    for sound in sorted((folder / "sound").glob("*")) if (folder / "sound").is_dir() else []:
        if sound.suffix in (".wav", ".flac", ".ogg", ".opus", ".mp3"):
            made.append(Product(f"sound/{sound.name}", "sound", sound.read_bytes(), end, end))
    return sorted(made, key=lambda each: each.turn)


def fits(products: list[Product], store: float) -> tuple[list[Product], list[Product]]:
    """Those that the on-board store [bytes] holds, in the order of sending, and those for which there was no room."""
    kept: list[Product] = []
    refused: list[Product] = []
    used = 0
    for each in products:
        room = used + len(each.content) <= store
        (kept if room else refused).append(each)
        used += len(each.content) if room else 0
    return kept, refused


def _picture(folder: Path, image: dict[str, Any], processing: float) -> list[Product]:
    try:
        name, taken = str(image["imageid"]), float(image["skycrane"]["time_s"])
        files, camera = image["image_files"], str(image["skycrane"]["camera"])
        small, full, stream = (folder / Path(files[role]).name for role in ("small", "full_res", "codestream"))
    except (KeyError, TypeError, ValueError):
        raise InputError(
            f"{folder / 'catalogue.json'} has a picture without imageid, time or files; delete {folder} and take the pictures again"
        ) from None
    if not stream.is_file():
        raise InputError(f"{stream} is missing; delete {folder} and take the pictures again")
    made = (
        (f"pictures/{name}_thumbnail.jpg", "thumbnail", pictures.thumbnail(small)),
        (f"pictures/{name}.jpg", "picture", pictures.progressive(full)),
        (f"pictures/{name}.j2k", "codestream", stream.read_bytes()),
    )
    first = camera.startswith(_FIRST_EYES)
    return [Product(file, kind, content, taken, taken + processing, name, first) for file, kind, content in made]


def _catalogue(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["images"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} is truncated or damaged (expected JSON with images); delete {path.parent} and take the pictures again"
        ) from None
