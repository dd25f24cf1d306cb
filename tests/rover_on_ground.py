"""The preset's rover and grounds to stand on, for tests of settling and of the manoeuvre."""

from dataclasses import replace

import numpy as np

from skycrane.mission import load_mission
from skycrane.surface.chassis import Chassis, chassis
from skycrane.surface.local_ground import LocalGround, inclined_plane

GRAVITY = 3.7148


def preset_rover() -> Chassis:
    p = load_mission("mars2020").parameters
    return chassis(p.vehicle, p.rover)


def hardly_giving(rover: Chassis) -> Chassis:
    """The same rover where the ground hardly gives."""
    soil = replace(rover.rover.soil, bearing_pressure=1.6e5)
    return replace(rover, rover=replace(rover.rover, soil=soil))


def rough_ground() -> LocalGround:
    """Waves of decimetres, and three rocks of which one lies under a wheel."""
    plane = inclined_plane(0.02, -0.03)
    x, y = plane.axis[None, :], plane.axis[:, None]
    waves = 0.06 * np.sin(1.9 * x + 0.4) * np.cos(1.3 * y) + 0.03 * np.sin(2.9 * x + 3.0 * y)
    rocks = np.array([[0.95, 1.2, 0.5, 0.22], [-0.4, 0.3, 0.3, 0.15], [-1.2, -0.8, 0.25, 0.1]])
    return LocalGround(plane.heights + waves, rocks, 0.0)
