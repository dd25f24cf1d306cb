"""How far the reduced touchdown model of ensembles may be from the multibody one: figures of one landing, and the differences stated."""

from typing import Any, NamedTuple

import numpy as np


class Stated(NamedTuple):
    """A figure in words, its unit, and the largest difference (reduced less multibody) of the mean and of nineteen landings in twenty."""

    label: str
    unit: str
    mean: float
    most: float


_LEVEL = {
    "touchdown_s": Stated("time from separation to touchdown", "s", 0.14, 0.17),
    "vertical_m_s": Stated("vertical speed at touchdown", "m/s", 0.002, 0.008),
    "horizontal_m_s": Stated("horizontal speed at touchdown", "m/s", 0.006, 0.015),
    "tilt_deg": Stated("tilt of the rover at the end", "deg", 0.15, 0.4),
    "tension_N": Stated("largest bridle tension", "N", 350.0, 650.0),
    "declared_s": Stated("touchdown to its declaration", "s", 0.2, 1.5),
    "offloaded_N": Stated("thrust commanded at the declaration", "N", 50.0, 110.0),
}
_RELIEF: dict[str, Stated] = _LEVEL

#: by terrain, measured over 128 landings of one seed (docs/theory/manoeuvre.md)
STATED = {"level": _LEVEL, "jezero_like": _RELIEF}


def figures_of(record: Any) -> dict[str, float]:
    """The figures of a `STATED` table for one landing; NaN for what it did not come to."""
    nothing = float("nan")
    touched, declared, released = (record.event(key) for key in ("touchdown", "touchdown_declared", "rover_separation"))
    landing = record.outcome["touchdown"]
    if touched is None or released is None or landing is None:
        return dict.fromkeys(_LEVEL, nothing)
    values = declared.because["values"] if declared else {}
    return {
        "touchdown_s": touched.t_s - released.t_s,
        "vertical_m_s": landing["vertical_speed_m_s"],
        "horizontal_m_s": landing["horizontal_speed_m_s"],
        "tilt_deg": landing["tilt_deg"],
        "tension_N": float(np.nanmax(record.channels["bridle_tension"].values)),
        "declared_s": declared.t_s - touched.t_s if declared else nothing,
        "offloaded_N": values.get("force_N", nothing),
    }
