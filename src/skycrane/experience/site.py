"""What the server answers to whom, without a socket: the page, one run's bundle, the feed, and flights that are asked for.

Only what is listed here can be asked for: addresses are looked up, never joined to a path, so nothing outside can be reached by one.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from skycrane.core.errors import InputError
from skycrane.experience.bundle import CHANNELS_BIN, INFO, Extras, describe, write_bundle, write_flight
from skycrane.experience.feed import feed_images, feed_page
from skycrane.experience.flights import Busy, Flights
from skycrane.experience.headers import content_type
from skycrane.experience.page_files import page_files
from skycrane.experience.what_if import sliders, validated
from skycrane.record.json_text import to_json

if TYPE_CHECKING:
    from skycrane.record import FlightRecord

#: a request for a flight is some hundred bytes
LARGEST_BODY = 4096


@dataclass(frozen=True)
class Flying:
    """What flies for the page, handed in: with changes to the mission, and (with an ensemble) one of its cases."""

    with_changes: Callable[[dict[str, Any]], "FlightRecord"]
    case: Callable[[int], "FlightRecord"] | None = None


@dataclass(frozen=True)
class Answer:
    """What goes back: status, bytes, their type, further headers."""

    status: int
    body: bytes
    type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class RunSite:
    """One run as a web site. Its bundle lies in a folder of its own, which `close` removes."""

    def __init__(self, run: Path, extras: Extras | None = None, flying: Flying | None = None) -> None:
        self._page = page_files()
        self._flying = flying
        self._workshop = tempfile.TemporaryDirectory(prefix="skycrane-watch-")
        folder = Path(self._workshop.name)
        try:
            self.info = write_bundle(run, folder, extras)
        except BaseException:
            self.close()
            raise
        self._sliders = self.info.get("what_if", [])
        self.info["can_fly"] = flying is not None
        (folder / INFO).write_text(to_json(self.info), encoding="utf-8")
        self._feed = feed_images(run, self.info["pictures"], self.info["epoch_utc"])
        self._files = {
            f"run/{each.relative_to(folder).as_posix()}": each for each in folder.rglob("*") if each.is_file()
        }
        self._flights = Flights(self._bundle)

    def close(self) -> None:
        """Remove the bundle."""
        self._workshop.cleanup()

    def get(self, target: str, base: str = "") -> Answer:
        """The answer to GET of an address as the browser wrote it; `base` is the address under which the site is known."""
        split = urlsplit(target)
        path = split.path.lstrip("/")
        if path in ("", "index.html"):
            return _file(self._page["index.html"])
        if path in self._page:
            return _file(self._page[path])
        if path in self._files:
            return _file(self._files[path])
        if path.rstrip("/") == "rss/api":
            page = feed_page(self._feed, dict(parse_qsl(split.query)), f"{base}/run/")
            return _json(200, page, {"Access-Control-Allow-Origin": "*"})
        if path.startswith("flights/"):
            return self._flight(path.split("/")[1:])
        return _said(404, "There is nothing at this address.")

    def post(self, target: str, kind: str, body: bytes) -> Answer:
        """The answer to POST `fly` with `{"changes": {...}}` or `{"case": 17}`."""
        if urlsplit(target).path != "/fly":
            return _said(404, "There is nothing at this address.")
        if self._flying is None:
            return _said(403, "This server does not fly.")
        if kind.partition(";")[0].strip().lower() != "application/json":
            return _said(415, "A flight is asked for with application/json.")
        try:
            fly, about = self._order(json.loads(body.decode("utf-8")))
            flight = self._flights.order(fly, about)
        except (InputError, UnicodeDecodeError, ValueError, RecursionError) as refused:
            said = str(refused) if isinstance(refused, InputError) else "The request is not JSON."
            return _json(400, {"state": "refused", "sentence": said})
        except Busy as busy:
            return _json(429, {"state": "busy", "sentence": str(busy)}, {"Retry-After": "5"})
        return _json(202, {"number": flight.number, "state": flight.state, "sentence": flight.sentence})

    def _order(self, asked: Any) -> tuple[Callable[[], "FlightRecord"], dict[str, Any]]:
        assert self._flying is not None
        if not isinstance(asked, Mapping) or len(asked) != 1 or not {"changes", "case"} & asked.keys():
            raise InputError('a flight is asked for with {"changes": {...}} or {"case": N}')
        if "changes" in asked:
            flying, changes = self._flying, validated(asked["changes"], self._sliders)
            return lambda: flying.with_changes(changes), dict(asked["changes"])
        case, refly = asked["case"], self._flying.case
        ensemble = self.info.get("ensemble")
        if refly is None or ensemble is None:
            raise InputError("no ensemble was given to this server; start it with --ensemble ENS")
        if not isinstance(case, int) or isinstance(case, bool) or not 0 <= case < ensemble["n"]:
            raise InputError(f"case must be a whole number from 0 to {ensemble['n'] - 1}")
        return lambda: refly(case), {"case": case}

    def _bundle(self, record: "FlightRecord", about: dict[str, Any]) -> dict[str, bytes]:
        info = describe(record)
        info["changed"], info["can_fly"], info["what_if"] = about, True, sliders(record.mission)
        if "scene" in self.info:
            info["scene"] = self.info["scene"]
        with tempfile.TemporaryDirectory(prefix="skycrane-flight-") as folder:
            write_flight(record, info, Path(folder))
            return {name: (Path(folder) / name).read_bytes() for name in (INFO, CHANNELS_BIN)}

    def _flight(self, words: list[str]) -> Answer:
        number = words[0] if words else ""
        flight = self._flights.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 9 else None
        if flight is None:
            return _said(404, "This flight is not kept any more; fly it again.")
        if len(words) == 1:
            return _json(200, {"number": flight.number, "state": flight.state, "sentence": flight.sentence})
        name = "/".join(words[1:])
        if name in flight.files:
            return Answer(200, flight.files[name], content_type(name))
        return _said(404, "There is nothing at this address.")


def _file(path: Path) -> Answer:
    return Answer(200, path.read_bytes(), content_type(path.name))


def _json(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, to_json(content).encode(), content_type("x.json"), headers or {})


def _said(status: int, sentence: str) -> Answer:
    return Answer(status, f"{sentence}\n".encode(), content_type("x.txt"))
