"""`skycrane publish RUN`: a landing as files, for a static host or for one double click."""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen

if TYPE_CHECKING:
    from skycrane.experience.publish import Published


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "publish",
        help="write a landing as a web page",
        description="Write a landing as a folder for any static host, or with --single-file as one HTML file of at most 15 MB that opens "
        "with the network off.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument(
        "--out", type=Path, metavar="PLACE", help="folder to write (site), or file (landing.html) with --single-file"
    )
    command.add_argument("--single-file", action="store_true", help="one HTML file instead of a folder")
    command.add_argument("--ensemble", type=Path, metavar="ENS", help="show this ensemble's landings on the map too")
    command.add_argument("--overwrite", action="store_true", help="replace what was published there before")
    command.set_defaults(run=run)


def publish(
    run: str | Path,
    out: str | Path | None = None,
    single_file: bool = False,
    ensemble: str | Path | None = None,
    overwrite: bool = False,
) -> "Published":
    """Write a run folder as a page: a folder for any static host (`site`), or with `single_file` one HTML file (`landing.html`).

    With the folder of an `ensemble` its landings are on the map too. Says which page to open and how large it is. InputError when the run
    cannot be read, when `out` is in use, or when the page was not built into this installation.
    """
    from skycrane.cameras.scene import write_scene
    from skycrane.experience import publish as files
    from skycrane.experience.bundle import Extras
    from skycrane.experience.ensemble_cloud import ensemble_cloud
    from skycrane.record import read_provenance

    read_provenance(run)  # no such run is said before anything else
    place = Path(out or ("landing.html" if single_file else "site"))
    cloud = None if ensemble is None else ensemble_cloud(Path(ensemble))
    return files.publish(run, place, single_file, overwrite, Extras(ensemble=cloud, write_scene=write_scene))


def run(chosen: argparse.Namespace) -> int:
    """Write it and say where it is."""
    made = publish(chosen.folder, chosen.out, chosen.single_file, chosen.ensemble, chosen.overwrite)
    show = screen.results()
    show.line(f"{made.page}, {made.bytes / 1e6:.1f} MB")
    if not chosen.single_file:
        again = f"skycrane publish {shlex.quote(str(chosen.folder))} --single-file"
        show.line(f"A folder for a web server, such as: python3 -m http.server -d {shlex.quote(str(made.page.parent))}")
        show.line(f"One file that opens by double click: {again}")
    return 0
