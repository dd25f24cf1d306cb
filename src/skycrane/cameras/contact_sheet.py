"""All pictures of a run on one sheet, each with its caption."""

from pathlib import Path
from typing import Any

from skycrane.record.json_text import plain

SHEET = "contact_sheet.png"
_CELL, _GAP, _LINE, _COLUMNS = (480, 360), 16, 17, 4


def write_sheet(folder: Path, records: list[dict[str, Any]], title: str, most: int = 48) -> Path:
    """Write the contact sheet of up to `most` pictures, in the order of time, evenly chosen; returns its path."""
    from PIL import Image, ImageDraw, ImageFont
    from PIL.PngImagePlugin import PngInfo

    step = max(1, -(-len(records) // most))
    shown = plain(records)[::step]
    rows = -(-len(shown) // _COLUMNS)
    heading, small = ImageFont.load_default(24), ImageFont.load_default(14)
    captions = [_wrapped(each["caption"].removeprefix("SIMULATED. "), small, _CELL[0]) for each in shown]
    longest = max((len(each) for each in captions), default=1)
    width, height = _CELL[0] + _GAP, _CELL[1] + _GAP + longest * _LINE + 10
    sheet = Image.new("RGB", (_COLUMNS * width + _GAP, rows * height + 3 * _GAP + 30), (18, 16, 15))
    pen = ImageDraw.Draw(sheet)
    pen.text((_GAP, _GAP), f"{title}: SIMULATED pictures", fill=(235, 225, 212), font=heading)
    for number, record in enumerate(shown):
        x, y = _GAP + number % _COLUMNS * width, 2 * _GAP + 30 + number // _COLUMNS * height
        with Image.open(folder / record["image_files"]["full_res"]) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail(_CELL)
        sheet.paste(picture, (x + (_CELL[0] - picture.width) // 2, y + (_CELL[1] - picture.height) // 2))
        for k, line in enumerate(captions[number]):
            pen.text((x, y + _CELL[1] + 4 + k * _LINE), line, fill=(200, 188, 172), font=small)
    said = PngInfo()
    said.add_text("Source", "SIMULATED by skycrane")
    beside = folder / f".{SHEET}"
    sheet.save(beside, format="PNG", pnginfo=said)
    beside.replace(folder / SHEET)
    return folder / SHEET


def _wrapped(text: str, font: Any, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
