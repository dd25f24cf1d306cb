"""How far the reduced touchdown model of ensembles may be from the multibody one: figures of one landing, and the differences stated."""

from typing import Any, NamedTuple

import numpy as np


class Stated(NamedTuple):
    """A figure in words, its unit, and the largest difference (reduced less multibody) of the mean and of nineteen landings in twenty."""

    label: str
    unit: str
    mean: float
    most: float


_FIGURES = {
    "touchdown_s": ("time from separation to touchdown", "s"),
    "vertical_m_s": ("vertical speed at touchdown", "m/s"),
    "horizontal_m_s": ("horizontal speed at touchdown", "m/s"),
    "tilt_deg": ("tilt of the rover at the end", "deg"),
    "tension_N": ("largest bridle tension", "N"),
    "declared_s": ("touchdown to its declaration", "s"),
    "offloaded_N": ("thrust commanded at the declaration", "N"),
}


def _stated(*differences: tuple[float, float]) -> dict[str, Stated]:
    """A pair (mean, nineteen in twenty) for each figure, in order."""
    return {key: Stated(*_FIGURES[key], *each) for key, each in zip(_FIGURES, differences, strict=True)}


#: by terrain: what 256 landings of one seed gave (docs/theory/manoeuvre.md) and a quarter more, for other seeds
STATED = {
    "level": _stated(
        (0.15, 0.16), (0.0005, 0.0056), (0.0021, 0.011), (0.079, 0.13), (350.0, 660.0), (0.084, 0.16), (34.0, 60.0)
    ),
    "jezero_like": _stated(
        (0.18, 0.41), (0.0003, 0.0092), (0.0015, 0.017), (0.15, 4.1), (390.0, 650.0), (0.089, 0.37), (33.0, 68.0)
    ),
}


def figures_of(record: Any) -> dict[str, float]:
    """The figures of a `STATED` table for one landing; NaN for what it did not come to."""
    nothing = float("nan")
    touched, declared, released = (record.event(key) for key in ("touchdown", "touchdown_declared", "rover_separation"))
    landing = record.outcome["touchdown"]
    if touched is None or released is None or landing is None:
        return dict.fromkeys(_FIGURES, nothing)
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
