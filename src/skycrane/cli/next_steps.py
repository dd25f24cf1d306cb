"""What a person can do once a landing or an ensemble is flown: the last lines of `skycrane land` and `skycrane ensemble`."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skycrane.mission import Mission
    from skycrane.record import FlightRecord
    from skycrane.record.ensemble_folder import Ensemble


def next_lines(mission: "Mission", record: "FlightRecord", out: Path) -> Iterator[str]:
    """The commands that go on from here, ready to be pasted: those that this mission has something for and this ending allows."""
    p, success = mission.parameters, record.outcome.get("success") is True
    stands = success and record.outcome.get("outcome") == "landed"
    folder, heard = shlex.quote(str(out)), (out / "sound").exists()
    steps = (
        (stands and getattr(p, "rover", None), "site", "sets the rover down on its wheels and judges the place"),
        (success and getattr(p, "sound", None) and not heard, "sound", "records what its microphone hears"),
        (success and getattr(p, "downlink", None), "downlink", "sends home what was recorded, by relay"),
        (True, "watch", "plays it in the browser"),
    )
    yield from _lines([(f"{name} {folder}", does) for allowed, name, does in steps if allowed])


def after_ensemble_lines(ensemble: "Ensemble") -> Iterator[str]:
    """The same for an ensemble: what drives it, and a case by itself, the first that was lost where one was."""
    folder, lost = shlex.quote(str(ensemble.path)), ensemble.losses
    case = int(lost["first_case"].min()) if len(lost) else 0
    which = f"flies case {case}, the first that was lost, by itself" if len(lost) else "flies a case by itself"
    yield from _lines([(f"sensitivity {folder}", "ranks what drives it"), (f"refly {folder} {case}", which)])


def _lines(steps: Sequence[tuple[str, str]]) -> Iterator[str]:
    commands = [f"{called()} {words}" for words, _ in steps]
    width = max(map(len, commands))
    for number, (command, (_, does)) in enumerate(zip(commands, steps, strict=True)):
        yield f"{'' if number else 'Next':<12}{command:<{width}}  {does}"


def called() -> str:
    """What to type for `skycrane` here: `.venv/bin/skycrane` for whoever came by `make land`, whose shell does not know it."""
    typed = sys.argv[0]
    return typed if shutil.which("skycrane") is None and Path(typed).name == "skycrane" else "skycrane"
