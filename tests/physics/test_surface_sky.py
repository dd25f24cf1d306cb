"""Horizon, Sun and Earth over a place: closed forms, and one way against another."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from skycrane.planet.sun import sun_position
from skycrane.surface.earth import AU, LIGHT, earth_in_the_sky, sun_in_the_sky
from skycrane.surface.sky import horizon
from skycrane.surface.touchdown_place import TouchdownPlace

LANDING = datetime(2021, 2, 18, 20, 43, 49, tzinfo=UTC)
JEZERO = (np.radians(18.66), np.radians(77.45))
RADIUS = 3.3919e6


def place() -> TouchdownPlace:
    return TouchdownPlace(0.0, 0.0, 0.0, LANDING, *JEZERO, 3.71)


def test_light_from_earth_took_11_minutes_22_seconds_on_the_day_of_landing() -> None:
    """The one-way light time that the mission's commentary gave."""
    assert earth_in_the_sky(LANDING, *JEZERO).distance / LIGHT == pytest.approx(11 * 60 + 22, abs=3)


@pytest.mark.parametrize("days", [0.0, 0.31, 0.7, 100.0, 180.3, 250.6, 371.0, 371.4, 450.0, 530.2, 610.0])
def test_the_sun_stands_where_the_solar_clock_says(days: float) -> None:
    """Keplerian elements and the pole of Mars against the Mars24 algorithm, around the whole year of Mars."""
    t = LANDING + timedelta(days=days)
    one, other = sun_in_the_sky(t, *JEZERO), sun_position(t, *JEZERO)
    assert np.degrees(one.elevation - other.elevation) == pytest.approx(0.0, abs=0.1)
    across = np.degrees(one.azimuth - other.azimuth) * np.cos(other.elevation)
    assert across == pytest.approx(0.0, abs=0.1)
    assert one.distance / AU == pytest.approx(other.distance, rel=2e-4)


def test_on_a_level_planet_the_horizon_dips_as_it_must() -> None:
    """Dip of sqrt(2 h / R) under an eye h above a sphere."""
    level = SimpleNamespace(height=lambda east, north, finest: 0.0 * east)
    seen = horizon(level, place(), 2.0, RADIUS)
    assert np.degrees(seen.elevation) == pytest.approx(-np.degrees(np.sqrt(2.0 * 2.0 / RADIUS)), abs=0.003)


def test_a_ridge_in_the_west_stands_as_high_as_its_angle() -> None:
    ridge = SimpleNamespace(height=lambda east, north, finest: np.where(east < -2000.0, 70.0, 0.0))
    seen = horizon(ridge, place(), 2.0, RADIUS)
    expected = np.degrees(np.arctan2(70.0 - 2.0, 2000.0))
    assert np.degrees(seen.at(1.5 * np.pi)) == pytest.approx(expected, rel=0.13)
    assert np.degrees(seen.at(0.5 * np.pi)) < 0.0
