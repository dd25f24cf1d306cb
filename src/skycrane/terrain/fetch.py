"""Map files over the network: resumed where they stopped, checked before they get their name."""

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from skycrane.core.errors import InputError
from skycrane.terrain.library import sha256

#: called with bytes there and bytes in all (None: the server does not say)
Progress = Callable[[int, int | None], None]
_CHUNK = 1 << 18


def fetch(
    address: str, path: Path, size: int | None = None, progress: Progress | None = None, digest: str | None = None
) -> str:
    """Bring a file to `path` and return its SHA-256. What is there already is kept when its size, and its `digest` if given, are right.

    The beginning of an interrupted download waits beside it as `.part` and is continued if the server still has the same file (its
    validator, ETag or date, is kept). InputError says in a sentence what went wrong; what came so far stays for next time.
    """
    if path.exists() and (size is None or path.stat().st_size == size) and digest in (None, found := sha256(path)):
        return found
    path.parent.mkdir(parents=True, exist_ok=True)
    part, memo = path.with_name(path.name + ".part"), path.with_name(path.name + ".part.json")
    try:
        total = _receive(address, part, memo, progress)
    except urllib.error.HTTPError as error:
        raise InputError(f"{address}: the server answers {error.code} {error.reason}") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(
            f"{address} cannot be reached ({reason}); run the command again to go on where it stopped"
        ) from error
    except OSError as error:
        raise InputError(f"{part} cannot be written ({error.strerror or error})") from error
    there = part.stat().st_size
    expected = size if size is not None else total
    if expected is not None and there != expected:
        if there > expected:
            part.unlink()
        raise InputError(f"{address} gave {there} of {expected} bytes; run the command again to go on where it stopped")
    found = sha256(part)
    if digest not in (None, found):
        part.unlink()
        memo.unlink(missing_ok=True)
        raise InputError(f"{address} gave a file with SHA-256 {found}, must be {digest}; it is not kept")
    os.replace(part, path)
    memo.unlink(missing_ok=True)
    return found


def _receive(address: str, part: Path, memo: Path, progress: Progress | None) -> int | None:
    """Add to `part` what the server still has; the file's whole size, if the server tells."""
    start = part.stat().st_size if part.exists() else 0
    known = _validator(memo) if start else None
    headers = {"User-Agent": "skycrane", "Accept-Encoding": "identity"}
    if start and known:
        headers |= {"Range": f"bytes={start}-", "If-Range": known}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
        goes_on = answer.status == 206
        start = start if goes_on else 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length is not None else None
        memo.write_text(
            json.dumps({"validator": answer.headers.get("ETag") or answer.headers.get("Last-Modified")}),
            encoding="utf-8",
        )
        with part.open("ab" if goes_on else "wb") as out:
            while chunk := answer.read(_CHUNK):
                out.write(chunk)
                start += len(chunk)
                if progress:
                    progress(start, total)
    return total


def _validator(memo: Path) -> str | None:
    try:
        found = json.loads(memo.read_text(encoding="utf-8"))["validator"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # unknown: the download starts again
    return str(found) if found and not str(found).startswith("W/") else None
