"""How far it is to the nearest scarp: at Jezero the front of the delta.

A scarp is ground that rises more than 10 degrees over 100 m and belongs to a face at least 30 m high within 400 m (assumed: what keeps a
rover out, and what small craters and dunes do not reach).
"""

from typing import Any

import numpy as np

_SPACING, _HALF = 50.0, 6000.0  # [m]
_STEEP, _HIGH, _FACE = 10.0, 30.0, 400.0  # [deg], [m], [m]


def nearest_scarp(terrain: Any, east: float, north: float) -> dict[str, Any]:
    """Distance [m], bearing [deg] and height [m] of the nearest scarp; without one the reason stands in `missing`."""
    from scipy.ndimage import maximum_filter, minimum_filter

    west, south, east_edge, north_edge = terrain.extent
    x = np.arange(max(west, east - _HALF), min(east_edge, east + _HALF), _SPACING)
    y = np.arange(max(south, north - _HALF), min(north_edge, north + _HALF), _SPACING)
    reach = min(east - west, north - south, east_edge - east, north_edge - north, _HALF)
    if min(len(x), len(y)) > 2 * _FACE / _SPACING:
        z = np.asarray(terrain.height(x[None, :], y[:, None], _SPACING), float)
        known = np.isfinite(z)
        low, high = (np.where(known, z, end) for end in (np.inf, -np.inf))
        size = round(_FACE / _SPACING)
        face = maximum_filter(high, size, mode="nearest") - minimum_filter(low, size, mode="nearest")
        to_north, to_east = np.gradient(np.where(known, z, np.nan), _SPACING)
        steep = np.degrees(np.arctan(np.hypot(to_east, to_north)))
        rows, columns = np.nonzero(known & (np.nan_to_num(steep) > _STEEP) & (face > _HIGH))
        if len(rows):
            away = np.hypot(x[columns] - east, y[rows] - north)
            k = int(np.argmin(away))
            bearing = np.degrees(np.arctan2(x[columns[k]] - east, y[rows[k]] - north)) % 360.0
            return {
                "distance_m": float(away[k]),
                "bearing_deg": float(bearing),
                "height_m": float(face[rows[k], columns[k]]),
            }
    return {
        "distance_m": None,
        "missing": f"no face of {_HIGH:.0f} m within {reach:.0f} m, as far as the terrain is known",
    }
