"""A run as files: a folder for any static host, or one HTML file that opens by double click with the network off."""

import base64
import gzip
import hashlib
import html
import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from skycrane.core.errors import InputError
from skycrane.experience.bundle import Extras, write_bundle
from skycrane.experience.contents import RunInfo
from skycrane.experience.feed import FEED, feed_images, feed_page
from skycrane.experience.headers import POLICY
from skycrane.experience.page_files import SINGLE_SCRIPT, SINGLE_STYLE, page_files
from skycrane.record.json_text import to_json
from skycrane.record.run_folder import KindOfFolder, new_run_folder, write_beside

SITE = KindOfFolder("published landing", frozenset(("index.html", "run", "skycrane-site.json")))
#: what one file may have at most [bytes], and how pictures are made smaller until it does [longer side, pixel]
LARGEST_FILE = 15_000_000
_SIDES = (1280, 960, 720, 480)
_PACKED = (".json", ".bin", ".glb")


@dataclass(frozen=True)
class Published:
    """What was written: the page to open, its size in bytes, and the longest side of its pictures."""

    page: Path
    bytes: int
    largest_picture: int


def publish(
    run: str | Path, out: str | Path, single_file: bool = False, overwrite: bool = False, extras: Extras | None = None
) -> Published:
    """Write it. InputError when the run cannot be read or `out` is in use."""
    write = _one_file if single_file else _folder
    return write(Path(run), Path(out), overwrite, extras or Extras())


def _folder(run: Path, out: Path, overwrite: bool, extras: Extras) -> Published:
    pages = page_files()
    with new_run_folder(out, overwrite=overwrite, kind=SITE) as folder:
        for address, file in pages.items():
            (folder / address).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / address)
        index = (folder / "index.html").read_text(encoding="utf-8")
        (folder / "index.html").write_text(_with_policy(index, POLICY), encoding="utf-8")
        (folder / "run").mkdir()
        info = write_bundle(run, folder / "run", extras)
        images = feed_images(run, info["pictures"], info["epoch_utc"])
        (folder / "run" / FEED).write_text(to_json(feed_page(images, {"num": "100"})), encoding="utf-8")
        about = {"made_by": f"skycrane {info['page_version']}", "mission": info["mission"], "seed": info["seed"]}
        (folder / "skycrane-site.json").write_text(to_json(about), encoding="utf-8")
        size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    return Published(out / "index.html", size, extras.largest_picture)


def _one_file(run: Path, out: Path, overwrite: bool, extras: Extras) -> Published:
    page_files()
    if out.is_symlink() or out.is_dir() or (out.exists() and not _is_ours(out)):
        raise InputError(f"{out} is not a landing written by skycrane and is left alone; choose another file")
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out} does not end in .html, so no double click would open it; write {out}.html")
    if out.exists() and not overwrite:
        raise InputError(f"{out} exists already; choose another file or allow it to be replaced with --overwrite")
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(f"cannot write {out}: {problem.strerror}; choose another place") from None
    for side in _SIDES:
        text = _as_one_text(run, replace(extras, largest_picture=side))
        if len(text.encode()) <= LARGEST_FILE:
            write_beside(out, text)
            return Published(out, len(text.encode()), side)
    raise InputError(
        f"{run} does not fit into one file of {LARGEST_FILE / 1e6:.0f} MB, not even with small pictures; publish it as a folder"
    )


def _is_ours(file: Path) -> bool:
    with file.open("rb") as content:
        return b"skycrane-single-file" in content.read(2000)


def _as_one_text(run: Path, extras: Extras) -> str:
    with tempfile.TemporaryDirectory(prefix="skycrane-publish-") as name:
        folder = Path(name)
        info = write_bundle(run, folder, extras)
        parts = [
            _part(each, each.relative_to(folder).as_posix()) for each in sorted(folder.rglob("*")) if each.is_file()
        ]
    return _page_text(info, parts)


def _page_text(info: RunInfo, parts: list[str]) -> str:
    script = SINGLE_SCRIPT.read_text(encoding="utf-8").replace("</script", "<\\/script")
    style = SINGLE_STYLE.read_text(encoding="utf-8") if SINGLE_STYLE.is_file() else ""
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src blob: data:; "
        "connect-src blob: data:; worker-src blob:; base-uri 'none'; form-action 'none'"
    )
    title = html.escape(info["title"])
    head = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">',
        '<meta name="generator" content="skycrane-single-file">',
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
        '<meta name="color-scheme" content="dark"><meta name="theme-color" content="#14100e">',
        f'<title>{title}</title><link rel="icon" href="data:,"><style>{style}</style></head>',
        '<body><div id="page"><p class="opening" role="status">Opening the landing …</p></div>',
    ]
    return "".join([*head, *parts, f'<script type="module">{script}</script></body></html>\n'])


def _part(file: Path, name: str) -> str:
    """A file as a block of data inside the page."""
    content, packed = file.read_bytes(), ""
    if file.suffix in _PACKED:
        content, packed = gzip.compress(content, 9, mtime=0), ' data-packed="gzip"'
    text = base64.b64encode(content).decode()
    return f'<script type="application/octet-stream" data-part="{html.escape(name)}"{packed}>{text}</script>\n'


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _with_policy(index: str, policy: str) -> str:
    """The page with its policy inside, for hosts that send none of their own."""
    head = '<meta charset="utf-8" />'
    assert head in index, json.dumps(index[:200])
    return index.replace(
        head, f'{head}\n    <meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}" />', 1
    )
