"""`skycrane watch RUN`: a landing in the browser."""

import argparse
import contextlib
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.experience.flights import Tell
    from skycrane.experience.site import Flying


_SHOWN = 6.0  # s after which the page is up and the processor free


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
    """Serve until Ctrl-C."""
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
    from skycrane.cameras.scene import write_scene
    from skycrane.experience.bundle import Extras
    from skycrane.experience.ensemble_cloud import ensemble_cloud
    from skycrane.experience.server import RunServer, is_loopback
    from skycrane.experience.site import BrokenSite, RunSite

    show, folder, many = screen.results(), Path(run), None if ensemble is None else Path(ensemble)
    cloud = None if many is None else ensemble_cloud(many)
    site: RunSite | BrokenSite
    try:
        site = RunSite(folder, Extras(ensemble=cloud, write_scene=write_scene), flying(folder, many))
    except InputError as broken:
        if not folder.is_dir():
            raise
        site = BrokenSite(str(broken))
        screen.remarks().line(f"skycrane watch: {broken}")
    with contextlib.closing(site), RunServer(site, host, port) as server:
        if not is_loopback(host):
            warning = f"Anyone who reaches {host} can see this landing and fly on this machine."
            show.line(show.paint(warning, "yellow"))
        show.line(f"{server.address}   (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(server.address)
        if isinstance(site, RunSite):
            warm = threading.Timer(_SHOWN, make_ready, (folder,))
            warm.daemon = True
            warm.start()
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    return 2 if isinstance(site, BrokenSite) else 0


def make_ready(folder: Path) -> None:
    """Fly the mission of the run once, unseen, where its programs are on this machine: the first flight that is asked for finds them, the
    ground and the reference in memory.
    """
    from skycrane.flight import cache_folder

    if any(cache_folder().glob("fly-*.xla")):
        with contextlib.suppress(InputError):  # what cannot be flown is said to whoever asks for a flight
            flying(folder, None).with_changes({}, lambda words: None)


def flying(folder: Path, ensemble: Path | None) -> "Flying":
    """What flies for the page: this mission with changes, at seed and case of the run; and cases of the ensemble."""
    from skycrane.experience.site import Flying
    from skycrane.record import FlightRecord, read_provenance

    about = read_provenance(folder)

    def with_changes(changes: dict[str, Any], tell: "Tell") -> FlightRecord:
        from skycrane.mission import load_mission
        from skycrane.surface.manoeuvre import fly

        mission = load_mission(folder / "mission.toml").with_changes(changes)
        return fly(mission, about.get("seed"), lambda event: tell(f"{event.label}."), case=about.get("case", 0))

    def case(number: int, tell: "Tell") -> FlightRecord:
        from skycrane.ensemble.refly import refly
        from skycrane.record.ensemble_folder import open_ensemble

        assert ensemble is not None
        found = refly(open_ensemble(ensemble), number).record
        tell("It is down.")
        return found

    return Flying(with_changes, None if ensemble is None else case)


def _port(word: str) -> int:
    """A port, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"{word} is no port, must be a whole number from 0 to 65535")
    return int(word)
