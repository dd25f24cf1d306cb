"""Run an ensemble: fly what is missing, keep every case safe as it comes, and put the answers together."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skycrane.core.errors import InputError
from skycrane.ensemble import engines
from skycrane.ensemble.folder import EnsembleFolder, about_of
from skycrane.ensemble.order import EVERY, order_of
from skycrane.ensemble.stopping import LOOK_EVERY, StopRule, read_rule
from skycrane.flight.engine import WIDTH, on_card
from skycrane.flight.fly import check_seed
from skycrane.record.ensemble_folder import ELLIPSE, LOSSES, SCORECARD, SENSITIVITY, Ensemble, open_ensemble

if TYPE_CHECKING:
    from skycrane.mission import Mission

UNIT = 512  # cases that a worker flies in about ten seconds


@dataclass(frozen=True)
class Progress:
    """How far an ensemble is: cases safe and wanted, those flown in this run, losses among these, seconds since it began."""

    done: int
    wanted: int
    flown: int
    lost: int
    seconds: float


def run_ensemble(
    mission: "Mission",
    n: int,
    seed: int = 0,
    *,
    engine: str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    keep: int | Iterable[int] = (),
    stop_when: str | None = None,
    every: float = EVERY,
    on_progress: Callable[[Progress], None] | None = None,
    on_remark: Callable[[str], None] | None = None,
) -> Ensemble:
    """Fly cases 0 to n - 1 of a seed of a mission and return them as an ensemble.

    Case i draws what `fly(mission, seed, case=i)` draws. `engine` is "here", "processes" or "dask"; by default processes, one a core,
    when there is work for more than one and no graphics card to share. `keep` asks for whole records: of so many first cases, or of the
    cases named. `every` is the time between samples of the trajectories [s]. The folder is `out`, by default runs/ensemble-MISSION-SEED;
    with `resume` it is continued.
    InputError for everything that can be wrong with the input; cases flown before stay safe.
    """
    check_seed(seed)
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 2**32:
        raise InputError(f"n is {n!r}, must be a whole number of cases, at least 1")
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise InputError(f"workers is {workers!r}, must be a whole number, at least 1")
    if not every >= 0.05:
        raise InputError(f"every is {every!r}, must be at least 0.05 s, the control cycle")
    kept = _kept(keep, n)
    rule = read_rule(stop_when, [each.key for each in mission.parameters.requirements]) if stop_when else None
    order = order_of(mission, seed, every)
    staff = min(workers or _processors(), -(-n // WIDTH))
    name = engine or ("processes" if staff > 1 and n > 2 * WIDTH and not on_card() else "here")
    path = Path(out) if out is not None else Path("runs") / f"ensemble-{mission.name}-{seed}"
    crew = engines.crew_of(name, order, staff, scheduler)
    try:
        crew.check()  # whatever cannot be flown is refused before anything is written
        folder = EnsembleFolder(path, order, n, about_of(order, mission), resume)
        for damage in folder.damaged if on_remark else ():
            on_remark(damage)  # type: ignore[misc]
        todo = _missing(folder, kept)
        _fly(folder, crew, engines.units_of(todo, kept, _batches_each(len(todo), staff)), rule, on_progress)
    finally:
        crew.end()
    return put_together(folder, mission)


def _missing(folder: EnsembleFolder, kept: list[int]) -> list[tuple[int, int]]:
    """(first case, number of cases) of every batch with a case that is not safe, or whose whole record is wanted and not there."""
    begins = {*folder.missing(), *(case // WIDTH * WIDTH for case in kept if not _has(folder.path, case))}
    return [(first, min(WIDTH, folder.n - first)) for first in sorted(begins)]


def put_together(folder: EnsembleFolder, mission: "Mission") -> Ensemble:
    """Summary, scorecard, losses and ellipse of a folder whose cases are all safe."""
    from skycrane.ensemble.scorecard import ellipse, losses, scorecard
    from skycrane.ensemble.sensitivity import contributors, figures_of, rank_correlations
    from skycrane.record.json_text import to_json

    summary = folder.put_together()
    folder.write(SCORECARD, scorecard(summary, mission.parameters.requirements).to_csv(float_format="%.9g"))
    folder.write(LOSSES, losses(summary).to_csv(float_format="%.9g"))
    found = ellipse(summary)
    folder.write(ELLIPSE, to_json(found and {**found, "contributors": contributors(summary)}))
    folder.write(SENSITIVITY, rank_correlations(summary, figures_of(summary)).to_csv(index=False, float_format="%.6g"))
    folder.finish()
    return open_ensemble(folder.path)


def _fly(
    folder: EnsembleFolder,
    crew: engines.Crew,
    units: list[engines.Unit],
    rule: StopRule | None,
    on_progress: Callable[[Progress], None] | None,
) -> None:
    """Fly the units and make their cases safe, until all are or the rule holds."""
    begun, flown, lost, looked = time.monotonic(), 0, 0, 0
    stop, looked = _look(folder, rule, looked)
    if units and not stop:
        for batch in crew.fly(units):
            folder.add(batch)
            flown += batch.count
            lost += int((batch.numbers["success"] < 0.5).sum())
            if on_progress is not None:
                on_progress(Progress(folder.done, folder.n, flown, lost, time.monotonic() - begun))
            stop, looked = _look(folder, rule, looked)
            if stop:
                break
    if stop:
        folder.shorten(stop)


def _look(folder: EnsembleFolder, rule: StopRule | None, looked: int) -> tuple[int, int]:
    """Number of cases at which the rule holds (0 while it does not), and up to where it has been looked at."""
    import numpy as np

    while rule is not None and looked + LOOK_EVERY <= folder.n:
        until = looked + LOOK_EVERY
        if any(first not in folder.safe for first in range(0, until, WIDTH)):
            break
        values = np.concatenate([each.numbers[rule.column] for each in folder.cases(until)])[:until]
        if rule.holds(values):
            return until, until
        looked = until
    return 0, looked


def _kept(keep: int | Iterable[int], n: int) -> list[int]:
    cases = list(range(keep)) if isinstance(keep, int) else sorted(set(keep))
    for case in cases:
        if not 0 <= case < n:
            if isinstance(keep, int):
                raise InputError(f"keep is {keep}, must be at most the number of cases, {n}")
            raise InputError(f"keep names case {case}, must be cases from 0 to {n - 1}")
    return cases


def _has(path: Path, case: int) -> bool:
    from skycrane.record.ensemble_folder import KEPT

    return (path / KEPT / f"{case:06d}").is_dir()


def _batches_each(batches: int, workers: int) -> int:
    """Batches of a unit: about ten seconds of work, less where that would leave workers idle at the end."""
    return max(1, min(UNIT // WIDTH, batches // (4 * workers)))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
