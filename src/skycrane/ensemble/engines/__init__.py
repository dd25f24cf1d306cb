"""Who flies the batches: this process, several processes of this machine, or a Dask cluster. All give the same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from skycrane.core.errors import InputError
from skycrane.ensemble.kept import Batch
from skycrane.ensemble.order import Order, ground_of

NAMES = ("here", "processes", "dask")


class Unit(NamedTuple):
    """Work for about ten seconds: (first case, number of cases) of some batches, and the cases whose whole record is wanted."""

    batches: tuple[tuple[int, int], ...]
    keep: tuple[int, ...]


@runtime_checkable
class Crew(Protocol):
    """Whoever flies an order. Getting ready begins when it is made."""

    def check(self) -> None:
        """Return once somebody is ready to fly; InputError for an order that cannot be flown."""

    def fly(self, units: Sequence[Unit]) -> Iterator[Batch]:
        """Flown batches of the units, in any order."""

    def end(self) -> None:
        """End everything that was started; what is being flown is lost."""


def crew_of(engine: str, order: Order, workers: int, scheduler: str | None) -> Crew:
    """The crew of an engine of that name, for at most so many workers."""
    if engine == "here":
        return Here(order)
    if engine == "processes":
        from skycrane.ensemble.engines.processes import Processes

        return Processes(order, workers)
    if engine == "dask":
        from skycrane.ensemble.engines.cluster import Cluster

        return Cluster(order, workers, scheduler)
    raise InputError(f"engine is {engine!r}, must be one of {', '.join(NAMES)}")


class Here:
    """This process, batch by batch, so that each is safe as soon as it is flown."""

    def __init__(self, order: Order) -> None:
        self.order = order

    def check(self) -> None:
        """Prepare the ground of the order, which refuses what cannot be flown."""
        ground_of(self.order)

    def fly(self, units: Sequence[Unit]) -> Iterator[Batch]:
        """Flown batches in the order of the units."""
        return (batch for unit in units for piece in _single(unit) for batch in fly_unit(self.order, piece))

    def end(self) -> None:
        """Nothing was started."""


def fly_unit(order: Order, unit: Unit) -> list[Batch]:
    """Fly a unit in this process; what comes after the end of the longest trajectory is left out, for batches travel."""
    from skycrane.ensemble.batch import fly_batch

    ground = ground_of(order)
    return [_without_tail(fly_batch(ground, first, count, unit.keep)) for first, count in unit.batches]


def _without_tail(batch: Batch) -> Batch:
    there = np.flatnonzero(~np.isnan(batch.samples).all(axis=(0, 1)))
    end = there[-1] + 1 if len(there) else 0
    return replace(batch, samples=batch.samples[:, :, :end].copy())


def units_of(batches: Sequence[tuple[int, int]], keep: Sequence[int], each: int) -> list[Unit]:
    """Batches in units of `each`."""
    wanted = set(keep)
    units = []
    for begin in range(0, len(batches), each):
        some = tuple(batches[begin : begin + each])
        own = tuple(sorted(case for first, count in some for case in wanted.intersection(range(first, first + count))))
        units.append(Unit(some, own))
    return units


def _single(unit: Unit) -> list[Unit]:
    return [
        Unit((batch,), tuple(c for c in unit.keep if batch[0] <= c < batch[0] + batch[1])) for batch in unit.batches
    ]
