"""`skycrane cite RUN`: BibTeX of the sources behind exactly the models and numbers which that run used."""

import argparse
from pathlib import Path
from typing import Any

from skycrane.cli import screen
from skycrane.core.errors import InputError


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "cite",
        help="print the sources behind a run",
        description="Print BibTeX of the sources behind the models and numbers that a run used.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The entries on stdout."""
    screen.results().line(cite(chosen.folder).rstrip("\n"))
    return 0


def cite(folder: str | Path) -> str:
    """BibTeX of the sources behind the models and numbers that a run used."""
    from skycrane.record import read_provenance
    from skycrane.record.citations import bibtex
    from skycrane.record.integrity import again

    keys = read_provenance(folder).get("sources")
    file = Path(folder) / "provenance.json"
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise InputError(f"{file}: sources is missing or damaged, must be a list of BibTeX keys; {again(Path(folder))}")
    try:
        return bibtex(keys)
    except KeyError as error:
        raise InputError(f"{file}: {error.args[0]}; was the run made by another version of skycrane?") from None
