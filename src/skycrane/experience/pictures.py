"""The pictures of a run for the page: JPEG and thumbnail, what the catalogue says of them, and their way home.

A picture that is not whole on Earth is shown as far as it came.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.core.errors import InputError
from skycrane.experience.contents import Picture
from skycrane.record import FlightRecord
from skycrane.record.json_text import read_json
from skycrane.record.sampling import value_at

if TYPE_CHECKING:
    from PIL import Image

CATALOGUE = Path("pictures/catalogue.json")
#: longer side of a thumbnail on the page [pixel], and JPEG quality of pictures and thumbnails
_THUMBNAIL, _QUALITY, _THUMBNAIL_QUALITY = 320, 84, 76
_MARK, _THUMBNAIL_MARK = 0.024, 0.06  # size of the word SIMULATED, of the longer side


def write_pictures(
    run: Path, record: FlightRecord, arrivals: Mapping[str, Any] | None, folder: Path, largest: int = 1600
) -> list[Picture]:
    """JPEGs of all pictures of a run in `folder/pictures`, none longer than `largest` pixels, and what the page is told of them."""
    catalogue = read_json(run / CATALOGUE, "the pictures", f"skycrane pictures {run}")
    images = (catalogue or {}).get("images", [])
    way = _ways(arrivals)
    if images:
        (folder / "pictures").mkdir(parents=True, exist_ok=True)
    return [_one(run, record, each, way.get(each["imageid"], {}), folder, largest) for each in images]


def _ways(arrivals: Mapping[str, Any] | None) -> dict[str, dict[str, dict[str, Any]]]:
    """imageid -> kind (`thumbnail`, `picture`) -> the product of the downlink."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for each in (arrivals or {}).get("products", ()):
        if each.get("imageid"):
            kind = "thumbnail" if each["kind"] == "thumbnail" else "picture"
            found.setdefault(each["imageid"], {}).setdefault(kind, each)
    return found


def _one(
    run: Path,
    record: FlightRecord,
    image: Mapping[str, Any],
    way: Mapping[str, Mapping[str, Any]],
    folder: Path,
    largest: int,
) -> Picture:
    name, ours = str(image["imageid"]), image["skycrane"]
    files = image["image_files"]
    picture, thumbnail = way.get("picture", {}), way.get("thumbnail", {})
    source = _as_far_as_it_came(run, picture) or _inside(run, files["full_res"])
    size = _jpeg(source, folder / "pictures" / f"{name}.jpg", largest, _QUALITY, _MARK)
    small = folder / "pictures" / f"{name}_small.jpg"
    _jpeg(_inside(run, files["full_res"]), small, _THUMBNAIL, _THUMBNAIL_QUALITY, _THUMBNAIL_MARK)
    time = float(ours["time_s"])
    made = Picture(
        imageid=name,
        camera=str(ours["camera"]),
        camera_name=_camera_name(image),
        title=str(image["title"]),
        caption=str(image["caption"]),
        alt=_alt(image),
        made=_how(ours),
        taken_s=time,
        taken_utc=str(image["date_taken_utc"]),
        width=size[0],
        height=size[1],
        sample_type=str(image["sample_type"]),
        file=f"pictures/{name}.jpg",
        thumbnail=f"pictures/{name}_small.jpg",
        height_above_terrain_m=_finite(value_at(record.channels, "height_above_terrain", time)),
        sent_s=picture.get("sent_s"),
        thumbnail_received_s=thumbnail.get("whole_s"),
        received_s=picture.get("whole_s"),
        orbiter=_carriers(picture),
        share_received=_share(picture),
    )
    if "eye_site_m" in ours:
        made["eye_site_m"], made["looks_site"] = ours["eye_site_m"], ours["looks_site"]
    made["camera_model"] = str(image["camera"]["camera_model_component_list"])
    return made


