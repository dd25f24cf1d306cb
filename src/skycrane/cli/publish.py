"""`skycrane publish RUN`: a landing as files, for a static host or for one double click."""

import argparse
from pathlib import Path
from typing import Any

from skycrane.cli import screen


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


def run(chosen: argparse.Namespace) -> int:
    """Write it and say where it is."""
    from skycrane.cameras.scene import write_scene
    from skycrane.experience.bundle import Extras
    from skycrane.experience.ensemble_cloud import ensemble_cloud
    from skycrane.experience.publish import publish

    out = chosen.out or Path("landing.html" if chosen.single_file else "site")
    cloud = None if chosen.ensemble is None else ensemble_cloud(chosen.ensemble)
    made = publish(
        chosen.folder, out, chosen.single_file, chosen.overwrite, Extras(ensemble=cloud, write_scene=write_scene)
    )
    screen.results().line(f"{made.page}, {made.bytes / 1e6:.1f} MB")
    return 0
