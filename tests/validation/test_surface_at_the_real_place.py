"""Where Perseverance stands: the rover set down on the 1 m terrain model of its landing place."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skycrane.mission import load_mission
from skycrane.surface.chassis import chassis
from skycrane.surface.local_ground import local_ground
from skycrane.surface.settle import settle
from skycrane.terrain import open_terrain


@pytest.mark.parametrize("heading", [0.0, 130.0, 250.0])
def test_the_tilt_at_the_real_touchdown_point_is_within_a_degree_of_the_one_published(
    reference_data: Callable[[str], Path], heading: float
) -> None:
    """ "The vehicle is only tilted by about 1.2 degrees" (Chen, press conference of 18 February 2021). No synthesised detail, no rocks."""
    p = load_mission("mars2020").parameters
    terrain = open_terrain(reference_data("data/jezero_landing_hirise/landing_hirise_dtm_1m.tif"), p.site, p.planet)
    ground = local_ground(terrain, 0.0, 0.0, rocks=False, finest=1.0)
    rest = settle(chassis(p.vehicle, p.rover), ground, np.radians(heading), 3.7148)
    assert rest.at_rest
    assert np.degrees(rest.tilt) == pytest.approx(1.2, abs=1.0)