def _share(picture: Mapping[str, Any]) -> float:
    """How much of a picture is on Earth, 0 to 1; 0 where nothing was sent home yet."""
    if picture.get("state") == "whole":
        return 1.0
    return float(picture.get("bytes_received", 0)) / float(picture.get("bytes") or 1)


def _carriers(picture: Mapping[str, Any]) -> str | None:
    """Who carried it, in the order of sending: `MRO`, or `MRO (98 %) and MAVEN (2 %)`; None for what was not sent."""
    shares: dict[str, float] = {}
    for each in picture.get("by", ()):
        shares[each["orbiter"]] = shares.get(each["orbiter"], 0.0) + each["bytes"]
    whole = sum(shares.values())
    if len(shares) < 2 or not whole:
        return next(iter(shares), None)
    words = [f"{name} ({max(1.0, 100.0 * part / whole):.0f}\u202f%)" for name, part in shares.items()]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _as_far_as_it_came(run: Path, picture: Mapping[str, Any]) -> Path | None:
    """The file of an unfinished picture, None for one that is whole or has not begun to arrive."""
    if picture.get("state") in (None, "whole") or not picture.get("bytes_received"):
        return None
    file = run / "downlink" / "received" / str(picture["name"])
    return file if file.is_file() else None


def _inside(run: Path, name: str) -> Path:
    """A file of the pictures' folder; InputError for one that is missing or lies elsewhere."""
    file = run / "pictures" / name
    if Path(name).name != name or file.is_symlink() or not file.is_file():
        raise InputError(f"{run / CATALOGUE} names {name}, which is not there; make them anew: skycrane pictures {run}")
    return file


def _jpeg(source: Path, target: Path, largest: int, quality: int, mark: float) -> tuple[int, int]:
    from PIL import Image, ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        with Image.open(source) as opened:
            image = opened.convert("L" if opened.mode in ("L", "I;16", "1") else "RGB")
    except OSError:
        raise InputError(f"{source} is damaged (expected a picture); make them anew: skycrane pictures") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    image.thumbnail((largest, largest))
    _mark(image, mark)
    image.save(target, "JPEG", quality=quality, optimize=True, progressive=True, comment="SIMULATED by skycrane")
    return image.size


def _mark(image: "Image.Image", share: float) -> None:
    """SIMULATED into the corner: whoever copies the picture copies that too."""
    from PIL import ImageDraw, ImageFont

    tall = max(9.0, share * max(image.size))
    light, dark = (238, 20) if image.mode == "L" else ((238, 238, 238), (20, 20, 20))
    at = (image.width - 0.5 * tall, image.height - 0.4 * tall)
    font = ImageFont.load_default(tall)
    ImageDraw.Draw(image).text(
        at, "SIMULATED", fill=light, font=font, anchor="rs", stroke_width=max(1, round(0.09 * tall)), stroke_fill=dark
    )


def _camera_name(image: Mapping[str, Any]) -> str:
    """`parachute up-look camera A`, from a title such as `SIMULATED mars2020 Sol 0: parachute up-look camera A`."""
    return str(image["title"]).rpartition(": ")[2]


def _alt(image: Mapping[str, Any]) -> str:
    """What a person who cannot see the picture is told; the page adds the height in the reader's units."""
    ours = image["skycrane"]
    return f"Simulated picture of the {_camera_name(image)}: {ours.get('tells') or ours.get('event', '')}"


def _how(ours: Mapping[str, Any]) -> str:
    """How it was made: light, ground, detector."""
    sun, exposure = float(ours.get("sun_elevation_deg", 0.0)), 1e3 * float(ours.get("exposure_s", 0.0))
    return (
        f"Light was traced over the terrain {ours.get('terrain')} with the Sun {sun:.1f}° above the horizon, seen through the camera's "
        f"own model for {exposure:.2g} ms and read out with its noise ({ours.get('quality')} quality)."
    )


def _finite(value: float) -> float | None:
    return value if value == value else None
