"""Orbits, passes, rates and light time against numerical integration, closed forms and published numbers."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from run_to_send import LANDED, place
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from skycrane.downlink.contacts import contacts
from skycrane.downlink.horizon import Horizon
from skycrane.downlink.link import rate
from skycrane.downlink.network import Network
from skycrane.downlink.windows import windows
from skycrane.mission import load_mission
from skycrane.planet.orbit import Orbit, eccentric_anomaly

DAY = 86400.0


@pytest.fixture(scope="module")
def network() -> Network:
    mission = load_mission("mars2020").parameters
    return Network(mission, mission.downlink, place(), LANDED + 2 * DAY)


@pytest.mark.parametrize("eccentricity", [0.0, 0.1, 0.37, 0.9])
def test_keplers_equation_is_solved(eccentricity: float) -> None:
    mean = np.linspace(0.0, 2 * np.pi, 50, endpoint=False)
    found = eccentric_anomaly(mean, eccentricity)
    slow = [brentq(lambda e, m=m: e - eccentricity * np.sin(e) - m, -0.1, 7.0, xtol=1e-14) for m in mean]
    np.testing.assert_allclose(found, slow, atol=1e-12)


@pytest.mark.parametrize("number", range(4))
def test_the_plane_drifts_as_the_integrated_motion_around_the_oblate_planet(network: Network, number: int) -> None:
    """Truth: the equations of motion with J2, integrated; the node after two days against ours."""
    mission = load_mission("mars2020").parameters
    gm, j2, radius = mission.planet.gm, mission.planet.j2, mission.planet.reference_radius
    orbit = list(network.orbits.values())[number]

    def motion(_: float, s: np.ndarray) -> np.ndarray:
        r = np.linalg.norm(s[:3])
        k, z = 1.5 * j2 * gm * radius**2 / r**5, 5.0 * s[2] ** 2 / r**2
        return np.concatenate([s[3:], -gm * s[:3] / r**3 - k * s[:3] * (np.array([1.0, 1.0, 3.0]) - z)])

    def node(t: float) -> float:
        step = (orbit.still(t + 0.5) - orbit.still(t - 0.5)) / 1.0
        h = np.cross(orbit.still(t), step)
        return float(np.arctan2(h[0], -h[1]))

    start = np.concatenate([orbit.still(0.0), orbit.still(0.5) - orbit.still(-0.5)])
    path = solve_ivp(motion, (0.0, 2 * DAY), start, rtol=1e-9, atol=1.0, method="DOP853", t_eval=[2 * DAY]).y[:, -1]
    h = np.cross(path[:3], path[3:])
    integrated = np.arctan2(h[0], -h[1]) - node(0.0)
    ours = node(2 * DAY) - node(0.0)
    assert ours == pytest.approx(integrated, abs=np.radians(0.05))
    assert abs(ours) > np.radians(0.3)


def test_the_sun_synchronous_orbiters_follow_the_sun(network: Network) -> None:
    """Mars goes round the Sun in 668.6 sols: 0.524 degrees a day."""
    for name in ("MRO", "ODYSSEY"):
        drift = np.degrees(network.orbits[name].node_rate) * DAY
        assert drift == pytest.approx(360.0 / 686.98, rel=0.05)


def test_mro_is_where_hirise_saw_the_parachute(network: Network) -> None:
    """HiRISE photographed the parachute from about 700 km."""
    assert network.distance("MRO", 257.0) / 1e3 == pytest.approx(700.0, abs=50.0)


def test_an_orbiter_rises_and_sets_at_the_mask(network: Network) -> None:
    """Elevation by plane trigonometry at the edges, below the mask just outside, above it in between."""
    found = network.passes(LANDED)
    assert {each.orbiter for each in found} == {"MRO", "MAVEN", "TGO", "ODYSSEY"}
    up = place() / np.linalg.norm(place())
    for each in found:
        for edge in (each.rise, each.set):
            if edge in (LANDED, network.end):
                continue
            away = network.position(each.orbiter, edge) - place()
            radial = np.degrees(np.arcsin(away @ up / np.linalg.norm(away)))
            assert radial == pytest.approx(
                10.0, abs=0.25
            )  # the level plane is tilted by up to 0.2 deg against the radius
        middle = 0.5 * (each.rise + each.set)
        assert network.elevation(each.orbiter, middle) > np.radians(10.0)
        assert network.elevation(each.orbiter, each.set + 5.0) < np.radians(10.0)


def test_a_wall_on_the_horizon_cuts_the_passes_behind_it(network: Network) -> None:
    """A cliff of 40 degrees over the southern half: where an orbiter goes down, it stands at the cliff or at the radio's own angle."""
    wall = np.radians(np.where((np.arange(72) >= 20) & (np.arange(72) <= 52), 40.0, -2.0))
    mission = load_mission("mars2020").parameters
    behind = Network(mission, mission.downlink, place(), LANDED + 2 * DAY, Horizon(mission.downlink.mask_angle, wall))
    up = place() / np.linalg.norm(place())
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    at_the_wall = 0
    for each in behind.passes(LANDED):
        for edge in (each.rise, each.set):
            if edge in (LANDED, behind.end):
                continue
            away = behind.position(each.orbiter, edge) - place()
            over = np.degrees(np.arcsin(away @ up / np.linalg.norm(away)))
            bearing = np.degrees(np.arctan2(away @ east, away @ np.cross(up, east))) % 360.0
            if 101.0 < bearing < 259.0:
                assert over == pytest.approx(40.0, abs=0.25)
                at_the_wall += 1
            elif not 94.0 < bearing < 266.0:
                assert over == pytest.approx(10.0, abs=0.25)
    assert at_the_wall > 5
    total = sum(each.set - each.rise for each in behind.passes(LANDED))
    assert total < 0.9 * sum(each.set - each.rise for each in network.passes(LANDED))


