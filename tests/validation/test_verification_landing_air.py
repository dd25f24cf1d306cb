"""The air of the mars2020 mission against what the flight measured and what other people's models of Mars say."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skycrane.mission import load_mission
from skycrane.planet.atmosphere.air import Air, Day, air_from_table
from skycrane.planet.atmosphere.tables import atmosphere_table

MISSION = load_mission("mars2020").parameters
TABLE = atmosphere_table(MISSION.atmosphere, MISSION.planet)
SITE = -2570.0  # height of the landing point above the areoid [m]
DEPLOY = 9600.0  # the same of mortar fire


def air(height: float | np.ndarray) -> Air:
    """The mean air of the mission."""
    return air_from_table(TABLE, MISSION.planet.gas, Day.of(MISSION.atmosphere), np.asarray(height, float))


def test_density_at_parachute_deployment_is_the_one_that_speed_mach_and_pressure_leave() -> None:
    there = air(DEPLOY)
    assert 5.8e-3 <= there.density <= 6.3e-3
    assert 205.0 <= there.temperature <= 210.0
    tailwind = there.wind_east * math.sin(math.radians(100.0))
    assert 15.0 <= tailwind <= 25.0
    airspeed = 433.0 - tailwind
    assert 1.76 - 0.05 <= airspeed / there.speed_of_sound <= 1.82 + 0.05
    assert 504.0 - 15.0 <= 0.5 * there.density * airspeed**2 <= 518.0 + 15.0


def test_air_under_the_parachute() -> None:
    """718 Pa at the site, about 250 K near the ground, 0.0133 kg/m^3 at 2.2 km above it."""
    assert air(SITE).pressure == pytest.approx(718.0, abs=10.0)
    assert air(SITE).temperature == pytest.approx(250.0, abs=5.0)
    assert air(SITE + 2200.0).density == pytest.approx(0.0133, rel=0.02)


def test_the_lapse_is_not_steeper_than_a_dry_adiabat_above_the_lowest_half_kilometre() -> None:
    gas = MISSION.planet.gas
    heat_capacity = gas.gas_constant * gas.heat_capacity_ratio / (gas.heat_capacity_ratio - 1.0)
    h = np.arange(SITE + 500.0, 120e3, 100.0)
    assert np.min(np.gradient(air(h).temperature, h)) > -1.05 * MISSION.planet.standard_gravity / heat_capacity


def test_shape_against_the_cospar_reference_atmosphere(reference_data: Callable[[str], Path]) -> None:
    """A mean over the year and the planet: within 10 % from 9 to 120 km, the warm afternoon below it up to a fifth thinner."""
    with open(reference_data("data/atmosphere/cospar_reference_atmosphere.csv")) as file:
        rows = [(float(r["altitude_above_areoid_km"]), float(r["density_kg_m3"])) for r in csv.DictReader(file)]
    for height, density in rows:
        if -2.0 <= height <= 120.0:
            low = 0.9 if height >= 9.0 else 0.77
            assert low <= air(1e3 * height).density / density <= 1.1, height


def test_shape_against_mars_gram_at_aphelion(reference_data: Callable[[str], Path]) -> None:
    """The season of the smallest atmosphere: near the ground the same, above it a bound from below."""
    table = np.loadtxt(reference_data("data/atmosphere/mars_gram_avg_0_145km.dat"), skiprows=1)
    ratio = air(table[:, 0]).density / table[:, 3]
    low, high = table[:, 0] <= 12e3, (table[:, 0] > 12e3) & (table[:, 0] <= 120e3)
    np.testing.assert_allclose(ratio[low], 1.0, atol=0.12)
    assert np.all(ratio[high] >= 0.95)
    assert np.all(ratio[high] <= 4.0)
