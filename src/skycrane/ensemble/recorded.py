"""A batch of a mission that is recorded flight by flight, a point mass: what an ensemble keeps is read off the full record of each case.

The rows of a rigid body's flight are looked at lane by lane instead (batch.py), which is faster. Without records and ten thousand times
as fast, for ends and peaks alone: skycrane.flight.fly_point_masses.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from skycrane.ensemble import columns
from skycrane.ensemble.kept import Batch
from skycrane.ensemble.order import Ground
from skycrane.ensemble.outcomes import numbers_in
from skycrane.record import FlightRecord
from skycrane.record.quantity_path import quantity_of


def fly_recorded(ground: Ground, first: int, count: int, keep: Sequence[int] = ()) -> Batch:
    """As batch.fly_batch, by `fly_many` and its records."""
    from skycrane.flight import dispersions, fly_many, threefry

    order, p = ground.order, ground.p
    cases = list(range(first, first + count))
    records = fly_many(ground.mission, [order.seed] * count, cases=cases)
    change = dispersions.drawn(p, threefry.case_keys(order.seed, np.array(cases)))
    rows = [_numbers(ground, record) for record in records]
    numbers = {"success": np.array([float(record.outcome["success"]) for record in records])}
    numbers |= {f"drawn.{d.key}": dispersions.mean(p, d.key) + change[d.key] for d in ground.dispersed}
    for name in dict.fromkeys(name for row in rows for name in row):
        numbers[name] = np.array([row.get(name, np.nan) for row in rows])
    return Batch(
        first=first,
        numbers=numbers,
        words={
            "outcome": [record.outcome["outcome"] for record in records],
            "losses": [" ".join(each["name"] for each in record.outcome["losses"]) for record in records],
            "sentence": [record.outcome["sentence"] for record in records],
        },
        fingerprint=np.array([_fingerprint(record) for record in records], np.uint64),
        samples=np.stack([_samples(record, order) for record in records], axis=1),
        kept={case: record for case, record in zip(cases, records, strict=True) if case in keep},
    )


def _numbers(ground: Ground, record: FlightRecord) -> dict[str, float]:
    """The columns of one case but for what was drawn; NaN where the case does not have it."""
    events = {event.key: event for event in record.events}
    channels = [name for name in columns.STATE if name in record.channels]
    result: dict[str, float] = {}
    for key in columns.event_keys(ground.sequence):
        event = events.get(key)
        result[f"event.{key}.t_s"] = event.t_s if event else np.nan
        for name in channels:
            value = event.state.get(name) if event else None
            result[f"event.{key}.{name}"] = np.nan if value is None else float(value)
    result["final.t_s"] = float(record.channels["time"].values[-1])
    result |= {f"final.{name}": float(record.channels[name].values[-1]) for name in channels}
    result |= {f"outcome.{path}": value for path, value in sorted(numbers_in(record.outcome))}
    for name, expression in ground.order.figures:
        found = quantity_of(record, expression)
        result[name] = np.nan if found is None else found
    return result


def _samples(record: FlightRecord, order: Any) -> np.ndarray:
    """The trajectory on the grid of times, (columns, samples) float32, NaN after the end."""
    times = record.channels["time"].values
    grid = np.arange(order.samples) * order.every
    inside = grid <= times[-1] + 1e-6
    rows = np.minimum(np.searchsorted(times, grid[inside] - 1e-6), len(times) - 1)
    wanted = columns.sample_columns()
    result = np.full((len(wanted), order.samples), np.nan, np.float32)
    for row, (_, name, component) in zip(result, wanted, strict=True):
        if name in record.channels:
            values = record.channels[name].values[rows]
            with np.errstate(over="ignore"):  # what was lost to numerical trouble may be too large for 32 bits
                row[inside] = values if component is None else values[:, component]
    return result


def _fingerprint(record: FlightRecord) -> int:
    """The first 64 bits of SHA-256 over time, place and velocity in every row."""
    digest = hashlib.sha256()
    for name in ("time", "position_mcmf", "velocity_mcmf"):
        digest.update(np.ascontiguousarray(record.channels[name].values, "<f8").tobytes())
    return int.from_bytes(digest.digest()[:8], "little")
