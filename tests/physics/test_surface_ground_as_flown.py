"""The site of a landing is judged on the ground that its mission file tilted, not on the terrain without it."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from skycrane import load_mission
from skycrane.core import attitude
from skycrane.core.vector import Vec3
from skycrane.planet import shape
from skycrane.record import Event, FlightRecord
from skycrane.surface.chassis import chassis
from skycrane.surface.ground_as_flown import ground_as_flown
from skycrane.surface.local_ground import bilinear, local_ground
from skycrane.surface.surroundings import plane_around
from skycrane.surface.touchdown_place import touchdown_place
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


def test_rocks_that_were_laid_lie_among_the_others() -> None:
    level = open_terrain("level", PARAMETERS.site, PARAMETERS.planet)
    laid = np.array([[EAST + 1.0, NORTH, 0.5, 0.3], [EAST, NORTH + 8.0, 0.8, 0.4]])
    ground = ground_as_flown(level, EAST, NORTH, PARAMETERS, laid)
    others = len(level.rocks(EAST, NORTH, 5.0, 0.1))
    found = ground.rocks(EAST, NORTH, 5.0, 0.1)
    assert len(found) == others + 1
    assert tuple(found[-1])[:4] == (EAST + 1.0, NORTH, 0.5, 0.3)
    top = local_ground(ground, EAST, NORTH)
    assert float(bilinear(top.top - top.heights, np.array([1.0]), np.array([0.0]))[0]) == pytest.approx(0.3, abs=0.01)


def test_the_rover_stands_on_its_wheels_and_not_under_its_centre_of_mass() -> None:
    """A rover with its nose to the east on a slope: the record has its centre of mass, a metre up and behind the middle of the wheels."""
    rover, site, planet = chassis(PARAMETERS.vehicle, PARAMETERS.rover), PARAMETERS.site, PARAMETERS.planet
    pitch = np.radians(12.0)
    forward, left = np.array([np.cos(pitch), 0.0, np.sin(pitch)]), np.array([0.0, 1.0, 0.0])
    axes = np.stack([forward, left, np.cross(forward, left)], 1)
    origin = shape.position_from_spherical(site.latitude, site.longitude, site.areoid_radius + site.elevation)
    level = np.array(shape.east_north_up_geodetic(origin, planet.equatorial_radius, planet.polar_radius), float)
    down, side, ahead = -axes[:, 2], axes[:, 1], axes[:, 0]
    body = attitude.from_matrix(attitude.Mat3(*(Vec3(*(level.T @ each)) for each in (down, side, ahead))))
    channels = xr.Dataset({
        "rover_position_site": (("time", "axis"), (np.array([EAST, NORTH, 5.0]) + axes @ rover.centre)[None]),
        "rover_attitude_mcmf_from_body": (("time", "scalar_first"), np.array([body])),
    })  # fmt: skip
    touchdown = Event("touchdown", "Touchdown", 400.0, "2021-02-18T20:43:46.000Z", "ACTIVITY_HI", {}, {})
    place = touchdown_place(FlightRecord(channels, [touchdown], {}, "", {}), PARAMETERS, Path("run"))
    assert (place.east, place.north) == pytest.approx((EAST, NORTH), abs=1e-6)
    assert np.degrees(place.heading) == pytest.approx(90.0)


def test_without_either_it_is_the_terrain_itself() -> None:
    level = open_terrain("level", PARAMETERS.site, PARAMETERS.planet)
    assert ground_as_flown(level, EAST, NORTH, PARAMETERS) is level
