"""What the senses say, and nothing else: the only things that navigation may read."""

from typing import NamedTuple

from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3


class InertialMeasurement(NamedTuple):
    """Sums over one cycle, body axes: specific force times time [m/s], and turn against inertial space [rad]."""

    velocity_change: Vec3
    turn: Vec3


class RadarMeasurement(NamedTuple):
    """What the beam whose turn it is heard: slant range [m], speed along the beam, positive when closing [m/s], 1 if the beam is trusted,
    and its number from 1."""

    slant_range: Scalar
    doppler: Scalar
    valid: Scalar
    beam: Scalar


class PositionFix(NamedTuple):
    """Horizontal position found on the map, east and north of the site [m], with its stated 1-sigma error, 1 if there is one."""

    east: Scalar
    north: Scalar
    sigma: Scalar
    valid: Scalar
