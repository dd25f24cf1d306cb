"""`skycrane watch RUN`: a landing in the browser."""

import argparse
import contextlib
import signal
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen

if TYPE_CHECKING:
    from skycrane.experience.site import RunSite


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "watch",
        help="watch a landing in the browser",
        description="Serve a landing on this machine and open it in the browser: watch it, ask why, look at the pictures, fly it again.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--ensemble", type=Path, metavar="ENS", help="show this ensemble's landings on the map too")
    command.add_argument("--port", type=_port, default=0, metavar="N", help="port (any that is free)")
    command.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (127.0.0.1, this machine alone)"
    )
    command.add_argument("--no-open", action="store_true", help="do not open the browser, print the address")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Serve until Ctrl-C, or until asked to end: what was made for it is cleared away either way."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return watch(chosen.folder, chosen.ensemble, chosen.port, chosen.host, not chosen.no_open)


def watch(
    run: str | Path,
    ensemble: str | Path | None = None,
    port: int = 0,
    host: str = "127.0.0.1",
    open_browser: bool = True,
) -> int:
    """Serve a run folder (and the landings of an ensemble) to this machine, open the browser, go on until Ctrl-C.

    A run folder that cannot be read is served as a page that says what is missing; the status is 2 then, else 0. InputError when there is
    no such folder, when the address cannot be had, or when the page was not built into this installation.
    """
    from skycrane.experience.answers import ComingSite
    from skycrane.experience.server import RunServer, is_loopback

    show, folder, many = screen.results(), Path(run), None if ensemble is None else Path(ensemble)
    _require(folder, many)
    with contextlib.ExitStack() as open_things:
        site = ComingSite(lambda: _site(folder, many, open_things), _refused)
        open_things.callback(site.close)
        server = open_things.enter_context(RunServer(site, host, port))
        if not is_loopback(host):
            warning = f"Anyone who reaches {host} can see this landing and fly on this machine."
            show.line(show.paint(warning, "yellow"))
        show.line(f"{server.address}   (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(server.address)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
        return 2 if site.is_broken else 0


def _require(folder: Path, many: Path | None) -> None:
    """InputError where there is no such run folder or ensemble at all: then there is nothing to serve."""
    if not folder.is_dir():
        from skycrane.record import read_provenance

        read_provenance(folder)
    if many is not None:
        from skycrane.record.ensemble_folder import open_ensemble

        open_ensemble(many)


def _site(folder: Path, many: Path | None, open_things: contextlib.ExitStack) -> "RunSite":
    """The site of a run, its engine warming up beside it."""
    from skycrane.cli.flying import EngineProcess

    engine = EngineProcess(folder, many)
    open_things.callback(engine.close)
    try:
        from skycrane.cameras.scene import write_scene
        from skycrane.experience.bundle import Extras
        from skycrane.experience.ensemble_cloud import ensemble_cloud
        from skycrane.experience.site import RunSite

        cloud = None if many is None else ensemble_cloud(many)
        site = RunSite(folder, Extras(ensemble=cloud, write_scene=write_scene), engine.for_page())
    except BaseException:
        engine.close()
        raise
    engine.warm_up()
    return site


def _refused(sentence: str) -> None:
    screen.remarks().line(f"skycrane watch: {sentence}")


def _port(word: str) -> int:
    """A port, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"{word} is no port, must be a whole number from 0 to 65535")
    return int(word)
