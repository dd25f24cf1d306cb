"""`skycrane ensemble`: fly a mission thousands of times, keep every case safe, and hold the whole against the requirements."""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import first_ground, screen
from skycrane.cli.land import changes, seed
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.mission import Mission
    from skycrane.record.ensemble_folder import Ensemble


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "ensemble",
        help="fly a mission thousands of times",
        description="Fly cases 0 to N-1 of a seed of a mission. Case i is the flight of `skycrane land MISSION --seed S --case i`. "
        "Ends with status 0 when complete, whatever the losses in it.",
    )
    add = command.add_argument
    add("mission", nargs="?", default="mars2020", metavar="MISSION", help="name or TOML file (mars2020)")
    add("-n", type=some, required=True, metavar="N", dest="n", help="number of cases")
    add("--seed", type=seed, default=0, metavar="S", help="master seed of all cases (0)")
    add("--set", action="append", default=[], dest="changes", metavar="KEY=VALUE", help="change a value of the mission")
    add("--out", type=Path, metavar="ENS", help="ensemble folder (runs/ensemble-MISSION-SEED)")
    add(
        "--resume", action="store_true", help="continue the folder; the result is that of an ensemble never interrupted"
    )
    add(
        "--stop-when",
        metavar="RULE",
        help='end early, such as "miss_distance_p99 within 2 %%"; looked at every 512 cases',
    )
    add("--keep", type=number, default=0, metavar="K", help="write whole run folders of the first K cases (0)")
    add("--every", type=float, default=1.0, metavar="SECONDS", help="time between samples of the kept trajectories (1)")
    add(
        "--engine",
        choices=("here", "processes", "dask"),
        help="who flies: this process, several (the default), or Dask",
    )
    add("--workers", type=some, metavar="K", help="processes or Dask workers (one a core)")
    add(
        "--scheduler",
        metavar="ADDRESS",
        help="Dask scheduler of a running cluster, tcp://host:8786 (a local one is started)",
    )
    add("--json", action="store_true", help="print one JSON object on stdout, everything else on stderr")
    add("--no-report", action="store_true", help="leave ensemble.html out")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0 when complete; on Ctrl-C the cases flown stay safe and the status is 130."""
    from skycrane.mission import load_mission

    if chosen.scheduler and chosen.engine != "dask":
        raise InputError(f"--scheduler {chosen.scheduler} needs --engine dask")
    mission = load_mission(chosen.mission).with_changes(changes(chosen.changes))
    show = screen.remarks() if chosen.json else screen.results()
    try:
        ensemble = _fly(mission, chosen, show)
    except KeyboardInterrupt:
        return _interrupted(chosen, mission)
    _tell(ensemble, chosen, show)
    return 0


def _fly(mission: "Mission", chosen: argparse.Namespace, show: screen.Screen) -> "Ensemble":
    from skycrane.cli.progress import ProgressBar

    p = mission.parameters
    show.line(f"{p.title}: {chosen.n} landings, seed {chosen.seed}, {len(p.dispersions)} uncertain quantities")
    first_ground.announce_for(mission, show)
    from skycrane.ensemble.run import run_ensemble  # heavy: only now, when there is something on the screen

    bar = ProgressBar(screen.remarks())
    try:
        return run_ensemble(
            mission,
            chosen.n,
            chosen.seed,
            engine=chosen.engine,
            workers=chosen.workers,
            scheduler=chosen.scheduler,
            out=chosen.out,
            resume=chosen.resume,
            keep=chosen.keep,
            stop_when=chosen.stop_when,
            every=chosen.every,
            on_progress=bar.show,
            on_remark=screen.remarks().line,
        )
    finally:
        bar.end()


def _tell(ensemble: "Ensemble", chosen: argparse.Namespace, show: screen.Screen) -> None:
    from skycrane.cli.next_steps import after_ensemble_lines
    from skycrane.cli.scorecard import scorecard_lines
    from skycrane.record.ensemble_folder import PAGE

    for line in scorecard_lines(show, ensemble):
        show.line(line)
    show.line()
    show.line(f"Ensemble    {ensemble.path}")
    if not chosen.no_report:
        from skycrane.report.ensemble import write_ensemble_page

        write_ensemble_page(ensemble, ensemble.path / PAGE)
        show.line(f"Report      {ensemble.path / PAGE}")
    show.line()
    for line in after_ensemble_lines(ensemble):
        show.line(line)
    if chosen.json:
        from skycrane.record.json_text import to_json

        content = {
            "n": ensemble.n,
            "scorecard": ensemble.scorecard.reset_index().to_dict("records"),
            "losses": ensemble.losses.reset_index().to_dict("records"),
            "ellipse": ensemble.ellipse,
            "folder": str(ensemble.path),
        }
        screen.results().line(to_json(content).rstrip("\n"))


def _interrupted(chosen: argparse.Namespace, mission: "Mission") -> int:
    """What is safe and how to go on; then out at once, even while a program is being compiled in another thread."""
    from skycrane.record.ensemble_folder import ABOUT

    folder = chosen.out or Path("runs") / f"ensemble-{mission.name}-{chosen.seed}"
    safe = (folder / ABOUT).exists()
    end = f"; what was flown is safe in {folder}, continue with the same command and --resume" if safe else ""
    print(f"skycrane ensemble: interrupted{end or ' before anything was flown'}", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    others = [each for each in threading.enumerate() if each is not threading.main_thread() and not each.daemon]
    if others:
        os._exit(130)
    return 130


def some(word: str) -> int:
    """A whole number, at least 1, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or len(word) > 12 or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} must be a whole number, at least 1")
    return int(word)


def number(word: str) -> int:
    """A whole number that is not negative, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or len(word) > 12:
        raise argparse.ArgumentTypeError(f"{word} must be a whole number, not below 0")
    return int(word)
