"""The raw-image feed: the pictures of a run in the dialect of the Mars 2020 raw-image feed, so that its viewers can read them.

A published folder has it whole as `run/feed.json`; the server also answers the feed's own questions at `rss/api/`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from skycrane.experience.contents import Picture
from skycrane.experience.pictures import CATALOGUE
from skycrane.record.json_text import read_json
from skycrane.record.utc import utc_after

FEED = "feed.json"
#: how many pictures a page of the feed has at most, and how many unless asked
_LARGEST, _USUAL = 100, 100


def feed_images(run: Path, pictures: Sequence[Picture], epoch_utc: str) -> list[dict[str, Any]]:
    """The catalogue's rows with addresses of the bundle's JPEGs and the time at which each picture was whole on Earth."""
    catalogue = read_json(run / CATALOGUE, "the pictures", f"skycrane pictures {run}") or {}
    ours = {each["imageid"]: each for each in pictures}
    rows = []
    for image in catalogue.get("images", []):
        picture = ours[image["imageid"]]
        received = picture["received_s"]
        files = dict.fromkeys(("medium", "large", "full_res"), picture["file"])
        rows.append(
            {
                **image,
                "date_received": "UNK" if received is None else utc_after(epoch_utc, received),
                "image_files": {"small": picture["thumbnail"], **files},
            }
        )
    return rows


def feed_page(images: Sequence[Mapping[str, Any]], query: Mapping[str, str], base: str = "") -> dict[str, Any]:
    """A page of the feed. `num`, `page`, `order` (`sol asc|desc`), `search` (instruments, `|` between them) as the real feed has them.

    `base` goes in front of every address. What is not understood is taken as not asked, as the real feed does.
    """
    per_page = min(max(_whole(query.get("num"), _USUAL), 1), _LARGEST)
    page = max(_whole(query.get("page"), 0), 0)
    wanted = [word for word in query.get("search", "").upper().split("|") if word]
    rows = [each for each in images if not wanted or each["camera"]["instrument"] in wanted]
    rows.sort(key=lambda each: each["date_taken_utc"], reverse="asc" not in query.get("order", "sol desc"))
    shown = rows[page * per_page : (page + 1) * per_page]
    return {
        "images": [{**each, "image_files": _at(base, each["image_files"])} for each in shown],
        "per_page": str(per_page),
        "page": page,
        "total_results": len(rows),
        "total_images": len(images),
        "type": "mars2020-imagefeed",
        "simulated": True,
        "query": {"category": "mars2020", "feed": "raw_images", "num": str(per_page), "page": str(page)},
    }


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 7 else otherwise


def _at(base: str, files: Mapping[str, str]) -> dict[str, str]:
    return {size: base + address for size, address in files.items()}
