"""What a fast ensemble of point masses keeps of each entry."""

from typing import NamedTuple

import numpy as np


class PointMassEntries(NamedTuple):
    """The ends of many entries, arrays of shape (cases,) in SI and radian; frame and peaks as in flight/point_mass.py.

    `reached` is false for an entry that did not come down to the height in the time of the mission; its other figures are its last.
    """

    reached: np.ndarray
    time: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    speed: np.ndarray
    flight_path_angle: np.ndarray
    peak_deceleration: np.ndarray
    peak_time: np.ndarray
    peak_height: np.ndarray
