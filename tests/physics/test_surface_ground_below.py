"""The ground that the wheels meet is the flight's, with what it leaves out; jets have the momentum of their thrust."""

from types import SimpleNamespace

import numpy as np
import pytest

from skycrane.core.errors import InputError
from skycrane.flight.ground import ground_height, ground_table
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.models import assemble
from skycrane.flight.tables import Tables, areoid_above_ellipsoid
from skycrane.mission import load_mission
from skycrane.surface.manoeuvre.ground_below import GroundBelow
from skycrane.vehicle.plume import Jets, dust_number, momentum_flux, push_on_deck


def below(terrain: object = None) -> GroundBelow:
    p = (
        load_mission("mars2020")
        .with_changes({"site.slope_east": 0.08, "site.slope_north": -0.05, "site.slope_extent_m": 1000.0})
        .parameters
    )
    nothing = Tables(*[None] * len(Tables._fields))  # type: ignore[arg-type]
    level = np.asarray(areoid_above_ellipsoid(p))
    tables = nothing._replace(ground=None, areoid_above_ellipsoid=level)
    models = assemble(p)
    return GroundBelow(models, tables, landing_frame(models, tables), terrain)


@pytest.mark.parametrize(("east", "north"), [(-300.0, 200.0), (-800.0, 1200.0), (1500.0, -40.0), (2000.0, 2000.0)])
def test_on_the_sites_ramp_wheels_and_radar_meet_the_same_ground(east: float, north: float) -> None:
    here = below()
    found = here.near(np.array([east, north, 60.0]))
    assert found.place[2] == pytest.approx(60.0 - here.height_under(np.array([east, north, 60.0])), abs=1e-9)
    axis = found.ground.axis
    for column, row in ((0, 0), (40, 300), (400, 200)):
        there = ground_height(here.models, here.tables, east + axis[column], north + axis[row])
        middle = ground_height(here.models, here.tables, east, north)
        assert found.ground.heights[row, column] == pytest.approx(float(there - middle), abs=1e-9)


def test_a_place_without_terrain_is_refused_by_name() -> None:
    hole = SimpleNamespace(name="with_a_hole", height=lambda east, north, finest: np.nan * (east + north))
    with pytest.raises(InputError, match=r"with_a_hole.*no height under the wheels"):
        below(hole).near(np.array([0.0, 0.0, 5.0]))


def test_a_flight_that_comes_down_over_a_hole_of_its_map_is_refused_by_name() -> None:
    here = below(SimpleNamespace(name="with_a_hole"))
    hole = ground_table(((10.0, np.full((21, 21), np.nan)),))
    above = GroundBelow(here.models, here.tables._replace(ground=hole), here.frame, here.terrain)
    with pytest.raises(InputError, match=r"site.terrain.*with_a_hole.*at 40 m east, -20 m north"):
        above.height_under(np.array([[40.0, -20.0, 5.0]]))


def test_the_flux_of_a_jet_through_a_half_space_is_its_thrust() -> None:
    jet = Jets(np.zeros((1, 3)), np.array([[0.0, 0.0, -1.0]]), np.array([3000.0]))
    angle = np.linspace(0.0, 0.5 * np.pi, 4001)
    size = np.array([momentum_flux(jet, 7.0 * np.array([np.sin(a), 0.0, -np.cos(a)]), 13.0)[0][0] for a in angle])
    rings = 2.0 * np.pi * 7.0**2 * np.sin(angle)
    assert np.trapezoid(size * np.cos(angle) * rings, angle) == pytest.approx(3000.0, rel=1e-5)


def test_a_deck_in_the_jet_is_pushed_down_and_dust_begins_near_the_ground() -> None:
    jet = Jets(np.array([[0.0, 0.0, 20.0]]), np.array([[0.0, 0.0, -1.0]]), np.array([3000.0]))
    push = push_on_deck(jet, np.array([0.0, 0.0, 13.0]), np.array([0.0, 0.0, 1.0]), 2.0, 13.0)
    assert push == pytest.approx([0.0, 0.0, -2.0 * 15.0 * 3000.0 / (2.0 * np.pi * 49.0)])
    threshold = 15.0 * 3000.0 / (2.0 * np.pi * 100.0)  # the flux 10 m below
    assert dust_number(jet, np.array(9.9), 13.0, threshold) == 0.0
    assert dust_number(jet, np.array(10.1), 13.0, threshold) > 0.0
