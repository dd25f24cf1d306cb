"""Peaks of the entry and of the riser load for all lanes at once, by the rule of a single flight's story (flight/telling.py).

A peak is settled at the end of the first segment at which it lies five seconds back and the figure has fallen; what is still growing is
looked at again with the next segment.
"""

from typing import Any

import numpy as np

from skycrane.core.vector import norm
from skycrane.flight.state import air_at
from skycrane.flight.tables import Tables
from skycrane.planet.atmosphere.air import Gusts

_PATIENCE = 5.0  # s
_ROW = 0.1  # s, more than from a row to the next: the vertex lies within one of the largest sample
KEYS = ("peak_heating", "peak_deceleration", "peak_dynamic_pressure")


class EntryPeaks:
    """When heating, deceleration and dynamic pressure were largest, shape (lanes,) each; filled with the segments of the entry."""

    def __init__(self, models: Any, tables: Tables, lanes: int) -> None:
        self.models, self.tables = models, tables
        self.parts: dict[str, list[np.ndarray]] = {key: [] for key in KEYS}
        self.time: list[np.ndarray] = []
        self.settled = {key: np.full(lanes, np.nan) for key in KEYS}
        self.best = {key: np.full(lanes, -np.inf) for key in KEYS}
        self.place = {key: np.zeros(lanes, int) for key in KEYS}
        self.last = {key: np.full(lanes, np.nan) for key in KEYS}
        self.flown = np.zeros(lanes, int)

    def hear(self, rows: Any, flown: np.ndarray) -> None:
        """Take in a segment of the entry; once every lane has its peaks, nothing more is computed."""
        if not any(np.isnan(each).any() for each in self.settled.values()):
            return
        with np.errstate(all="ignore"):
            figures = _figures(self.models, self.tables, rows)
        time = np.asarray(rows["time"])
        length, lanes = time.shape
        here = np.arange(length)[:, None] < flown
        self.time.append(time)
        before = self.flown.copy()
        self.flown = self.flown + flown
        for key, value in figures.items():
            value = np.where(here, value, np.nan)
            self.parts[key].append(value)
            inside = np.where(np.isnan(value), -np.inf, value)
            top = inside.argmax(axis=0)
            size = inside[top, np.arange(lanes)]
            better = size > self.best[key]
            self.place[key] = np.where(better, before + top, self.place[key])
            self.best[key] = np.where(better, size, self.best[key])
            ended = flown > 0
            self.last[key] = np.where(ended, value[np.maximum(flown - 1, 0), np.arange(lanes)], self.last[key])
        now = time[np.maximum(flown - 1, 0), np.arange(lanes)]
        for key in KEYS:
            began = self._at(self.time, self.place[key])
            if not (np.isnan(self.settled[key]) & (now - began > _PATIENCE - _ROW)).any():
                continue  # none can be settled yet
            t, size = self._refined(key)
            with np.errstate(invalid="ignore"):
                done = (flown > 0) & (now - t > _PATIENCE) & (size > 1.05 * self.last[key]) & (size > 1.0)
            self.settled[key] = np.where(np.isnan(self.settled[key]) & done, t, self.settled[key])

    def finish(self) -> dict[str, np.ndarray]:
        """Time of each peak [s], NaN where there was none."""
        result = {}
        for key in KEYS:
            t, size = self._refined(key)
            with np.errstate(invalid="ignore"):
                whole = np.where(np.isfinite(t) & (size > 1.0), t, np.nan)
            result[key] = np.where(np.isnan(self.settled[key]), whole, self.settled[key])
        return result

    def _refined(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Vertex of the parabola through the largest sample and its neighbours (flight/peaks.py)."""
        i, last = self.place[key], self.flown - 1
        a, b, c = (self._at(self.parts[key], np.clip(i + d, 0, np.maximum(last, 0))) for d in (-1, 0, 1))
        t0, t1 = self._at(self.time, i), self._at(self.time, np.clip(i + 1, 0, np.maximum(last, 0)))
        with np.errstate(all="ignore"):
            bend = a - 2.0 * b + c
            s = 0.5 * (a - c) / bend
            plain = (i == 0) | (i >= last) | ~np.isfinite(bend) | (bend >= 0.0)
            found = np.isfinite(self.best[key])
            t = np.where(plain, t0, t0 + s * (t1 - t0))
            size = np.where(plain, b, b - 0.25 * (a - c) * s)
        return np.where(found, t, np.nan), np.where(found, size, np.nan)

    @staticmethod
    def _at(parts: list[np.ndarray], row: np.ndarray) -> np.ndarray:
        length = len(parts[0])
        out = np.empty(len(row))
        for s in np.unique(row // length):
            which = row // length == s
            out[which] = parts[s][row[which] - s * length, np.nonzero(which)[0]]
        return out


def _figures(models: Any, tables: Tables, rows: Any) -> dict[str, np.ndarray]:
    """Convective heat flux, deceleration and dynamic pressure of rows, as the recorder has them (SI)."""
    body = rows["body"]
    air, wind, _ = air_at(models, tables, body.position, Gusts(*rows["gusts"]))
    airspeed = norm(body.velocity - wind)
    constant = models.planet.gas.convective_heating_constant
    return {
        "peak_heating": models.vehicle.aeroshell.stagnation_heating(constant, air.density, airspeed),
        "peak_deceleration": norm(rows["sensed"]),
        "peak_dynamic_pressure": 0.5 * air.density * airspeed * airspeed,
    }
