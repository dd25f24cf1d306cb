"""What goes back over the wire, and the page while the run behind it is not there: nothing heavy is imported to say hello."""

import abc
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from skycrane.core.errors import InputError
from skycrane.experience.headers import content_type
from skycrane.experience.page_files import page_files

#: a request for a flight is some hundred bytes
LARGEST_BODY = 4096


@dataclass(frozen=True)
class Answer:
    """What goes back: status, bytes, their type, further headers."""

    status: int
    body: bytes
    type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Site(abc.ABC):
    """What a server asks."""

    @abc.abstractmethod
    def get(self, target: str, base: str = "") -> Answer:
        """The answer to GET of an address as the browser wrote it; `base` is the address under which the site is known."""

    @abc.abstractmethod
    def post(self, target: str, kind: str, body: bytes) -> Answer:
        """The answer to POST."""

    @abc.abstractmethod
    def delete(self, target: str) -> Answer:
        """The answer to DELETE."""

    @abc.abstractmethod
    def close(self) -> None:
        """Remove what was made for it."""


class BrokenSite(Site):
    """What stands in for a run that cannot be read: the page, and the sentence that says what is missing and what to do."""

    def __init__(self, sentence: str) -> None:
        self._page, self._sentence = page_files(), sentence

    def close(self) -> None:
        """There is nothing to remove."""

    def get(self, target: str, base: str = "") -> Answer:
        """The page; in the place of the run the sentence."""
        path = urlsplit(target).path.lstrip("/")
        if path.startswith("run/"):
            return said(404, f"{self._sentence[:1].upper()}{self._sentence[1:]}.")
        return page_file(self._page, path) or nothing_here()

    def post(self, target: str, kind: str, body: bytes) -> Answer:
        """Nothing can be flown from it."""
        return said(403, "This server does not fly.")

    def delete(self, target: str) -> Answer:
        """Nor stopped."""
        return nothing_here()


class ComingSite(Site):
    """A site whose run is still being read: the page goes out at once, whoever asks for more waits until it is there.

    `make` is called in a thread of its own. A run that it refuses becomes a BrokenSite, and `refused` is told the sentence.
    """

    def __init__(self, make: Callable[[], Site], refused: Callable[[str], None]) -> None:
        self._page = page_files()
        self._coming: Future[Site] = Future()
        self._ending = False
        threading.Thread(target=self._make, args=(make, refused), daemon=True).start()

    def _make(self, make: Callable[[], Site], refused: Callable[[str], None]) -> None:
        try:
            self._coming.set_result(make())
        except InputError as problem:
            self._refuse(str(problem), refused)
        except Exception as defect:  # whoever waits is told, on the page too
            self._refuse(f"a defect of skycrane, not of your input ({type(defect).__name__}: {defect})", refused)

    def _refuse(self, sentence: str, refused: Callable[[str], None]) -> None:
        if not self._ending:  # once the server ends, the ground is taken from under whoever still reads
            refused(sentence)
        self._coming.set_result(BrokenSite(sentence))

    @property
    def site(self) -> Site:
        """The site itself; waits for it."""
        return self._coming.result()

    @property
    def is_broken(self) -> bool:
        """Whether the run turned out not to be readable; False while that is not known."""
        return self._coming.done() and isinstance(self.site, BrokenSite)

    def close(self) -> None:
        """Remove what was made, once it is made."""
        self._ending = True
        self._coming.add_done_callback(lambda coming: coming.result().close())

    def get(self, target: str, base: str = "") -> Answer:
        """The page at once, everything else when it is there."""
        return page_file(self._page, urlsplit(target).path.lstrip("/")) or self.site.get(target, base)

    def post(self, target: str, kind: str, body: bytes) -> Answer:
        """As the site answers."""
        return self.site.post(target, kind, body)

    def delete(self, target: str) -> Answer:
        """As the site answers."""
        return self.site.delete(target)


def page_file(page: Mapping[str, Path], path: str) -> Answer | None:
    """A file of the page itself, None for any other address."""
    found = page.get(path or "index.html")
    return None if found is None else file(found)


def file(path: Path) -> Answer:
    """A file whole."""
    return Answer(200, path.read_bytes(), content_type(path.name))


def in_json(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """A table for programs."""
    from skycrane.record.json_text import to_json  # numpy comes with it

    return Answer(status, to_json(content).encode(), content_type("x.json"), headers or {})


def said(status: int, sentence: str) -> Answer:
    """A sentence for people."""
    return Answer(status, f"{sentence}\n".encode(), content_type("x.txt"))


def nothing_here() -> Answer:
    """For every address that is not listed."""
    return said(404, "There is nothing at this address.")
