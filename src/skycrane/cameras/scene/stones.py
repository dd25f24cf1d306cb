"""Rocks around the touchdown as a table: the terrain's own, small ones only where a rover's cameras stand close."""

from typing import Any

import numpy as np

from skycrane.cameras.scene.packing import deflated, packed_rows

#: out to which distance [m] rocks of which diameter [m] and more are told
RINGS = ((14.0, 0.065), (50.0, 0.16), (150.0, 0.45), (500.0, 1.2))
_PLACE, _SIZE = 0.02, 0.001  # [m] steps


def stones(terrain: Any, survey: Any, east: float, north: float, lift: float) -> tuple[dict[str, Any], bytes]:
    """What the file holds, and the file: columns east, north, up (with the `lift` [m] of the ground), diameter, height, yaw, seed of every
    rock."""
    tables, inner = [], 0.0
    for reach, smallest in RINGS:
        found = terrain.rocks(east, north, reach, smallest)
        tables.append(found[np.hypot(found["east"] - east, found["north"] - north) >= inner])
        inner = reach
    table = np.concatenate(tables)
    table = table[np.argsort(table["east"])]
    e, n = table["east"].astype(float), table["north"].astype(float)
    up, _ = survey.at(e, n, np.maximum(0.12, 0.01 * np.hypot(e - east, n - north)))
    up = up - survey.up(e, n, np.zeros(len(e))) - (e**2 + n**2) / (2 * survey.radius) + lift
    low = float(up.min()) if len(up) else 0.0
    columns = [
        (e - east) / _PLACE + 32768,
        (n - north) / _PLACE + 32768,
        (up - low) / _SIZE,
        table["diameter"] / _SIZE,
        table["height_above_ground"] / _SIZE,
        table["yaw"] / (2 * np.pi) * 65535,
        table["seed"] % 65536,
    ]
    rows = np.clip(np.round(np.stack(columns, 1)), 0, 65535).astype(np.int64)
    about = {"count": len(rows), "east": east, "north": north, "low": low, "place_step": _PLACE, "size_step": _SIZE}
    return about, deflated(packed_rows(rows))
