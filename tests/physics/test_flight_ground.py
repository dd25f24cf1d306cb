"""The ground that the flight meets: grids answer as SciPy's interpolator does, and beams meet inclined planes where geometry says."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from skycrane import load_mission
from skycrane.core.vector import Vec3
from skycrane.flight.ground import along_beams, ground_normal, ground_table, height_above_terrain, lookout, relief
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.models import assemble
from skycrane.flight.tables import make_tables

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
    found, cosine = along_beams(models, tables, frame, lookout(models, tables, frame, position), Vec3(*beam))
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
