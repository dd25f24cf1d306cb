"""`skycrane cite RUN`: BibTeX of the sources behind exactly the models and numbers which that run used, or behind one of its numbers."""

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
        description="Print BibTeX of the sources behind the models and numbers that a run used, or what stands behind one number.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument(
        "key",
        nargs="?",
        metavar="KEY",
        help="a number of its mission, such as entry.speed_m_s: its value and what is behind it",
    )
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The entries on stdout."""
    text = cite(chosen.folder) if chosen.key is None else behind(chosen.folder, chosen.key)
    screen.results().line(text.rstrip("\n"))
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


def behind(folder: str | Path, key: str) -> str:
    """A number of a run's mission with the comment that stands behind it, as a comment of BibTeX, and the entries that it names.

    InputError when the folder is no run or its mission has no such key.
    """
    from skycrane.mission import load_mission
    from skycrane.mission.address import find
    from skycrane.mission.sources import sources_in
    from skycrane.mission.where import show
    from skycrane.record import read_provenance
    from skycrane.record.citations import bibtex

    read_provenance(folder)
    if not key.strip():
        raise InputError("KEY is empty, must be a number of the mission, such as entry.speed_m_s")
    mission = load_mission(Path(folder) / "mission.toml")
    value = mission.value(key)
    place = mission.given.places.get(find(mission.table, key))
    comments = () if place is None else (*place.above, place.comment)
    said = "  ".join(filter(None, comments)) or "no source is stated"
    try:
        return f"% {key} = {show('none' if value is None else value)}: {said}\n\n{bibtex(sources_in(comments))}"
    except KeyError as error:
        raise InputError(f"{mission.given.file}: {key}: {error.args[0]}") from None
