"""Between powered descent and sky crane: the terrain is sampled under every lander, as fine as its wheels feel it.

The tables of a flight hold the ground every 5 m; these few metres of it travel in the state of the phase.
"""

from typing import Any

import numpy as np

from skycrane.core.vector import Vec3
from skycrane.flight.ground import FINE_HALF, FINE_SIDE, FINE_SPACING, FineGround
from skycrane.flight.landing_frame import landing_frame

_STEPS = FINE_SPACING * np.arange(FINE_SIDE) - FINE_HALF


def fine_ground(models: Any, tables: Any, terrain: Any, position: Vec3) -> FineGround:
    """Patches of a terrain under planet-fixed positions, a case each; not known where the terrain has no height.

    All at once, because a call to the terrain costs more than what it computes; a case gets the same bytes alone.
    """
    place = landing_frame(models, tables).position(position)
    cases, which = np.unique(np.stack([place.x, place.y], axis=1), axis=0, return_inverse=True)
    east, north = cases[:, 0, None, None] + _STEPS, cases[:, 1, None, None] + _STEPS[:, None]
    heights = terrain.height(east, north, FINE_SPACING).reshape(len(cases), -1)[which.ravel()]
    known = np.isfinite(heights).all(axis=1)
    filled = np.where(known[:, None], heights, 0.0).astype(np.float32)
    return FineGround(filled, np.asarray(place.x), np.asarray(place.y), known.astype(float))
