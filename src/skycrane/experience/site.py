"""What the server answers to whom, without a socket: the page, one run's bundle, the feed, and flights that are asked for.

Only what is listed here can be asked for: addresses are looked up, never joined to a path, so nothing outside can be reached by one.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from skycrane.core.errors import InputError
from skycrane.experience.answers import Answer, Site, file, in_json, nothing_here, page_file, said
from skycrane.experience.bundle import CHANNELS_BIN, INFO, Extras, describe, write_bundle, write_flight
from skycrane.experience.contents import Slider
from skycrane.experience.feed import feed_images, feed_page
from skycrane.experience.flights import Allowance, Busy, Flight, Flights, Flyer, Tell
from skycrane.experience.headers import content_type
from skycrane.experience.page_files import page_files
from skycrane.experience.what_if import sliders, validated
from skycrane.record.json_text import to_json

if TYPE_CHECKING:
    from skycrane.record import FlightRecord


@dataclass(frozen=True)
class Flying:
    """What flies for the page, handed in: with changes to the mission, and (with an ensemble) one of its cases.

    Both tell the events as they are computed; what they are told with ends a flight that was stopped.
    """

    with_changes: Callable[[dict[str, Any], Tell], "FlightRecord"]
    case: Callable[[int, Tell], "FlightRecord"] | None = None
    #: how ready the engine is: `state` (warming, making, ready, cold) and a `sentence`
    state: Callable[[], Mapping[str, str]] | None = None
    #: told of changes that may well be asked for next
    ahead: Callable[[dict[str, Any]], None] | None = None


_AHEAD_AN_HOUR = 240  # flights that nobody has asked for yet


class RunSite(Site):
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
        self._ahead = Allowance(_AHEAD_AN_HOUR)

    def close(self) -> None:
        """Remove the bundle."""
        self._workshop.cleanup()

    def get(self, target: str, base: str = "") -> Answer:
        """The answer to GET of an address as the browser wrote it; `base` is the address under which the site is known."""
        split = urlsplit(target)
        path = split.path.lstrip("/")
        if page := page_file(self._page, path):
            return page
        if path in self._files:
            return file(self._files[path])
        if path.rstrip("/") == "rss/api":
            images = feed_page(self._feed, dict(parse_qsl(split.query)), f"{base}/run/")
            return in_json(200, images, {"Access-Control-Allow-Origin": "*"})
        if path == "flights/engine" and self._flying is not None:
            return in_json(200, self._flying.state() if self._flying.state else {"state": "ready", "sentence": ""})
        if path.startswith("flights/"):
            return self._flight(path.split("/")[1:])
        return nothing_here()

    def post(self, target: str, kind: str, body: bytes) -> Answer:
        """The answer to POST `fly` with `{"changes": {...}}` or `{"case": 17}`, and to `ahead` with changes that may be asked for next."""
        path = urlsplit(target).path
        if path not in ("/fly", "/ahead"):
            return nothing_here()
        if self._flying is None:
            return said(403, "This server does not fly.")
        if kind.partition(";")[0].strip().lower() != "application/json":
            return said(415, "A flight is asked for with application/json.")
        try:
            asked = json.loads(body.decode("utf-8"))
            if path == "/ahead":
                return self._fly_ahead(asked)
            flight = self._flights.order(*self._order(asked))
        except (InputError, UnicodeDecodeError, ValueError, RecursionError) as refused:
            why = str(refused) if isinstance(refused, InputError) else "The request is not JSON."
            return in_json(400, {"state": "refused", "sentence": why})
        except Busy as busy:
            return in_json(429, {"state": "busy", "sentence": str(busy)}, {"Retry-After": "5"})
        return in_json(202, _about(flight))

    def delete(self, target: str) -> Answer:
        """The answer to DELETE `flights/N`: the flight is stopped."""
        words = urlsplit(target).path.lstrip("/").split("/")
        number = _whole(words[1]) if len(words) == 2 and words[0] == "flights" else None
        flight = None if number is None else self._flights.stop(number)
        return nothing_here() if flight is None else in_json(200, _about(flight))

    def _fly_ahead(self, asked: Any) -> Answer:
        """Whoever moves a control often asks for a flight with it a moment later; more than some an hour wait until they are asked for."""
        assert self._flying is not None
        if not isinstance(asked, Mapping) or asked.keys() != {"changes"}:
            raise InputError('what may be flown ahead is named with {"changes": {...}}')
        changes = validated(asked["changes"], self._sliders)
        if self._flying.ahead is not None and not self._ahead.is_used_up:
            self._ahead.take()
            self._flying.ahead(changes)
        return in_json(202, {"state": "ahead"})

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
            known = (info["loss"]["would_have_saved"], _set_back(about, self._sliders))
            info["loss"]["would_have_saved"] = " ".join(filter(None, known))
        if "scene" in self.info:
            info["scene"] = self.info["scene"]
        with tempfile.TemporaryDirectory(prefix="skycrane-flight-") as folder:
            write_flight(record, info, Path(folder))
            return {name: (Path(folder) / name).read_bytes() for name in (INFO, CHANNELS_BIN)}

    def _flight(self, words: list[str]) -> Answer:
        number = _whole(words[0] if words else "")
        flight = None if number is None else self._flights.get(number)
        if flight is None:
            return said(404, "This flight is not kept any more; fly it again.")
        if len(words) == 1:
            return in_json(200, _about(flight))
        name = "/".join(words[1:])
        if name in flight.files:
            return Answer(200, flight.files[name], content_type(name))
        return nothing_here()


def _set_back(about: Mapping[str, Any], own: list[Slider]) -> str:
    """That the flight which landed differed in nothing but what was changed."""
    values = [
        f"{each['label']} {_said_value(each)}" for each in own if about.get(each["key"], each["value"]) != each["value"]
    ]
    return f"What you changed, set back: the first flight landed with {' and '.join(values)}." if values else ""


def _said_value(slider: Slider) -> str:
    if slider["kind"] == "switch":
        return "on" if slider["value"] else "off"
    if slider["kind"] == "choice":
        return dict(zip(slider["choices"], slider["words"], strict=True))[str(slider["value"])]
    unit = {"°": "deg", "×": ""}.get(slider["unit"], slider["unit"])
    return f"{slider['value']:.8g} {unit}".strip()  # the page rounds: twice would be another number


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _about(flight: Flight) -> dict[str, Any]:
    return {"number": flight.number, "state": flight.state, "sentence": flight.sentence}
