"""Fly one case of an ensemble again, alone, into a run folder, and say whether it is the same bytes."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from skycrane.core.errors import InputError
from skycrane.ensemble.batch import fly_batch
from skycrane.ensemble.order import Ground, Order, order_of
from skycrane.record.ensemble_folder import MISSION, Ensemble

if TYPE_CHECKING:
    from skycrane.record import FlightRecord


class Reflown(NamedTuple):
    """The record of the case, and the columns of its summary that came out differently; none when every bit is the same."""

    record: "FlightRecord"
    differs: list[str]


def refly(ensemble: Ensemble, case: int) -> Reflown:
    """Fly a case once more. InputError when the ensemble has no such case."""
    from skycrane.mission import load_mission

    if not 0 <= case < ensemble.n:
        raise InputError(f"case is {case}, must be from 0 to {ensemble.n - 1}: {ensemble.path} has {ensemble.n} cases")
    mission = load_mission(Path(ensemble.path) / MISSION)
    order: Order = order_of(mission, int(ensemble.about["seed"]), float(ensemble.about["every_s"]))
    batch = fly_batch(Ground(order), case, 1, keep=[case])
    row = ensemble.summary.loc[case]
    differs = [
        name
        for name, x in batch.numbers.items()
        if name in row.index and not np.array_equal(np.float64(row[name]), x[0], equal_nan=True)
    ]
    differs += [name for name, words in batch.words.items() if row[name] != words[0]]
    if int(row["fingerprint"]) != int(batch.fingerprint[0]):
        differs.append("fingerprint")
    return Reflown(batch.kept[case], differs)
