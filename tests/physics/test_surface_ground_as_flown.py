"""The site of a landing is judged on the ground that its mission file tilted, not on the terrain without it."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skycrane import load_mission
from skycrane.surface.ground_as_flown import ground_as_flown
from skycrane.surface.surroundings import plane_around
from skycrane.terrain import open_terrain

PARAMETERS = load_mission("mars2020").parameters
FAULTS = Path(__file__).parents[2] / "examples/missions/faults"
EAST, NORTH = 400.0, -300.0


def plane(mission: Any) -> tuple[float, float]:
    """Slope and where it falls to [deg], on level ground but for what the mission file says."""
    level = open_terrain("level", PARAMETERS.site, PARAMETERS.planet)
    found = plane_around(ground_as_flown(level, EAST, NORTH, mission), EAST, NORTH, 3.0)
    return found["slope_deg"], found["falls_to_deg"]


def test_a_fault_that_tilts_the_ground_is_in_it() -> None:
    mission = load_mission(FAULTS / "slope.toml").parameters
    assert plane(mission) == (pytest.approx(15.0), pytest.approx(240.0))  # it rises towards 60 degrees


def test_the_sites_ramp_is_in_it_and_ends_where_it_ends() -> None:
    site = dataclasses.replace(PARAMETERS.site, slope_east=0.1, slope_north=0.0, slope_extent=1000.0)
    mission = dataclasses.replace(PARAMETERS, site=site)
    assert plane(mission) == (pytest.approx(np.degrees(np.arctan(0.1))), pytest.approx(270.0))
    ends = dataclasses.replace(PARAMETERS, site=dataclasses.replace(site, slope_extent=350.0))
    assert plane(ends)[0] == pytest.approx(0.0, abs=1e-9)


def test_without_either_it_is_the_terrain_itself() -> None:
    level = open_terrain("level", PARAMETERS.site, PARAMETERS.planet)
    assert ground_as_flown(level, EAST, NORTH, PARAMETERS) is level
