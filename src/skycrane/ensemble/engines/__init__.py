"""Who flies the batches: this process, several processes of this machine, or a Dask cluster. All give the same bytes.

An engine is a generator of flown batches, in any order; leaving it early ends everything that it started.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from skycrane.core.errors import InputError
from skycrane.ensemble.batch import Batch, fly_batch
from skycrane.ensemble.order import Order, ground_of

NAMES = ("here", "processes", "dask")


class Unit(NamedTuple):
    """Work for about ten seconds: (first case, number of cases) of some batches, and the cases whose whole record is wanted."""

    batches: tuple[tuple[int, int], ...]
    keep: tuple[int, ...]


def fly_unit(order: Order, unit: Unit) -> list[Batch]:
    """Fly a unit in this process; what comes after the end of the longest trajectory is left out, for batches travel."""
    ground = ground_of(order)
    return [_without_tail(fly_batch(ground, first, count, unit.keep)) for first, count in unit.batches]


def _without_tail(batch: Batch) -> Batch:
    there = np.flatnonzero(~np.isnan(batch.samples).all(axis=(0, 1)))
    end = there[-1] + 1 if len(there) else 0
    return replace(batch, samples=batch.samples[:, :, :end].copy())


def units_of(batches: Sequence[tuple[int, int]], keep: Sequence[int], each: int) -> list[Unit]:
    """Batches in units of `each`; the first is a batch alone, as all wait for it: with it programs are compiled that are not there yet."""
    wanted = set(keep)
    units = []
    starts = [0, *range(1, len(batches), each)]
    for begin, end in zip(starts, [*starts[1:], len(batches)], strict=True):
        some = tuple(batches[begin:end])
        own = tuple(sorted(case for first, count in some for case in wanted.intersection(range(first, first + count))))
        units.append(Unit(some, own))
    return units


def fly_units(engine: str, order: Order, units: Sequence[Unit], workers: int, scheduler: str | None) -> Iterator[Batch]:
    """Every batch of the units, by the engine of that name."""
    if engine == "here":
        return (batch for unit in units for piece in _single(unit) for batch in fly_unit(order, piece))
    if engine == "processes":
        from skycrane.ensemble.engines.processes import fly_in_processes

        return fly_in_processes(order, units, workers)
    if engine == "dask":
        from skycrane.ensemble.engines.cluster import fly_on_cluster

        return fly_on_cluster(order, units, workers, scheduler)
    raise InputError(f"engine is {engine!r}, must be one of {', '.join(NAMES)}")


def _single(unit: Unit) -> list[Unit]:
    """A unit batch by batch, so that each is safe as soon as it is flown."""
    return [
        Unit((batch,), tuple(c for c in unit.keep if batch[0] <= c < batch[0] + batch[1])) for batch in unit.batches
    ]
