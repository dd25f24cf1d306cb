"""The story of one case as it is flown: rows become channels, notes become events, and events are told in order while it computes.

An event is told once it can no longer be overtaken by a peak that is still growing: five seconds of flight after it happened.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from skycrane.flight import recorder
from skycrane.flight.catalogue import CATALOGUE, because, entry_of, place_in_story
from skycrane.flight.engine import Segment
from skycrane.flight.occurrences import NEVER
from skycrane.flight.peaks import largest, next_peak
from skycrane.flight.phases.parachute import CYCLE
from skycrane.flight.tables import Tables
from skycrane.record import Event, utc_after
from skycrane.record.channels_dataset import dataset_from_si
from skycrane.record.sampling import scalars_at

_PEAKS = {key: CATALOGUE[key].channel or "" for key in ("peak_heating", "peak_deceleration", "peak_dynamic_pressure")}
LOAD_PEAKS = ("parachute_peak_load", "parachute_second_peak_load")
_PATIENCE = 5.0


def canopy_peaks(time: np.ndarray, load: np.ndarray, stretch: float, inflation: float) -> dict[str, float]:
    """Times of first full open and of the peaks of a riser load [s]; line stretch and inflation time [s]."""
    opened = stretch + inflation
    first, size = largest(time, load)
    found = {"parachute_inflated": opened, "parachute_peak_load": first}
    second = next_peak(time, load, max(opened, first) + 0.1, 0.02 * size)
    return found if second is None else {**found, "parachute_second_peak_load": second[0]}


class Story:
    """Channels and events of one lane of a batch."""

    def __init__(
        self,
        models: Any,
        tables: Tables,
        epoch_utc: str,
        mission_name: str,
        lane: int,
        tell: Callable[[Event], None] | None,
        known: Mapping[str, tuple[float, tuple[float, ...]]],
    ) -> None:
        self.models, self.tables, self.epoch, self.mission_name = models, tables, epoch_utc, mission_name
        self._lane, self._tell = lane, tell
        self.parts: list[tuple[np.ndarray, recorder.Arrays]] = []
        self.loads: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        self.noted: dict[str, tuple[float, tuple[float, ...]]] = dict(known)
        self.told: set[str] = set()
        self._load = 0.0  # of the riser as the next row begins [N]

    def hear(self, segment: Segment) -> None:
        """Take in one segment of the flight."""
        rows = jax.tree.map(lambda x: np.asarray(x)[:, self._lane], segment.rows)
        keep = np.asarray(rows["active"], bool)
        for key, (when, figures) in segment.events.items():
            t = float(np.asarray(when)[self._lane])
            if t < NEVER:
                self.noted.setdefault(key, (t, tuple(float(np.asarray(f)[self._lane]) for f in figures)))
        if keep.any():
            rows = jax.tree.map(lambda x: x[keep], rows)
            time = np.asarray(rows["time"])
            if "loads" in rows:
                self._hear_loads(time, rows["loads"])
                ends = np.asarray(rows["loads"][-1])
                rows = {**rows, "load_before": np.concatenate([[self._load], ends[:-1]])}
                self._load = float(ends[-1])
            self.parts.append((time, recorder.channels_of(self.models, self.tables, segment.phase, rows)))
            self._find_peaks(float(time[-1]))
            self._tell_until(float(time[-1]) - _PATIENCE)

    def _hear_loads(self, time: np.ndarray, loads: tuple[np.ndarray, ...]) -> None:
        for n, load in enumerate(loads):
            there = np.isfinite(load)
            self.loads[0].append(time[there] + (n + 1) * CYCLE / len(loads))
            self.loads[1].append(np.asarray(load)[there])

    def load_history(self) -> tuple[np.ndarray, np.ndarray]:
        """Riser load after each integration step: every 5 ms while the canopy opens."""
        if not self.loads[0]:
            return np.zeros(0), np.zeros(0)
        time, load = np.concatenate(self.loads[0]), np.concatenate(self.loads[1])
        order = np.argsort(time, kind="stable")
        return time[order], load[order]

    def _find_peaks(self, now: float) -> None:
        """Peaks that lie far enough back to be final; the parachute's once it is well open."""
        for key, name in _PEAKS.items():
            if key in self.noted or name not in self.parts[-1][1]:
                continue
            stretches = [(t, a) for t, a in self.parts if a["phase"][0] == recorder.PHASES.index("entry")]
            if not stretches:
                continue
            time, value = np.concatenate([t for t, _ in stretches]), np.concatenate([a[name] for _, a in stretches])
            t, size = largest(time, value)
            if now - t > _PATIENCE and size > 1.05 * value[-1] and size > 1.0:
                self.noted[key] = (t, ())
        if (
            "line_stretch" in self.noted
            and "parachute_peak_load" not in self.noted
            and now - self.noted["line_stretch"][0] > 8.0
        ):
            self._parachute_peaks()

    def _parachute_peaks(self) -> None:
        inflation = float(self.models.vehicle.parachute.inflation_time)
        for key, t in canopy_peaks(*self.load_history(), self.noted["line_stretch"][0], inflation).items():
            self.noted[key] = (t, ())

    def note(self, key: str, t: float) -> None:
        """An event found after the flight, such as the impact of a loose body."""
        self.noted[key] = (t, ())

    def _tell_until(self, time: float) -> None:
        if self._tell is None:
            return
        waiting = ((t, key) for key, (t, _) in self.noted.items() if key not in self.told and t <= time)
        ready = sorted(waiting, key=lambda each: (each[0], place_in_story(each[1])))
        if ready:
            recent = self._dataset(self.parts[-4:])
            for t, key in ready:
                self.told.add(key)
                self._tell(self._event(key, t, recent))

    def _dataset(self, parts: list[tuple[np.ndarray, recorder.Arrays]]) -> Any:
        time, arrays = recorder.join(parts)
        return dataset_from_si(
            arrays, time, flags={"mode": recorder.MODES}, epoch_utc=self.epoch, mission_name=self.mission_name
        )

    def _event(self, key: str, t: float, channels: Any) -> Event:
        entry = entry_of(key)
        inside = min(max(t, float(channels["time"][0])), float(channels["time"][-1]))
        state = scalars_at(channels, inside)
        if key in LOAD_PEAKS:  # it lies between two samples of the channel; callout, table and outcome have to agree
            state["parachute_load"] = float(np.interp(t, *self.load_history()))
        return Event(
            key=key,
            label=entry.label,
            t_s=round(t, 6),
            utc=utc_after(self.epoch, t),
            severity=entry.severity,
            because=because(key, self.noted[key][1], self.models, self.tables, state),
            state=state,
        )

    def finish(self, extra: recorder.Arrays) -> tuple[Any, list[Event]]:
        """Channels and events of the whole flight; what has not been told yet is told now."""
        for key in _PEAKS:
            if key not in self.noted:
                self._last_peak(key)
        if "line_stretch" in self.noted and "parachute_peak_load" not in self.noted:
            self._parachute_peaks()
        time, arrays = recorder.join(self.parts)
        channels = dataset_from_si(
            {**arrays, **extra},
            time,
            flags={"mode": recorder.MODES},
            epoch_utc=self.epoch,
            mission_name=self.mission_name,
        )
        events = [
            self._event(key, t, channels)
            for key, (t, _) in sorted(self.noted.items(), key=lambda item: (item[1][0], place_in_story(item[0])))
        ]
        if self._tell is not None:
            for event in events:
                if event.key not in self.told:
                    self._tell(event)
        return channels, events

    def _last_peak(self, key: str) -> None:
        entry = [(t, a) for t, a in self.parts if a["phase"][0] == recorder.PHASES.index("entry")]
        if entry and _PEAKS[key] in entry[0][1]:
            time, value = np.concatenate([t for t, _ in entry]), np.concatenate([a[_PEAKS[key]] for _, a in entry])
            t, size = largest(time, value)
            if np.isfinite(t) and size > 1.0:
                self.noted[key] = (t, ())
