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
from skycrane.experience.contents import Slider
from skycrane.experience.feed import feed_images, feed_page
from skycrane.experience.flights import Busy, Flight, Flights, Flyer, Tell
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
    """What flies for the page, handed in: with changes to the mission, and (with an ensemble) one of its cases.

    Both tell the events as they are computed; what they are told with ends a flight that was stopped.
    """

    with_changes: Callable[[dict[str, Any], Tell], "FlightRecord"]
    case: Callable[[int, Tell], "FlightRecord"] | None = None


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
        return _json(202, _about(flight))

    def delete(self, target: str) -> Answer:
        """The answer to DELETE `flights/N`: the flight is stopped."""
        words = urlsplit(target).path.lstrip("/").split("/")
        number = _whole(words[1]) if len(words) == 2 and words[0] == "flights" else None
        flight = None if number is None else self._flights.stop(number)
        return _said(404, "There is nothing at this address.") if flight is None else _json(200, _about(flight))

    def _order(self, asked: Any) -> tuple[Flyer, dict[str, Any]]:
        assert self._flying is not None
        if not isinstance(asked, Mapping) or len(asked) != 1 or not {"changes", "case"} & asked.keys():
            raise InputError('a flight is asked for with {"changes": {...}} or {"case": N}')
        if "changes" in asked:
            flying, changes = self._flying, validated(asked["changes"], self._sliders)
            return lambda tell: flying.with_changes(changes, tell), dict(asked["changes"])
        case, refly = asked["case"], self._flying.case
        ensemble = self.info.get("ensemble")
        if refly is None or ensemble is None:
            raise InputError("no ensemble was given to this server; start it with --ensemble ENS")
        if not isinstance(case, int) or isinstance(case, bool) or not 0 <= case < ensemble["n"]:
            raise InputError(f"case must be a whole number from 0 to {ensemble['n'] - 1}")
        return lambda tell: refly(case, tell), {"case": case}

    def _bundle(self, record: "FlightRecord", about: dict[str, Any]) -> dict[str, bytes]:
        info = describe(record)
        info["changed"], info["can_fly"], info["what_if"] = about, True, sliders(record.mission)
        if "loss" in info and self.info["outcome"].get("success"):
            info["loss"]["would_have_saved"] += _set_back(about, self._sliders)
        if "scene" in self.info:
            info["scene"] = self.info["scene"]
        with tempfile.TemporaryDirectory(prefix="skycrane-flight-") as folder:
            write_flight(record, info, Path(folder))
            return {name: (Path(folder) / name).read_bytes() for name in (INFO, CHANNELS_BIN)}

    def _flight(self, words: list[str]) -> Answer:
        number = _whole(words[0] if words else "")
        flight = None if number is None else self._flights.get(number)
        if flight is None:
            return _said(404, "This flight is not kept any more; fly it again.")
        if len(words) == 1:
            return _json(200, _about(flight))
        name = "/".join(words[1:])
        if name in flight.files:
            return Answer(200, flight.files[name], content_type(name))
        return _said(404, "There is nothing at this address.")


class BrokenSite:
    """What stands in for a run that cannot be read: the page, and the sentence that says what is missing and what to do."""

    def __init__(self, sentence: str) -> None:
        self._page, self._sentence = page_files(), sentence

    def close(self) -> None:
        """There is nothing to remove."""

    def get(self, target: str, base: str = "") -> Answer:
        """The page; in the place of the run the sentence."""
        path = urlsplit(target).path.lstrip("/")
        if path.startswith("run/"):
            return _said(404, f"{self._sentence[:1].upper()}{self._sentence[1:]}.")
        found = self._page.get(path or "index.html")
        return _said(404, "There is nothing at this address.") if found is None else _file(found)

    def post(self, target: str, kind: str, body: bytes) -> Answer:
        """Nothing can be flown from it."""
        return _said(403, "This server does not fly.")

    def delete(self, target: str) -> Answer:
        """Nor stopped."""
        return _said(404, "There is nothing at this address.")


def _set_back(about: Mapping[str, Any], own: list[Slider]) -> str:
    """That the flight which landed differed in nothing but what was changed."""
    values = [
        f"{each['label']} {_said_value(each)}" for each in own if about.get(each["key"], each["value"]) != each["value"]
    ]
    return f" Or what you changed, set back: the first flight landed with {' and '.join(values)}." if values else ""


def _said_value(slider: Slider) -> str:
    if slider["kind"] == "switch":
        return "on" if slider["value"] else "off"
    if slider["kind"] == "choice":
        return dict(zip(slider["choices"], slider["words"], strict=True))[str(slider["value"])]
    unit = {"°": "deg", "×": ""}.get(slider["unit"], slider["unit"])
    return f"{slider['value']:.4g} {unit}".strip()


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _about(flight: Flight) -> dict[str, Any]:
    return {"number": flight.number, "state": flight.state, "sentence": flight.sentence}


def _file(path: Path) -> Answer:
    return Answer(200, path.read_bytes(), content_type(path.name))


def _json(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, to_json(content).encode(), content_type("x.json"), headers or {})


def _said(status: int, sentence: str) -> Answer:
    return Answer(status, f"{sentence}\n".encode(), content_type("x.txt"))
