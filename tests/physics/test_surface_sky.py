"""Horizon, Sun and Earth over a place: closed forms, and one way against another."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from skycrane.planet.sun import sun_position
from skycrane.surface.earth import AU, LIGHT, earth_in_the_sky, sun_in_the_sky
from skycrane.surface.sky import Horizon, horizon
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


def test_a_crest_that_is_a_twelfth_of_its_distance_wide_is_not_missed() -> None:
    """Wherever between the rings that look for it: 100 m high in the north, half as high 4 % nearer and further."""
    for away in (3000.0, 3100.0, 3210.0, 3320.0):
        ground = lambda east, north, finest, d=away: 100.0 * np.exp(-np.log(2.0) * ((north / d - 1.0) / 0.04) ** 2)  # noqa: E731
        seen = horizon(SimpleNamespace(height=ground), place(), 2.0, RADIUS)
        assert np.degrees(seen.at(0.0)) == pytest.approx(np.degrees(np.arctan2(98.0, away)), rel=0.15)


def test_relay_orbiters_pass_over_the_rover_as_the_network_of_the_way_home_has_them() -> None:
    """The same orbits through another geometry: planet-fixed normal and sines there, east, north and up here."""
    from skycrane.downlink.network import Network
    from skycrane.mission import load_mission
    from skycrane.planet.time import parse_utc
    from skycrane.surface.relays import relays

    mission = load_mission("mars2020").parameters
    horizon_nowhere = Horizon(np.full(72, -0.2), np.full(72, 1.0), 1.0)
    found = relays(mission, place(), horizon_nowhere, RADIUS)
    assert found is not None
    squeezed = np.arctan(np.tan(JEZERO[0]) * (mission.planet.polar_radius / mission.planet.equatorial_radius) ** 2)
    c = np.cos(squeezed)
    site = RADIUS * np.array([c * np.cos(JEZERO[1]), c * np.sin(JEZERO[1]), np.sin(squeezed)])
    landed = (LANDING - parse_utc(mission.entry.utc)).total_seconds()
    network = Network(mission, mission.downlink, site, landed + 88775.0)
    passes = network.passes(landed)
    for each in found:
        theirs = [p for p in passes if p.orbiter == each["id"]]
        assert len(each["passes"]) == pytest.approx(len(theirs), abs=1)
        assert np.radians(each["elevation_deg"]) == pytest.approx(
            float(network.elevation(each["id"], landed)), abs=1e-6
        )
        minutes = sum(p.set - p.rise for p in theirs) / 60.0
        assert 60.0 * each["hours_in_view_in_the_next_sol"] == pytest.approx(minutes, abs=3.0)


def test_a_wall_all_around_hides_the_orbiters() -> None:
    from skycrane.mission import load_mission
    from skycrane.surface.relays import relays

    behind = Horizon(np.full(72, np.radians(89.0)), np.full(72, 1.0), 1.0)
    found = relays(load_mission("mars2020").parameters, place(), behind, RADIUS)
    assert found is not None
    assert all(not each["passes"] for each in found)
