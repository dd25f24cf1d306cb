"""The ground around the rover: slope and roughness of a plane through it, rocks by size and bearing, room under the belly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import LocalGround, bilinear
from skycrane.surface.settle import Rest

Array = NDArray[np.float64]

CLASSES = (0.05, 0.10, 0.20, 0.40)  # [m] sizes of rocks that are counted
REACH = 10.0  # [m]
_GRID = 0.25  # [m]


def plane_around(terrain: Any, east: float, north: float, radius: float) -> dict[str, float]:
    """Least-squares plane through the ground within a radius [m]: slope and where it falls to [deg], rms of what is left over [m]."""
    steps = np.arange(-radius, radius + 1e-9, _GRID)
    x, y = np.meshgrid(steps, steps)
    inside = np.hypot(x, y) <= radius
    z = terrain.height((east + steps)[None, :], (north + steps)[:, None], _GRID)
    inside &= np.isfinite(z)
    a = np.stack([x[inside], y[inside], np.ones(int(inside.sum()))], 1)
    (to_east, to_north, level), *_ = np.linalg.lstsq(a, z[inside], rcond=None)
    left = z[inside] - a @ [to_east, to_north, level]
    return {
        "radius_m": radius,
        "slope_deg": float(np.degrees(np.arctan(np.hypot(to_east, to_north)))),
        "falls_to_deg": float(np.degrees(np.arctan2(-to_east, -to_north)) % 360.0),
        "roughness_m": float(np.sqrt(np.mean(left**2))),
    }


def rocks_around(terrain: Any, east: float, north: float) -> dict[str, Any]:
    """How many rocks of which size lie within `REACH`, and each of them, nearest first."""
    table = terrain.rocks(east, north, REACH, CLASSES[0])
    dx, dy = table["east"] - east, table["north"] - north
    away = np.hypot(dx, dy)
    bearing = np.degrees(np.arctan2(dx, dy)) % 360.0
    order = np.argsort(away)
    return {
        "within_m": REACH,
        "smallest_of_terrain_m": float(table["diameter"].min()) if len(table) else None,
        "larger_than": {f"{size:g}_m": int((table["diameter"] >= size).sum()) for size in CLASSES},
        "each": [
            {
                "diameter_m": round(float(table["diameter"][k]), 3),
                "height_m": round(float(table["height_above_ground"][k]), 3),
                "distance_m": round(float(away[k]), 2),
                "bearing_deg": round(float(bearing[k]), 1),
            }
            for k in order
        ],
    }


def belly_clearance(rover: Chassis, rest: Rest, ground: LocalGround) -> float:
    """Least room between the underside of the chassis and the ground or a rock under it, along the vertical [m]."""
    r = rover.rover
    x, y = (each.ravel() for each in np.meshgrid(*(np.linspace(-0.5, 0.5, n) for n in (69, 49))))
    points = np.stack([x * r.body_length, y * r.body_width, np.full(x.shape, r.belly_height)], 1)
    points = points @ rest.axes.T + rest.origin
    return float(np.min(points[:, 2] - bilinear(ground.top, points[:, 0], points[:, 1])))
