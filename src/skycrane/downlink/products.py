"""What a landing has to send home: data products with their size, their turn, and when they were taken and stored."""

import json
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.downlink import pictures
from skycrane.mission.parameters.downlink import DownlinkParameters
from skycrane.record import FlightRecord
from skycrane.record.json_text import read_json
from skycrane.record.run_folder import CHANNELS_FILE, EVENTS, OUTCOME

#: The order of sending: is it well, what did it see, the pictures people wait for, how it flew, what it heard, all the bits.
KINDS = ("health", "thumbnail", "picture", "telemetry", "sound", "codestream")
_FIRST_EYES = ("FHAZ", "RHAZ")
#: suffixes of recordings: with loss, which are short and go first, and without
_EXCERPTS, _RECORDINGS = (".ogg", ".opus", ".mp3"), (".wav", ".flac")


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
        """Sorts products into the order of sending: kind, then what is `first` of it (the ground under the wheels, excerpts), then time.

        A whole recording is larger than all else together and goes last.
        """
        last = self.kind == "sound" and not self.first
        return len(KINDS) if last else KINDS.index(self.kind), not self.first, self.taken, self.name


def products_of(folder: Path, record: FlightRecord, given: DownlinkParameters) -> list[Product]:
    """The products of a run folder in the order of sending. A run without pictures or sound has none of these."""
    end = float(record.channels["time"].values[-1])
    made = [
        Product(name, kind, (folder / name).read_bytes(), end, end)
        for name, kind in ((OUTCOME, "health"), (EVENTS, "telemetry"), (CHANNELS_FILE, "telemetry"))
    ]
    for image in _catalogue(folder / "pictures" / "catalogue.json"):
        made += _picture(folder / "pictures", image, given.processing)
    made += _recordings(folder / "sound", end, given.processing)
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


def _recordings(folder: Path, end: float, processing: float) -> list[Product]:
    """What microphones heard. Its label says when each file ends; without one it ends with the flight. None is ready while one is on."""
    label = read_json(folder / "sound.json", "a recording", f"skycrane sound {shlex.quote(str(folder.parent))}")
    try:
        ends = {
            str(file["name"]): float(file["ends_s"])
            for each in (label or {}).get("microphones", [])
            for file in each["files"]
            if "ends_s" in file
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            f"{folder / 'sound.json'} has a recording without name, files or times; run: skycrane sound {shlex.quote(str(folder.parent))}"
        ) from None
    made = []
    stored = max(ends.values(), default=end) + (processing if ends else 0.0)
    for file in sorted(folder.glob("*")) if folder.is_dir() else []:
        if file.suffix in _EXCERPTS + _RECORDINGS:
            taken, short = ends.get(file.name, end), file.suffix in _EXCERPTS
            made.append(Product(f"sound/{file.name}", "sound", file.read_bytes(), taken, stored, first=short))
    return made


def _catalogue(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["images"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} is truncated or damaged (expected JSON with images); delete {path.parent} and take the pictures again"
        ) from None
