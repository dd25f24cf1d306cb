"""The figures of requirements and of the flown table for all lanes of a batch: arithmetic of paths as for a single record, on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skycrane.ensemble.flown_rows import FlownRows, Found
from skycrane.ensemble.outcomes import Told
from skycrane.record.channels_dataset import in_channel_units
from skycrane.record.quantity_path import Path, counts, evaluate, paths_in, read_path
from skycrane.record.sampling import between
from skycrane.record.schema import channel


@dataclass(frozen=True)
class Wanted:
    """What the figures ask for beyond events and outcome: channels so long after an event, and extremes over the flight."""

    at: tuple[Path, ...]
    extremes: tuple[Path, ...]


def wanted(figures: Sequence[tuple[str, str]]) -> Wanted:
    """What some figures ask for."""
    paths = list(dict.fromkeys(path for _, expression in figures for path in paths_in(expression)))
    return Wanted(
        tuple(each for each in paths if each.kind == "at"),
        tuple(each for each in paths if each.kind in ("max", "min", "final")),
    )


def evaluate_figures(
    figures: Sequence[tuple[str, str]], want: Wanted, told_events: Any, found: Found, told: Told, rows: FlownRows
) -> dict[str, np.ndarray]:
    """Each figure by its column, shape (lanes,), NaN where a case does not have it; `told_events` is (keys, times, states)."""
    keys, times, states = told_events
    at = _later(want, times, keys, found, rows)
    extremes = _extremes(want, rows)
    nowhere = np.full(rows.lanes, np.nan)

    def number(path: Path) -> np.ndarray:
        if path.kind == "outcome":
            return told.numbers.get(path.key, told.success if path.key == "success" else nowhere)
        if path.kind == "count":
            own = [n for n, key in enumerate(keys) if counts(key, path.key)]
            return np.isfinite(times[own]).sum(axis=0).astype(float)
        if path in at:
            return at[path]
        if path in extremes:
            return extremes[path]
        if path.key not in keys:
            return nowhere
        row = keys.index(path.key)
        return times[row] if path.kind == "time" else states.get(path.channel, {row: nowhere})[row]

    def read(expression: str) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            return _finite(evaluate(expression, lambda word: number(read_path(word, expression))), rows)

    return {name: read(expression) for name, expression in figures}


def _finite(value: Any, rows: FlownRows) -> np.ndarray:
    whole = np.broadcast_to(np.asarray(value, float), (rows.lanes,))
    return np.where(np.isfinite(whole), whole, np.nan)


def _later(want: Wanted, times: np.ndarray, keys: Any, found: Found, rows: FlownRows) -> dict[Path, np.ndarray]:
    """Channels so many seconds after an event; NaN before and after the flight."""
    result = {}
    first = np.array([t[0] for t in rows.times])
    for n, path in enumerate(want.at):
        place = len(keys) + n
        if path.key not in keys or path.channel not in found.before:
            continue
        t = times[keys.index(path.key)] + path.offset
        before, after, share = (x[place] for x in (found.before[path.channel], found.after[path.channel], found.share))
        value = np.where(share == 0.0, before, between(channel(path.channel), before, after, share))
        with np.errstate(invalid="ignore"):
            result[path] = np.where((t >= first) & (t <= rows.end), value, np.nan)
    return result


def _extremes(want: Wanted, rows: FlownRows) -> dict[Path, np.ndarray]:
    """Largest, smallest and last finite value of a channel over all rows of each lane."""
    if not want.extremes:
        return {}
    from skycrane.flight import recorder

    result = {path: np.full(rows.lanes, np.nan) for path in want.extremes}
    for phase in rows.phases:
        for start in range(0, int(phase.count.max()), 400):
            k = np.minimum(start + np.arange(400)[:, None], np.maximum(phase.count - 1, 0))
            with np.errstate(all="ignore"):
                taken = phase.take(k)
                found = recorder.channels_of(
                    rows.models, rows.tables, phase.kind, taken, {path.channel for path in want.extremes}
                )
            here = start + np.arange(400)[:, None] < phase.count
            for path in want.extremes:
                if path.channel in found:
                    value = in_channel_units(channel(path.channel), found[path.channel])
                    result[path] = _further(path.kind, result[path], value, here)
    return result


def _further(kind: str, known: np.ndarray, value: np.ndarray, here: np.ndarray) -> np.ndarray:
    """An extreme with more rows looked at."""
    value = value.reshape(*here.shape, -1)
    value = np.where(here[:, :, None] & np.isfinite(value), value, np.nan)
    if kind == "final":
        for row in value:
            last = row[:, -1]
            known = np.where(np.isfinite(last), last, known)
        return known
    with np.errstate(all="ignore"):
        flat = np.moveaxis(value, 2, 1).reshape(-1, here.shape[1])
        return np.fmax.reduce([known, *flat]) if kind == "max" else np.fmin.reduce([known, *flat])
