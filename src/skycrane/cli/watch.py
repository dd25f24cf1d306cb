"""`skycrane watch RUN`: a landing in the browser."""

import argparse
import contextlib
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen

if TYPE_CHECKING:
    from skycrane.experience.site import Flying


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "watch",
        help="watch a landing in the browser",
        description="Serve a landing on this machine and open it in the browser: watch it, ask why, look at the pictures, fly it again.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--ensemble", type=Path, metavar="ENS", help="show this ensemble's landings on the map too")
    command.add_argument("--port", type=port, default=0, metavar="N", help="port (any that is free)")
    command.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (127.0.0.1, this machine alone)"
    )
    command.add_argument("--no-open", action="store_true", help="do not open the browser, print the address")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from skycrane.cameras.scene import write_scene
    from skycrane.experience.bundle import Extras
    from skycrane.experience.ensemble_cloud import ensemble_cloud
    from skycrane.experience.server import RunServer, is_loopback
    from skycrane.experience.site import RunSite

    show = screen.results()
    cloud = None if chosen.ensemble is None else ensemble_cloud(chosen.ensemble)
    site = RunSite(
        chosen.folder, Extras(ensemble=cloud, write_scene=write_scene), flying(chosen.folder, chosen.ensemble)
    )
    with contextlib.closing(site), RunServer(site, chosen.host, chosen.port) as server:
        if not is_loopback(chosen.host):
            warning = f"Anyone who reaches {chosen.host} can see this landing and fly on this machine."
            show.line(show.paint(warning, "yellow"))
        show.line(f"{server.address}   (Ctrl-C ends it)")
        if not chosen.no_open:
            webbrowser.open(server.address)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


def flying(folder: Path, ensemble: Path | None) -> "Flying":
    """What flies for the page: this mission with changes, at the seed of the run; and cases of the ensemble."""
    from skycrane.experience.site import Flying
    from skycrane.record import FlightRecord, read_provenance

    seed = read_provenance(folder).get("seed")

    def with_changes(changes: dict[str, Any]) -> FlightRecord:
        from skycrane.flight import fly
        from skycrane.mission import load_mission

        return fly(load_mission(folder / "mission.toml").with_changes(changes), seed)

    def case(number: int) -> FlightRecord:
        from skycrane.ensemble.refly import refly
        from skycrane.record.ensemble_folder import open_ensemble

        assert ensemble is not None
        return refly(open_ensemble(ensemble), number).record

    return Flying(with_changes, None if ensemble is None else case)


def port(word: str) -> int:
    """A port, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"{word} is no port, must be a whole number from 0 to 65535")
    return int(word)