def test_the_rate_halves_with_each_step_and_falls_with_the_square_of_the_distance() -> None:
    radio = replace(load_mission("mars2020").parameters.downlink.orbiters[0], reference_rate=600e3)
    assert rate(radio, 500e3) == 2048e3  # carries 2400
    assert rate(radio, 1000e3) == 512e3
    assert rate(radio, 2000e3) == 128e3  # carries 150
    assert rate(radio, 25000e3) == 0.0  # carries 0.96
    assert rate(radio, 500e3, landing=True) == 8e3
    carried = [600e3 * (1e6 / d) ** 2 for d in (7e5, 9e5, 3e6, 1e7)]
    assert all(each / 2 < rate(radio, d) <= each for each, d in zip(carried, (7e5, 9e5, 3e6, 1e7), strict=True))


def test_the_rover_talks_to_one_orbiter_at_a_time(network: Network) -> None:
    plan = contacts(network, LANDED)
    assert plan[0].over.orbiter == "MRO"
    assert plan[0].start == LANDED
    assert all(a.end <= b.start for a, b in itertools.pairwise(plan))
    assert max(plan[0].rates) == 8e3
    assert max(max(each.rates) for each in plan[2:]) > 256e3


def test_the_light_time_at_landing_is_the_published_one(network: Network) -> None:
    """682.3 s from DE438, 11 min 22 s in the press kit; the elements used here state 25,000 km, 0.1 s."""
    assert float(network.delay_at(LANDED)) == pytest.approx(682.3, abs=0.1)


def test_no_orbiter_sends_through_mars(network: Network) -> None:
    """Seen exactly when no point of the line to Earth lies inside the planet; three stations see Mars around the clock that day."""
    along = np.arange(0.0, 2.4e7, 2e4)
    hidden = 0
    for name in network.orbiters:
        times = np.arange(0.0, DAY, 300.0)
        still, toward = network.orbits[name].still(times), network.toward_earth(times)
        line = still[:, None, :] + along[None, :, None] * toward[:, None, :]
        nearest = np.linalg.norm(line, axis=2).min(axis=1) - 3396190.0
        seen = network.heard_on_earth(network.position(name, times), times)
        clear = np.abs(nearest) > 100.0
        np.testing.assert_array_equal(seen[clear], nearest[clear] > 0.0)
        hidden += int((~seen).sum())
    assert hidden > 100


def test_windows_are_those_of_a_sine() -> None:
    found = windows(lambda t: np.sin(t) > 0.5, 0.0, 10.0, 0.3)
    expected = [(np.pi / 6, 5 * np.pi / 6), (np.pi / 6 + 2 * np.pi, 5 * np.pi / 6 + 2 * np.pi)]
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert windows(lambda t: t > 20.0, 0.0, 10.0, 1.0) == []
    assert windows(lambda t: t < 20.0, 0.0, 10.0, 1.0) == [(0.0, 10.0)]


def test_a_circular_orbit_takes_its_period() -> None:
    mission = load_mission("mars2020").parameters
    given = mission.downlink.orbiters[2]
    round_orbit = replace(given, periapsis_height=400e3, apoapsis_height=400e3)
    still_planet = replace(mission.planet, j2=0.0)
    orbit = Orbit.of(round_orbit, still_planet)
    period = 2 * np.pi * np.sqrt((mission.planet.equatorial_radius + 400e3) ** 3 / mission.planet.gm)
    assert orbit.period == pytest.approx(period)
    np.testing.assert_allclose(orbit.still(period), orbit.still(0.0), atol=1e-3)
