"""`skycrane land`: fly a mission, call it out while it happens, say how it ended, and leave a run folder."""

import argparse
import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import ctrl_c, first_ground, screen
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.mission import Mission
    from skycrane.record import FlightRecord

_LARGEST_SEED = 2**32 - 1


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "land",
        help="fly a landing",
        description="Fly a mission from entry interface to its end. Without --seed the flight is nominal: "
        "dispersions at their mean, no sensor noise.",
    )
    command.add_argument(
        "mission", nargs="?", default="mars2020", metavar="MISSION", help="name or TOML file (mars2020)"
    )
    command.add_argument("--seed", type=seed, metavar="N", help="draw all dispersions and noise from this seed")
    command.add_argument(
        "--case", type=case, default=0, metavar="N", help="this case of the seed, as an ensemble counts (0)"
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="KEY=VALUE",
        help="change a value, such as entry.flight_path_angle_deg=-16; may be given again; `skycrane missions show MISSION` has all keys",
    )
    command.add_argument(
        "--out", type=Path, metavar="RUN", help="run folder (runs/MISSION-SEED or runs/MISSION-nominal)"
    )
    command.add_argument(
        "--touchdown",
        choices=("reduced", "multibody"),
        help="how the last metres are computed (touchdown.model of the mission)",
    )
    command.add_argument("--overwrite", action="store_true", help="replace the run folder if it is there already")
    command.add_argument("--json", action="store_true", help="print outcome.json on stdout, everything else on stderr")
    command.add_argument("--no-report", action="store_true", help="leave report.html out")
    command.add_argument("--no-pictures", action="store_true", help="leave the twelve pictures and the sound out")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Everything that can be refused is refused before the flight."""
    from skycrane.mission import load_mission
    from skycrane.record import check_destination

    asked = _changes(chosen)
    mission = load_mission(chosen.mission).with_changes(asked)
    if chosen.case and chosen.seed is None:
        raise InputError("--case needs --seed: a nominal flight has no cases")
    which = "nominal" if chosen.seed is None else f"{chosen.seed}{f'-{chosen.case}' if chosen.case else ''}"
    out = chosen.out or Path("runs") / f"{mission.name}-{which}"
    check_destination(out, overwrite=chosen.overwrite)
    show = screen.remarks() if chosen.json else screen.results()
    record = _with_command(_fly(mission, chosen, show), chosen)
    save_run(record, out, chosen.overwrite, report=not chosen.no_report)
    _tell(record, out, show, report=not chosen.no_report)
    if not chosen.no_pictures:
        made = [_listen(mission, out, show), _photograph(mission, out, show) > 0]
        if any(made) and not chosen.no_report:
            _show_in_report(out)
    _tell_next(mission, record, out, show)
    if chosen.json:
        from skycrane.record.json_text import to_json

        screen.results().line(to_json(record.outcome).rstrip("\n"))
    return 0 if record.outcome.get("success") is True else 3


def _fly(mission: "Mission", chosen: argparse.Namespace, show: screen.Screen) -> "FlightRecord":
    from skycrane.cli.telling import Storyteller, title_lines

    for line in title_lines(show, mission, chosen.seed, _changes(chosen)):
        show.line(line)
    first_ground.announce_for(mission, show)
    from skycrane.surface.manoeuvre import fly  # heavy: only now, when there is something on the screen

    story = Storyteller(show)
    with _compilation_announced(show):
        record = fly(mission, chosen.seed, on_event=story.hear, case=chosen.case)
    story.end()
    return record


@contextlib.contextmanager
def _compilation_announced(show: screen.Screen) -> Iterator[None]:
    """Says, once, that programs are being made, where they are not on this machine yet."""
    from skycrane.flight import programs

    said = threading.Lock()

    def say(name: str) -> None:
        if said.acquire(blocking=False):
            show.line(show.paint("Compiling the flight for this machine: about a minute, the first time only.", "dim"))

    before, programs.before_making = programs.before_making, say
    try:
        yield
    finally:
        programs.before_making = before


def _with_command(record: "FlightRecord", chosen: argparse.Namespace) -> "FlightRecord":
    """The record, whose provenance also says with which command it was flown."""
    from skycrane.mission import mission_names
    from skycrane.record.provenance import flown_by

    mission = chosen.mission if chosen.mission in mission_names() else str(Path(chosen.mission).absolute())
    command = flown_by(mission, chosen.seed, _changes(chosen), chosen.case)
    return dataclasses.replace(record, provenance={**record.provenance, "command": command})


def save_run(record: "FlightRecord", out: Path, overwrite: bool, report: bool) -> None:
    """The run folder with its report, whole or not at all."""
    from skycrane.record import new_run_folder, write_run

    with new_run_folder(out, overwrite=overwrite) as folder:
        write_run(record, folder)
        if report:
            from skycrane.report import write_report

            write_report(record, folder / "report.html")
        ctrl_c.raise_if_pressed()


def _listen(mission: "Mission", out: Path, show: screen.Screen) -> bool:
    """What the microphones of a landing that has some would have heard; whether anything was recorded."""
    if mission.parameters.sound is None:
        return False
    from skycrane.sound import record_sound

    try:
        made = record_sound(out)
    except InputError as problem:
        show.line(show.paint(f"No sound: {problem}", "yellow"))
        return False
    show.line(f"Sound       {made.folder}, simulated")
    return True


def _photograph(mission: "Mission", out: Path, show: screen.Screen) -> int:
    """The default pictures of a landing that has cameras; how many there are.

    The run is whole and told already: what stops here costs pictures alone.
    """
    if not mission.parameters.cameras:
        return 0
    from skycrane.cameras import take_pictures
    from skycrane.cli.pictures import tell_engine, teller

    show.line()
    try:
        made = len(take_pictures(out, on_progress=teller(show)))
    except InputError as problem:
        show.line(show.paint(f"No pictures: {problem}", "yellow"))
        return 0
    show.line(f"Pictures    {out / 'pictures' / 'contact_sheet.png'}, {made} simulated")
    tell_engine(show)
    return made


def _show_in_report(out: Path) -> None:
    """The report once more, now with what was heard and seen."""
    from skycrane.report import write_report

    write_report(out)


def _tell(record: "FlightRecord", out: Path, show: screen.Screen, report: bool) -> None:
    from skycrane.cli.telling import comparison_lines, ending_lines
    from skycrane.report.compare import compare_with_flight

    lines = ["", *ending_lines(show, record), *comparison_lines(show, compare_with_flight(record)), ""]
    lines += [f"Run folder  {out}"] + ([f"Report      {out / 'report.html'}"] if report else [])
    for line in lines:
        show.line(line)


def _tell_next(mission: "Mission", record: "FlightRecord", out: Path, show: screen.Screen) -> None:
    from skycrane.cli.next_steps import next_lines

    show.line()
    for line in next_lines(mission, record, out):
        show.line(line)


def _changes(chosen: argparse.Namespace) -> dict[str, str]:
    """What the command changes in the mission: `--touchdown` before `--set`."""
    model = {} if chosen.touchdown is None else {"touchdown.model": chosen.touchdown}
    return model | changes(chosen.changes)


def changes(words: list[str]) -> dict[str, str]:
    """`--set key=value` words as key -> value."""
    found = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise InputError(f"--set {word} must be KEY=VALUE, such as --set entry.flight_path_angle_deg=-15.6")
        found[key.strip()] = value.strip()
    return found


def seed(word: str) -> int:
    """A seed, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or int(word) > _LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{word} is no seed, must be a whole number from 0 to {_LARGEST_SEED}")
    return int(word)


def case(word: str) -> int:
    """The number of a case, or argparse's error."""
    if not word.isdecimal() or not word.isascii() or int(word) > _LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{word} is no case, must be a whole number from 0 to {_LARGEST_SEED}")
    return int(word)
