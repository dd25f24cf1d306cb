"""`skycrane compare RUN`: the prediction held against the flown figures, row by row, at any time after a flight."""

import argparse
from pathlib import Path
from typing import Any

from skycrane.cli import screen


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "compare",
        help="compare a run with the real flight",
        description="Print what a run predicted beside what was really flown, figure by figure, with the band that is allowed and pass "
        "or FAIL for each row. Works on any run folder, at any time; nothing is flown.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    command.add_argument("--strict", action="store_true", help="end with status 3 when a row fails or is missing")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0 when printed; with --strict 3 when a row fails."""
    from skycrane.cli.telling import comparison_lines
    from skycrane.record import open_run
    from skycrane.report.compare import compare_with_flight

    comparison = compare_with_flight(open_run(chosen.folder))
    show = screen.results()
    if chosen.json:
        from skycrane.record.json_text import to_json

        show.line(to_json(comparison.to_dict()).rstrip("\n"))
    elif not comparison.rows:
        show.line(comparison.to_text())
    else:
        for line in list(comparison_lines(show, comparison))[1:]:
            show.line(line)
    return 3 if chosen.strict and not (comparison.rows and comparison.all_passed) else 0
