"""The rows of one batch as it was flown, all lanes side by side: where a moment stands in them, and channels at any rows of any lane.

Nothing here goes lane by lane: arrays are (rows, lanes), and the same code computes channels for a single flight's record.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np

from skycrane.ensemble.columns import SCALARS, STATE, TRAJECTORY, sample_columns
from skycrane.flight import recorder
from skycrane.flight.engine import SEGMENT, Segment
from skycrane.flight.tables import Tables
from skycrane.record.channels_dataset import in_channel_units
from skycrane.record.schema import channel

Arrays = dict[str, np.ndarray]
#: channels that are not scalars and are read all the same
_READ = (
    "position_site", "velocity_site", "attitude_mcmf_from_body", "angular_rate_body", "rover_position_site", "rover_velocity_site",
    "rover_attitude_mcmf_from_body", "rover_angular_rate_body", "target_position_site", "bridle_tension",
    "navigation_position_error_site", "navigation_velocity_error_site",
)  # fmt: skip


@dataclass
class Found:
    """Channels (channel units) where they were asked for.

    `before`, `after`: scalars in the rows around each moment (moments, lanes), `share` how far between them; `final`: scalars of the last
    rows; `few`: channels of the rows that the outcome is read off, `few_index` (rows, lanes) says which they are; `samples`: the
    trajectories on the grid of times, (columns, lanes, samples) float32, NaN after the end.
    """

    before: Arrays
    after: Arrays
    share: np.ndarray
    final: Arrays
    few: Arrays
    few_index: np.ndarray
    samples: np.ndarray


class Phase:
    """Rows of one phase: a list of segments, every leaf (SEGMENT, lanes); each lane flew its first `count` rows."""

    def __init__(self, kind: str, part: int, offset: np.ndarray) -> None:
        self.kind, self.part = kind, part
        self.offset = offset  # rows of the lane before this phase
        self.segments: list[Any] = []
        self.packs: list[Any] = []  # the same, packed
        self.count = np.zeros(len(offset), int)  # rows of each lane

    def add(self, segment: Segment) -> np.ndarray:
        """Take in a segment; how many of its rows each lane flew."""
        flown = np.asarray(segment.rows["active"], bool).sum(axis=0)
        self.segments.append(segment.rows)
        self.packs.append(segment.packed)
        self.count = self.count + flown
        return flown

    def column(self, pick: Callable[[Any], Any], start: int = 0) -> np.ndarray:
        """One column in all rows from `start` on, (rows, lanes)."""
        parts = [np.asarray(pick(rows)) for rows in self.segments[start // SEGMENT :]]
        return np.concatenate(parts)[start % SEGMENT :]

    def take(self, k: np.ndarray) -> Any:
        """Rows k of every lane, k of shape (n, lanes): the tree of a segment with leaves (n, lanes, ...), and the load as each begins."""
        picks = list(_picks(k))

        def pick(*packs: np.ndarray) -> np.ndarray:
            out = np.empty((len(k), *packs[0].shape[1:]), packs[0].dtype)
            for s, place, source in picks:
                out[place] = packs[s][source]
            return out

        taken = jax.tree.map(pick, *self.packs).unpack(1)
        if "loads" in taken:
            taken["load_before"] = self._load_before(k)
        return taken

    def _load_before(self, k: np.ndarray) -> np.ndarray:
        out, lanes = np.zeros(k.shape), np.broadcast_to(np.arange(k.shape[1]), k.shape)
        for s, rows in enumerate(self.segments):
            which = (k > 0) & ((k - 1) // SEGMENT == s)
            out[which] = np.asarray(rows["loads"][-1])[(k[which] - 1) - s * SEGMENT, lanes[which]]
        return out


def _position(axis: int, rows: Any) -> np.ndarray:
    """One coordinate of the vehicle [m, mcmf]."""
    return rows["body"].position[axis]  # type: ignore[no-any-return]


def _picks(k: np.ndarray) -> Iterator[tuple[int, Any, Any]]:
    """Segment, place in the result and place in the segment of rows k (n, lanes): whole rows where all lanes want the same one."""
    whole = (k == k[:, :1]).all(axis=1)
    same, (n, lane) = np.nonzero(whole)[0], np.nonzero(np.broadcast_to(~whole[:, None], k.shape))
    for place, each, lanes in ((same, k[same, 0], None), (n, k[n, lane], lane)):
        segment, row = np.divmod(each, SEGMENT)
        for s in np.unique(segment).tolist():
            here = segment == s
            along = () if lanes is None else (slice(None), lanes[here])
            yield s, (place[here], *along), (row[here], *along)


class FlownRows:
    """All phases of a batch, filled segment by segment; `further` are channels to be had beside those kept of every case."""

    def __init__(self, models: Any, tables: Tables, lanes: int, further: Sequence[str] = ()) -> None:
        self.models, self.tables, self.lanes = models, tables, lanes
        self.scalars = tuple(name for name in SCALARS if name in (*STATE, *TRAJECTORY, *further))
        self.phases: list[Phase] = []
        self.total = np.zeros(lanes, int)

    def hear(self, segment: Segment) -> np.ndarray:
        """Take in a segment; how many of its rows each lane flew."""
        if not self.phases or (self.phases[-1].kind, self.phases[-1].part) != (segment.phase, segment.part):
            self.phases.append(Phase(segment.phase, segment.part, self.total.copy()))
        flown = self.phases[-1].add(segment)
        self.total = self.total + flown
        return flown

    def close(self) -> None:
        """All has been heard: the times of each lane in one row."""
        whole = [
            (phase.count, np.ascontiguousarray(phase.column(lambda rows: rows["time"]).T)) for phase in self.phases
        ]
        self.times = [np.concatenate([t[n, : count[n]] for count, t in whole]) for n in range(self.lanes)]
        self.end = np.array([t[-1] for t in self.times])

    def bracket(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows before and after moments t of shape (n, lanes), and how far between them (record/sampling has the rule).

        Moments outside the flight, and those that are no number, give its first or last row.
        """
        after = np.empty(t.shape, int)
        share = np.zeros(t.shape)
        before = np.empty(t.shape, int)
        for n, times in enumerate(self.times):
            inside = np.nan_to_num(np.clip(t[:, n], times[0], times[-1]), nan=times[0])
            a = np.clip(np.searchsorted(times, inside, side="left"), 0, len(times) - 1)
            b = np.where((times[a] == inside) | (a == 0), a, a - 1)
            after[:, n], before[:, n] = a, b
            apart = a > b
            share[apart, n] = (inside[apart] - times[b[apart]]) / (times[a[apart]] - times[b[apart]])
        return before, after, share

    def channels(self, index: np.ndarray, only: Collection[str]) -> Arrays:
        """Channels at rows `index`, shape (n, lanes), in channel units: arrays (n, lanes, ...), NaN where a channel is not there."""
        order = np.argsort(index, axis=0, kind="stable")
        lanes = np.broadcast_to(np.arange(self.lanes), index.shape)
        rows = index[order, lanes]
        out: Arrays = {}
        for phase in self.phases:
            inside = (rows >= phase.offset) & (rows < phase.offset + phase.count)
            count = inside.sum(axis=0)
            if not count.any():
                continue
            first = np.argmax(inside, axis=0)
            step = np.arange(count.max())[:, None]
            place = np.minimum(first + step, first + np.maximum(count - 1, 0))
            k = rows[place, lanes[: len(place)]] - phase.offset
            with np.errstate(all="ignore"):  # lanes that never flew here carry numbers that nobody reads
                taken = phase.take(np.clip(k, 0, max(phase.count.max() - 1, 0)))
                found = recorder.channels_of(self.models, self.tables, phase.kind, taken, only)
            here = np.flatnonzero(step < count)
            target = (order[place, lanes[: len(place)]] * self.lanes + lanes[: len(place)]).ravel()[here]
            for name, value in found.items():
                if name == "phase":
                    value = np.full(k.shape, np.asarray(value).flat[0])
                each = channel(name)
                value = np.broadcast_to(value, k.shape + value.shape[2:])
                if name not in out:
                    empty = 0.0 if each.is_flag else np.nan
                    out[name] = np.full(index.shape + value.shape[2:], empty)
                picked = value.reshape(-1, *value.shape[2:])[here]
                flat = out[name].reshape(-1, *value.shape[2:])
                flat[target] = picked if each.is_flag else in_channel_units(each, picked)
        return out

    def look(self, moments: np.ndarray, grid: np.ndarray, near: np.ndarray) -> Found:
        """Channels around moments (n, lanes), on a grid of times (samples, 1), and in rows around further moments `near` (m, lanes)."""
        before, after, share = self.bracket(moments)
        around, _, _ = self.bracket(near)
        last = self.total - 1
        ends = [phase.offset + np.maximum(phase.count - 1, 0) for phase in self.phases]
        close = np.concatenate([around + step for step in range(-1, 4)])
        few = np.clip(np.concatenate([before, after, close, np.stack([0 * last, *ends, last])]), 0, last)
        used = grid[grid[:, 0] <= self.end.max() + 1e-6]
        sampled, inside = self._on_grid(used)
        found = self.channels(few, {*self.scalars, *_READ})
        m = len(moments)
        scalars = [name for name in self.scalars if name in found]
        return Found(
            before={name: found[name][:m] for name in scalars},
            after={name: found[name][m : 2 * m] for name in scalars},
            share=share,
            final={name: found[name][-1] for name in scalars},
            few=found,
            few_index=few,
            samples=self._samples(self.channels(sampled, TRAJECTORY), inside, len(grid)),
        )

    def _on_grid(self, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows at the times of a grid (samples, lanes), and whether the flight was still on."""
        index = np.stack([np.searchsorted(times, grid[:, 0] - 1e-6) for times in self.times], axis=1)
        return np.minimum(index, self.total - 1), grid <= self.end + 1e-6

    def _samples(self, found: Arrays, inside: np.ndarray, length: int) -> np.ndarray:
        columns = sample_columns()
        out = np.full((len(columns), self.lanes, length), np.nan, np.float32)
        for row, (_, name, component) in zip(out, columns, strict=True):
            if name in found:
                value = found[name] if component is None else found[name][:, :, component]
                with np.errstate(over="ignore"):  # what was lost to numerical trouble may be too large for 32 bits
                    row[:, : len(inside)] = np.where(inside, value, np.nan).T
        return out

    def positions(self, since: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Times [s] and positions [m, mcmf] (3, rows) of each lane, at least from a time of its own on (infinite: none)."""
        first = [max(int(np.searchsorted(t, begin)) - 1, 0) for t, begin in zip(self.times, since, strict=True)]
        parts: list[list[np.ndarray]] = [[] for _ in first]
        for phase in self.phases:
            start = int(np.min(np.maximum(first - phase.offset, 0)))
            if start >= phase.count.max():
                continue
            axes = (phase.column(partial(_position, axis), start) for axis in range(3))
            lanes = np.stack([np.ascontiguousarray(axis.T) for axis in axes])
            for n, begin in enumerate(first):
                skipped = max(begin - int(phase.offset[n]), 0)
                if skipped < phase.count[n]:
                    parts[n].append(lanes[:, n, skipped - start : phase.count[n] - start])
        return [
            (times[begin:], np.concatenate(part, axis=1)) if part else (times[:0], np.zeros((3, 0)))
            for times, begin, part in zip(self.times, first, parts, strict=True)
        ]

    def bodies(self, index: np.ndarray) -> tuple[tuple[np.ndarray, ...], ...]:
        """Position, velocity and attitude of the vehicle in rows `index` (n, lanes): components of shape (n, lanes)."""
        out = [[np.zeros(index.shape) for _ in range(size)] for size in (3, 3, 4)]
        for phase in self.phases:
            inside = (index >= phase.offset) & (index < phase.offset + phase.count)
            if not inside.any():
                continue
            body = phase.take(np.clip(index - phase.offset, 0, max(phase.count.max() - 1, 0)))["body"]
            for target, part in zip(out, (body.position, body.velocity, body.attitude), strict=True):
                for x, y in zip(target, part, strict=True):
                    x[inside] = y[inside]
        return tuple(tuple(part) for part in out)
