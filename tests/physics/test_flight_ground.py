"""The ground that the flight meets: grids answer as SciPy's interpolator does, and beams meet inclined planes where geometry says."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from skycrane import load_mission
from skycrane.core import attitude
from skycrane.core.vector import Vec3
from skycrane.flight.ground import (
    FINE_HALF,
    FINE_SIDE,
    FineGround,
    along_beam,
    fine_height,
    ground_height,
    ground_normal,
    ground_table,
    height_above_terrain,
    lookout,
    relief,
)
from skycrane.flight.ground_sampled import fine_ground
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.models import assemble
from skycrane.flight.rigid_body import RigidState
from skycrane.flight.tables import make_tables
from skycrane.flight.two_bodies import Ground, ground_below
from skycrane.terrain import open_terrain

PARAMETERS = load_mission("mars2020").parameters
MODELS = assemble(PARAMETERS)
TABLES = make_tables(PARAMETERS)._replace(ground=None)


#: the origin lies on the radius at the site's elevation, heights count along the ellipsoid's normal: 1.7 cm apart
ORIGIN = 0.02


def inclined(east: float, north: float) -> tuple[Any, Any, Any]:
    """Models with a slope that goes on for ever, tables without relief, and the site frame."""
    site = dataclasses.replace(MODELS.site, slope_east=east, slope_north=north, slope_extent=1e7)
    models = dataclasses.replace(MODELS, site=site)
    return models, TABLES, landing_frame(models, TABLES)


def test_nested_grids_answer_as_an_interpolator_does() -> None:
    """Bilinear in the finest grid that holds the point, the edge outside the coarsest; float32 heights."""
    random = np.random.default_rng(3)
    grids = ((100.0, random.normal(size=(41, 41)) * 50.0), (10.0, random.normal(size=(31, 31)) * 5.0))
    table = ground_table(grids)
    axis = [(np.arange(len(h)) - 0.5 * (len(h) - 1)) * s for s, h in grids]
    coarse, fine = (
        RegularGridInterpolator((a, a), h.astype(np.float32)) for a, (_, h) in zip(axis, grids, strict=True)
    )
    east, north = random.uniform(-1999.0, 1999.0, (2, 500))
    inside = np.maximum(abs(east), abs(north)) < 150.0
    place = np.column_stack([north, east])
    wanted = coarse(place)
    near_east, near_north = random.uniform(-149.0, 149.0, (2, 500))
    np.testing.assert_allclose(relief(table, east, north)[~inside], wanted[~inside], atol=1e-4)
    np.testing.assert_allclose(
        relief(table, near_east, near_north), fine(np.column_stack([near_north, near_east])), atol=1e-4
    )
    assert relief(table, 9e4, -9e4) == pytest.approx(grids[0][1][0, -1], abs=1e-2)


@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(-1.0, 1.0), st.floats(0.0, 6.28), st.floats(20.0, 3000.0))
def test_beams_meet_an_inclined_plane_where_geometry_says(
    east: float, north: float, tilt: float, clock: float, height: float
) -> None:
    """Closed form: r = n.(p0 - p) / n.d with the plane's normal, less the planet's curvature r^2/2R along the way."""
    models, tables, frame = inclined(east, north)
    place = np.array([40.0, -25.0, 0.0])
    place[2] = height + east * place[0] + north * place[1]
    beam = np.array([np.sin(tilt) * np.sin(clock), np.sin(tilt) * np.cos(clock), -np.cos(tilt)])
    normal = np.array([-east, -north, 1.0]) / np.sqrt(1.0 + east**2 + north**2)
    if normal @ -beam < 0.3:
        return
    slant = normal @ -place / (normal @ beam)
    position = frame.origin + frame.outward(Vec3(*place))
    found, cosine = along_beam(models, tables, frame, lookout(models, tables, frame, position), Vec3(*beam))
    across = np.hypot(place[0] + slant * beam[0], place[1] + slant * beam[1])
    assert found == pytest.approx(
        slant, abs=ORIGIN / (normal @ -beam) + across**2 / frame.polar_radius / (normal @ -beam)
    )
    assert cosine == pytest.approx(normal @ -beam, abs=1e-5)  # five metres of float32 arithmetic outside the flight


def test_height_over_an_inclined_plane_and_its_normal() -> None:
    models, tables, frame = inclined(0.1, -0.2)
    position = frame.origin + frame.outward(Vec3(30.0, 50.0, 12.0))
    assert height_above_terrain(models, tables, frame, position) == pytest.approx(12.0 - 3.0 + 10.0, abs=ORIGIN)
    np.testing.assert_allclose(
        ground_normal(models, tables, 30.0, 50.0, 1.0), np.array([-0.1, 0.2, 1.0]) / np.sqrt(1.05), atol=1e-9
    )


def test_the_ramp_is_level_beyond_its_extent() -> None:
    models, tables, frame = inclined(0.1, 0.0)
    models = dataclasses.replace(models, site=dataclasses.replace(models.site, slope_extent=2000.0))
    at = lambda e: height_above_terrain(models, tables, frame, frame.origin + frame.outward(Vec3(e, 0.0, 500.0)))  # noqa: E731
    assert at(1000.0) == pytest.approx(400.0, abs=0.2)
    assert at(5000.0) - at(3000.0) == pytest.approx((5000.0**2 - 3000.0**2) / 2.0 / 3.39e6, abs=0.1)


AXIS = np.linspace(-FINE_HALF, FINE_HALF, FINE_SIDE)
BUMPS = np.random.default_rng(8).normal(size=(FINE_SIDE, FINE_SIDE)) * 0.1


def standing(frame: Any, east: float, north: float, heading: float) -> RigidState:
    """The lander upright, its centre so far from the origin [m], its nose to a heading [rad, clockwise from north]."""
    nose, left = (
        Vec3(np.sin(heading), np.cos(heading), 0.0),
        Vec3(-np.cos(heading), np.sin(heading), 0.0),
    )
    site_from_body = attitude.Mat3(Vec3(0.0, 0.0, -1.0), left, nose)
    place = frame.origin + frame.outward(Vec3(east, north, 3.0))
    turned = attitude.from_matrix(frame.axes.after(site_from_body))
    return RigidState(place, Vec3(0.0, 0.0, 0.0), turned, Vec3(0.0, 0.0, 0.0))


def plane_of(frame: Any, ground: Ground) -> tuple[np.ndarray, np.ndarray]:
    """A point of the plane under the lander and its normal, in site axes."""
    return np.array(frame.position(ground.point)), np.array(frame.vector(ground.normal))


def test_the_patch_under_the_lander_answers_as_an_interpolator_does() -> None:
    models, _, _ = inclined(0.05, 0.0)
    fine = FineGround(BUMPS.ravel().astype(np.float32), np.asarray(700.0), np.asarray(-300.0), np.asarray(1.0))
    wanted = RegularGridInterpolator((AXIS, AXIS), BUMPS)
    x, y = np.random.default_rng(2).uniform(-FINE_HALF, FINE_HALF, (2, 300))
    found = fine_height(models, fine, 700.0 + x, -300.0 + y)
    np.testing.assert_allclose(found - 0.05 * (700.0 + x), wanted(np.column_stack([y, x])), atol=1e-6)


@pytest.mark.parametrize("heading", [0.0, 1.1, 4.2])
def test_the_lander_stands_on_the_least_squares_plane_under_its_wheels(heading: float) -> None:
    """Against a general solver, at the wheels' places turned to the heading; mission's ramp included."""
    models, tables, frame = inclined(0.02, -0.01)
    fine = FineGround(BUMPS.ravel().astype(np.float32), np.asarray(0.3), np.asarray(-0.4), np.asarray(1.0))
    p = PARAMETERS.vehicle
    left, ahead = np.array(p.feet.place_y) - p.lander.place[1], np.array(p.feet.place_z) - p.lander.place[2]
    x = 1.0 + ahead * np.sin(heading) - left * np.cos(heading)
    y = 0.5 + ahead * np.cos(heading) + left * np.sin(heading)
    own = RegularGridInterpolator((AXIS, AXIS), BUMPS)(np.column_stack([y + 0.4, x - 0.3])) + 0.02 * x - 0.01 * y
    (a, b, c), *_ = np.linalg.lstsq(np.column_stack([x - 1.0, y - 0.5, np.ones(6)]), own, rcond=None)
    point, normal = plane_of(frame, ground_below(models, tables, frame, standing(frame, 1.0, 0.5, heading), fine))
    np.testing.assert_allclose(normal, np.array([-a, -b, 1.0]) / np.sqrt(1.0 + a * a + b * b), atol=1e-6)
    np.testing.assert_allclose(point, [1.0, 0.5, c], atol=ORIGIN)


def test_fine_ground_goes_over_into_the_grids_without_a_step() -> None:
    """Along a line from the middle of the patch outwards: steps of a centimetre change the plane as little as the ground changes, and from
    3 m on, and where nothing is known, it is that of the grids."""
    models, _, frame = inclined(0.0, 0.0)
    coarse = np.random.default_rng(3).normal(size=(41, 41))
    tables = TABLES._replace(ground=ground_table(((5.0, coarse),)))
    bumps = 0.5 * np.sin(AXIS)[:, None] * np.cos(1.3 * AXIS)[None, :]
    fine = FineGround(bumps.ravel().astype(np.float32), np.asarray(0.0), np.asarray(0.0), np.asarray(1.0))
    places = np.arange(0.0, 4.0, 0.01)
    found = [plane_of(frame, ground_below(models, tables, frame, standing(frame, e, 0.2, 0.7), fine)) for e in places]
    heights, normals = np.array([point[2] for point, _ in found]), np.array([normal for _, normal in found])
    assert np.abs(np.diff(heights)).max() < 0.06
    assert np.abs(np.diff(normals, axis=0)).max() < 0.06
    far = places >= 2.7
    np.testing.assert_allclose(
        heights[far], ground_height(models, tables, places[far], 0.2 + 0.0 * places[far]), atol=ORIGIN
    )
    unknown = fine._replace(known=np.asarray(0.0))
    lander = standing(frame, 0.4, 0.2, 0.7)
    for one, other in zip(
        plane_of(frame, ground_below(models, tables, frame, lander, unknown)),
        plane_of(frame, ground_below(models, tables, frame, lander, None)),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_patches_hold_the_terrain_and_do_not_know_their_neighbours() -> None:
    """Sampled for many landings at once: the terrain's own heights, the same bytes for one alone; outside the maps nothing is known."""
    terrain = open_terrain("jezero_like", PARAMETERS.site)
    import jax

    batch = jax.tree.map(lambda x: np.stack([np.asarray(x)] * 4), MODELS)
    frame = landing_frame(batch, TABLES)
    east, north = np.array([10.0, 2500.0, -800.0, 59_999.0]), np.array([-7.0, 900.0, 1100.0, 0.0])
    position = frame.origin + frame.outward(Vec3(east, north, np.full(4, 20.0)))
    found = fine_ground(batch, TABLES, terrain, position)
    np.testing.assert_array_equal(found.known, [1.0, 1.0, 1.0, 0.0])
    for k in range(3):
        e, n = float(found.east[k]), float(found.north[k])
        wanted = terrain.height((e + AXIS)[None, :], (n + AXIS)[:, None], 0.5)
        np.testing.assert_array_equal(found.heights[k], wanted.ravel().astype(np.float32))
        some = lambda tree, k=k: jax.tree.map(lambda x: x[k : k + 1], tree)  # noqa: E731
        alone = fine_ground(some(batch), TABLES, terrain, some(position))
        np.testing.assert_array_equal(alone.heights[0], found.heights[k])
