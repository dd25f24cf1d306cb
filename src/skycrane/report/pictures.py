"""The pictures of a run on its page: small copies inside the page, in the order of the landing. Made from RUN/pictures/catalogue.json."""

import base64
import html
import io
import json
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError

_MOST = 12  # as many as tell the landing
_WIDTH, _HEIGHT, _QUALITY = 480, 400, 80  # [pixels], of JPEG: some 20 kB a picture

Pictures = tuple[list[tuple[dict[str, Any], bytes]], int]


def read_pictures(folder: Path) -> Pictures | None:
    """Records and small JPEGs of the run's pictures, at most twelve, and how many there are; None where none was taken.

    Those that tell the landing come before others. InputError when the catalogue or a picture is damaged.
    """
    place = folder / "pictures"
    path = place / "catalogue.json"
    if not path.is_file():
        return None
    try:
        records = [
            each for each in json.loads(path.read_text(encoding="utf-8"))["images"] if _file(place, each).is_file()
        ]
        records.sort(key=lambda each: (not each["skycrane"]["tells"], each["skycrane"]["quality"] == "draft"))
        once = {(each["skycrane"]["camera"], each["skycrane"]["time_s"]): each for each in reversed(records)}
        shown = sorted(list(once.values())[::-1][:_MOST], key=lambda each: each["skycrane"]["time_s"])
        files = [_file(place, each) for each in shown]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{path} is damaged; take the pictures anew with: skycrane pictures {folder}") from None
    pictures = [(each, _small(file, folder)) for each, file in zip(shown, files, strict=True)]
    return (pictures, len(records)) if pictures else None


def pictures_section(found: Pictures) -> str:
    """HTML of the section."""
    shown, count = found
    cards = "".join(_card(record, picture) for record, picture in shown)
    more = f"{count} pictures were taken; these are {len(shown)} of them. " if count > len(shown) else ""
    terrain = ", ".join(dict.fromkeys(str(record["skycrane"]["terrain"]) for record, _ in shown))
    note = (
        f"{more}Simulated, not photographs: path traced from the record of this run alone, over the terrain {terrain}. The run folder has "
        "them in full, with labels and the catalogue: pictures/contact_sheet.png, pictures/catalogue.json."
    )
    return f'<div class="pictures">{cards}</div><p class="note">{html.escape(note)}</p>'


def _card(record: dict[str, Any], picture: bytes) -> str:
    caption = html.escape(record["caption"])
    code = base64.b64encode(picture).decode("ascii")
    return f'<figure class="card"><img alt="{caption}" src="data:image/jpeg;base64,{code}"><figcaption>{caption}</figcaption></figure>'


def _file(place: Path, record: dict[str, Any]) -> Path:
    return place / Path(record["image_files"]["medium"]).name


def _small(path: Path, folder: Path) -> bytes:
    from PIL import Image

    try:
        with Image.open(path) as picture:
            deep = picture.mode.startswith("I")  # 16 bits
            small = picture.convert("I").point(lambda v: v / 257).convert("L") if deep else picture.convert("RGB")
    except (OSError, SyntaxError) as problem:
        raise InputError(
            f"{path} is damaged ({problem}); delete it and take it again with: skycrane pictures {folder}"
        ) from None
    small.thumbnail((_WIDTH, _HEIGHT))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
