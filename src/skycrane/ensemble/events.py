"""Events of all lanes of a batch: when each first happened, what it was decided on, and how the vehicle was flying then."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from skycrane.core.attitude import Quaternion
from skycrane.core.vector import Vec3
from skycrane.ensemble.columns import SCALARS, impact_key
from skycrane.ensemble.flown_rows import FlownRows, Found
from skycrane.flight import facts
from skycrane.flight.engine import WIDTH, Segment
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.loose_bodies import BODIES, LEAVES_AT, Release, by_lane
from skycrane.flight.occurrences import NEVER
from skycrane.flight.phases.parachute import CYCLE
from skycrane.flight.telling import LOAD_PEAKS, canopy_peaks
from skycrane.record.sampling import between
from skycrane.record.schema import channel

_WAIT = 8.0  # s after line stretch at which the load peaks are looked for


class EventTable:
    """Time [s] of each event in each lane, NaN where it did not happen, and the figures that were noted with it."""

    def __init__(self, rows: FlownRows) -> None:
        self.rows = rows
        self.time: dict[str, np.ndarray] = {"entry_interface": np.zeros(rows.lanes)}
        self.figures: dict[str, tuple[np.ndarray, ...]] = {}
        self.loads: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.peak_load = np.zeros(rows.lanes)  # of the riser [N]
        self.settled_at: list[int] = [-1] * rows.lanes  # parachute segments heard when the load peaks are looked for

    def hear(self, segment: Segment) -> None:
        """Take in what a segment noted; the first time counts."""
        for key, (when, figures) in segment.events.items():
            t = np.asarray(when)
            new = (t < NEVER) & np.isnan(self.time.setdefault(key, np.full(self.rows.lanes, np.nan)))
            if new.any():
                self.time[key] = np.where(new, t, self.time[key])
                old = self.figures.get(key) or tuple(np.full(self.rows.lanes, np.nan) for _ in figures)
                self.figures[key] = tuple(np.where(new, np.asarray(f), o) for f, o in zip(figures, old, strict=True))
        if "loads" in segment.rows:
            self._hear_loads(segment.rows)

    def _hear_loads(self, rows: Any) -> None:
        time, active = np.asarray(rows["time"]), np.asarray(rows["active"], bool)
        loads = np.stack([np.asarray(x) for x in rows["loads"]])
        known = np.where(np.isfinite(loads) & active, loads, 0.0)  # a riser only pulls
        self.peak_load = np.maximum(self.peak_load, known.max(axis=(0, 1)))
        self.loads.append((time, loads, active.sum(axis=0)))
        stretch = self.time.get("line_stretch", np.full(self.rows.lanes, np.nan))
        for n, flown in enumerate(active.sum(axis=0)):
            if self.settled_at[n] < 0 and flown and time[flown - 1, n] - stretch[n] > _WAIT:
                self.settled_at[n] = len(self.loads)

    def load_history(self, lane: int, segments: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Riser load of one lane after each integration step, up to so many segments."""
        parts = self.loads[:segments]
        if not parts:
            return np.zeros(0), np.zeros(0)
        time = np.concatenate([t[: flown[lane], lane] for t, _, flown in parts])
        load = np.concatenate([x[:, : flown[lane], lane] for _, x, flown in parts], axis=1)
        steps = np.arange(1, len(load) + 1) * CYCLE / len(load)
        there = np.isfinite(load.T)
        whole = (time[:, None] + steps)[there], load.T[there]
        order = np.argsort(whole[0], kind="stable")
        return whole[0][order], whole[1][order]

    def add_peaks(self, peaks: dict[str, np.ndarray]) -> None:
        """Peaks of the entry."""
        self.time |= peaks

    def add_canopy(self, models: Any) -> None:
        """First full open and the peaks of the riser load, from the loads known when a single flight looks for them."""
        stretch = self.time.get("line_stretch")
        if stretch is None or not self.loads:
            return
        chute = models.vehicle.parachute
        found = {key: np.full(self.rows.lanes, np.nan) for key in ("parachute_inflated", *LOAD_PEAKS)}
        self.load_at = {key: np.full(self.rows.lanes, np.nan) for key in LOAD_PEAKS}
        for n in range(self.rows.lanes):
            if np.isnan(stretch[n]):
                continue
            time, load = self.load_history(n, self.settled_at[n] if self.settled_at[n] > 0 else None)
            for key, t in canopy_peaks(time, load, float(stretch[n]), float(chute.inflation_time[n])).items():
                found[key][n] = t
                if key in LOAD_PEAKS:
                    self.load_at[key][n] = np.interp(t, time, load)
        self.time |= found

    def add_impacts(self, models: Any, ground: Any) -> list[dict[str, Any]]:
        """Fly what was let go; impacts are noted, nearest distances and impacts of each lane are handed back."""
        nothing: dict[str, Any] = {"nearest": {}, "impact": {}}
        left = self.times(LEAVES_AT)
        if not np.isfinite(left).any():
            return [nothing for _ in range(self.rows.lanes)]
        paths = by_lane(ground.fall(models, self._releases(left)))
        frames = landing_frame(models, ground.tables)
        flown = self.rows.positions(np.where(np.isnan(left), np.inf, left).min(axis=0))
        result = []
        for n, (frame, own) in enumerate(_lanes((frames, paths))):
            result.append(facts.falls(frame, own, left[:, n], *flown[n]))
        for b, body in enumerate(BODIES):
            if np.isfinite(left[b]).any():
                down = [each["impact"].get(body, (np.nan,))[0] for each in result]
                self.time[impact_key(body)] = np.array(down)
        return result

    def _releases(self, left: np.ndarray) -> tuple[Release, ...]:
        """State of the vehicle as each body leaves: the row nearest to the event, the first row for a body that never left."""
        index = np.zeros(left.shape, int)
        for n, times in enumerate(self.rows.times):
            there = np.isfinite(left[:, n])
            t = left[there, n]
            after = np.clip(np.searchsorted(times, t), 1, len(times) - 1)
            index[there, n] = np.where(t - times[after - 1] <= times[after] - t, after - 1, after)
        body = self.rows.bodies(index)
        return tuple(
            Release(*(kind(*(x[b] for x in part)) for kind, part in zip((Vec3, Vec3, Quaternion), body, strict=True)))
            for b in range(len(left))
        )

    def times(self, keys: Sequence[str]) -> np.ndarray:
        """Times of some events, shape (events, lanes)."""
        nowhere = np.full(self.rows.lanes, np.nan)
        return np.stack([self.time.get(key, nowhere) for key in keys]) if keys else np.zeros((0, self.rows.lanes))

    def written_times(self, keys: Sequence[str]) -> np.ndarray:
        """As `times`, to a microsecond, as events are written."""
        times = self.times(keys)
        return np.array([round(t, 6) for t in times.ravel().tolist()]).reshape(times.shape)

    def states(self, keys: Sequence[str], found: Found) -> dict[str, np.ndarray]:
        """Every scalar channel at every event, shape (events, lanes), NaN where the event did not happen."""
        happened = np.isfinite(self.times(keys))
        some = slice(0, len(keys))
        result = {}
        for name in SCALARS:
            if name in found.before:
                value = between(channel(name), found.before[name][some], found.after[name][some], found.share[some])
                same = found.share[some] == 0.0
                result[name] = np.where(happened, np.where(same, found.before[name][some], value), np.nan)
        for n, key in enumerate(keys):
            if key in LOAD_PEAKS and "parachute_load" in result:
                result["parachute_load"][n] = np.where(happened[n], self.load_at[key], np.nan)
        return result


def _lanes(tree: Any) -> Iterator[Any]:
    """The tree of each lane; what is the same in all of them has no lanes."""
    import jax

    leaves, kind = jax.tree.flatten(tree)
    wide = [np.broadcast_to(x, (WIDTH, *np.shape(x)[1:])) for x in leaves]
    for n in range(WIDTH):
        yield jax.tree.unflatten(kind, [x[n] for x in wide])
