"""`skycrane refly ENS 417`: fly one case of an ensemble again, alone, into a normal run folder."""

import argparse
from pathlib import Path
from typing import Any

from skycrane.cli import screen
from skycrane.cli.ensemble import number
from skycrane.core.errors import InputError


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "refly",
        help="fly one case of an ensemble again",
        description="Fly one case of an ensemble again, alone, into a run folder, and say whether every bit is the same. A single flight "
        "is flown again by the command in its provenance.json.",
    )
    command.add_argument("folder", type=Path, metavar="ENS", help="ensemble folder")
    command.add_argument("case", type=number, nargs="?", metavar="CASE", help="number of the case")
    command.add_argument("--out", type=Path, metavar="RUN", help="run folder (runs/ENS-CASE)")
    command.add_argument("--overwrite", action="store_true", help="replace the run folder if it is there already")
    command.add_argument("--no-report", action="store_true", help="leave report.html out")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status as of `land`: 0 when the flight succeeds, 3 for a named loss."""
    from skycrane.cli.land import save_run
    from skycrane.cli.telling import ending_lines
    from skycrane.record import check_destination
    from skycrane.record.ensemble_folder import open_ensemble
    from skycrane.record.integrity import again
    from skycrane.record.run_folder import is_run

    if is_run(chosen.folder):
        raise InputError(f"{chosen.folder} is the folder of one flight, not an ensemble; {again(chosen.folder)}")
    ensemble = open_ensemble(chosen.folder)
    if chosen.case is None:
        raise InputError(f"which case? CASE must be from 0 to {ensemble.n - 1}: {chosen.folder} has {ensemble.n} cases")
    out = chosen.out or Path("runs") / f"{chosen.folder.absolute().name}-{chosen.case}"
    check_destination(out, overwrite=chosen.overwrite)
    from skycrane.ensemble.refly import refly

    flown = refly(ensemble, chosen.case)
    save_run(flown.record, out, chosen.overwrite, report=not chosen.no_report)
    show = screen.results()
    for line in ending_lines(show, flown.record):
        show.line(line)
    show.line()
    if flown.differs:
        names = ", ".join(flown.differs[:3]) + (", ..." if len(flown.differs) > 3 else "")
        show.line(
            show.paint(
                f"Not the same bytes as in the ensemble: {len(flown.differs)} columns differ ({names}).", "yellow"
            )
        )
        show.line("Another machine, version or number of vector lanes gives other last digits (docs: Ensembles).")
    else:
        show.line("The same bytes as in the ensemble.")
    show.line(f"Run folder  {out}")
    return 0 if flown.record.outcome.get("success") is True else 3
