"""Which way to drive off first: for each sector of the compass the straight lane that the rover would take, and what stands in it.

A lane is as wide as the rover and as long as the first drive. It is blocked by a rock or a step higher than the rover climbs and by
ground that would tilt it beyond the drivers' limit; from half of either on it asks for care. The rover turns in place first, so
rocks within its turning circle count for every lane. Slopes are over one wheelbase.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.surface.chassis import Chassis

Array = NDArray[np.float64]

SECTORS = 36
_MARGIN = 0.3  # [m] beside the wheels: how well a first drive is kept to its lane, assumed
_GRID = 0.25  # [m]


def egress_sectors(rover: Chassis, terrain: Any, east: float, north: float) -> list[dict[str, Any]]:
    """The sectors, clockwise from north: bearing [deg], state (safe, care, blocked), steepest tilt [deg], highest rock [m], reason."""
    r = rover.rover
    half = float(np.abs(rover.hubs[:, 1]).max()) + 0.5 * r.wheel_width + _MARGIN
    base = float(np.ptp(rover.hubs[:, 0]))
    turning = float(np.hypot(rover.hubs[:, 0], rover.hubs[:, 1]).max()) + 0.5 * r.wheel_diameter
    reach = r.first_drive + base
    rocks = terrain.rocks(east, north, reach + half, 0.1)
    place = np.stack([rocks["east"] - east, rocks["north"] - north], 1)
    tilt = _Tilt(terrain, east, north, reach + half, base)
    found = []
    for number in range(SECTORS):
        bearing = 2.0 * np.pi * number / SECTORS
        along = place @ [np.sin(bearing), np.cos(bearing)]
        across = place @ [np.cos(bearing), -np.sin(bearing)]
        lane = (along > 0.0) & (along < reach) & (np.abs(across) < half)
        in_way = lane | (np.hypot(along, across) < turning)
        highest = float(rocks["height_above_ground"][in_way].max()) if in_way.any() else 0.0
        found.append(_judged(r, float(np.degrees(bearing)), tilt.along(bearing, r.first_drive), highest))
    return found


class _Tilt:
    """Slope of the ground over one wheelbase, on a grid around the rover."""

    def __init__(self, terrain: Any, east: float, north: float, reach: float, base: float) -> None:
        from scipy.ndimage import uniform_filter

        steps = np.arange(-reach, reach + 1e-9, _GRID)
        z = terrain.height((east + steps)[None, :], (north + steps)[:, None], _GRID)
        smooth = uniform_filter(np.nan_to_num(z, nan=1e3), round(base / _GRID), mode="nearest")
        self.tilt = np.degrees(np.arctan(np.hypot(*np.gradient(smooth, _GRID))))
        self.first = -reach

    def along(self, bearing: float, length: float) -> float:
        """Steepest on the line of that bearing [deg]."""
        s = np.arange(0.0, length, _GRID)
        column = np.round((s * np.sin(bearing) - self.first) / _GRID).astype(int)
        row = np.round((s * np.cos(bearing) - self.first) / _GRID).astype(int)
        return float(self.tilt[row, column].max())


def _judged(r: Any, bearing: float, tilt: float, highest: float) -> dict[str, Any]:
    limit = float(np.degrees(r.tilt_limit))
    state, reason = "safe", "nothing in the way"
    for share, word in ((0.5, "care"), (1.0, "blocked")):
        if highest > share * r.obstacle_height:
            state, reason = word, f"a rock {highest:.2f} m high"
        if tilt > share * limit:
            state, reason = word, f"ground that tilts the rover by {tilt:.0f} deg"
    return {
        "bearing_deg": bearing,
        "state": state,
        "steepest_tilt_deg": round(tilt, 2),
        "highest_rock_m": round(highest, 3),
        "reason": reason,
    }


def safe_ranges(sectors: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Runs of safe sectors as (from, to) [deg], clockwise; (0, 360) when all are safe."""
    width = 360.0 / len(sectors)
    safe = [each["state"] == "safe" for each in sectors]
    if all(safe):
        return [(0.0, 360.0)]
    starts = [k for k in range(len(safe)) if safe[k] and not safe[k - 1]]
    ranges = []
    for k in starts:
        n = next(m for m in range(1, len(safe) + 1) if not safe[(k + m) % len(safe)])
        ranges.append(((k - 0.5) * width % 360.0, (k + n - 0.5) * width % 360.0))
    return ranges
