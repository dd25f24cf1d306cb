"""The air is in balance: pressure carries the weight above it, the table is the column, and Earth's is the published one."""

import dataclasses
import tomllib

import jax
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.interpolate import PchipInterpolator

jax.config.update("jax_enable_x64", True)

import skycrane.mission  # noqa: E402
from skycrane.core.interpolation import UniformCubic  # noqa: E402
from skycrane.core.quantity import key_of  # noqa: E402
from skycrane.mission.parameters.atmosphere import (  # noqa: E402
    AtmosphereDay,
    ExponentialParameters,
    HydrostaticProfileParameters,
    StandardAtmosphere1976Parameters,
)
from skycrane.mission.parameters.planet import GasParameters, PlanetParameters  # noqa: E402
from skycrane.planet.atmosphere import standard_1976  # noqa: E402
from skycrane.planet.atmosphere.air import Air, Day, air_from_table  # noqa: E402
from skycrane.planet.atmosphere.tables import atmosphere_table  # noqa: E402

KNOTS = (-2.5e3, -0.5e3, 1e3, 5e3, 9.5e3, 20e3, 40e3, 60e3, 80e3, 100e3, 120e3, 160e3)
TEMPERATURES = (250.0, 236.0, 229.0, 215.5, 209.0, 188.0, 162.0, 144.0, 139.0, 139.0, 160.0, 200.0)
COLUMN = HydrostaticProfileParameters(
    base_height=-2570.0, base_pressure=718.0, temperature_heights=KNOTS, temperatures=TEMPERATURES,
    wind_heights=(0.0, 10e3, 50e3), wind_east=(5.0, 20.0, 30.0), wind_north=(0.0, -3.0, 0.0),
)  # fmt: skip
STANDARD = StandardAtmosphere1976Parameters()


def planet(name: str) -> PlanetParameters:
    """A planet file, read plainly."""
    folder = skycrane.mission.__path__[0]
    with open(f"{folder}/planets/{name}.toml", "rb") as file:
        raw = tomllib.load(file)
    gas = {f.name: raw["gas"][key_of(f)] for f in dataclasses.fields(GasParameters)}
    rest = {
        f.name: raw[key_of(f)] for f in dataclasses.fields(PlanetParameters) if key_of(f) in raw and f.name != "gas"
    }
    return PlanetParameters(**rest, gas=GasParameters(**gas))


MARS, EARTH = planet("mars"), planet("earth")


def air(
    atmosphere: AtmosphereDay, of: PlanetParameters, height: np.ndarray | float, table: UniformCubic | None = None
) -> Air:
    """The air of an atmosphere at heights."""
    table = atmosphere_table(atmosphere, of) if table is None else table
    return air_from_table(table, of.gas, Day.of(atmosphere), np.asarray(height, float))


@pytest.mark.parametrize(("atmosphere", "of"), [(COLUMN, MARS), (STANDARD, EARTH)])
def test_pressure_carries_the_weight_of_the_air_above(atmosphere: AtmosphereDay, of: PlanetParameters) -> None:
    """dp/dh = -rho g at heights away from the bends of the temperature."""
    table = atmosphere_table(atmosphere, of)
    h = np.array([-1.7e3, 3.3e3, 14.4e3, 26e3, 36.6e3, 55e3, 77e3, 92e3, 107e3, 133e3, 151e3])
    up, down = air(atmosphere, of, h + 10.0, table), air(atmosphere, of, h - 10.0, table)
    radius = standard_1976.EARTH_RADIUS if of is EARTH else of.equatorial_radius
    gravity = of.standard_gravity * (radius / (radius + h)) ** 2
    weight = air(atmosphere, of, h, table).density * gravity
    np.testing.assert_allclose((down.pressure - up.pressure) / 20.0, weight, rtol=3e-5)


def test_the_table_is_the_column_to_1e_6() -> None:
    """Log density between the knots of the table, against an adaptive quadrature of the same column."""
    curve = PchipInterpolator(KNOTS, TEMPERATURES)
    r, a, g0 = MARS.gas.gas_constant, MARS.equatorial_radius, MARS.standard_gravity

    def temperature(h: float) -> float:
        return float(curve(np.clip(h, KNOTS[0], KNOTS[-1])))

    def lapse(h: float) -> float:
        return g0 * (a / (a + h)) ** 2 / (r * temperature(h))

    table = atmosphere_table(COLUMN, MARS)
    for h in (-9.87e3, -2.6e3, -2.43e3, 617.0, 9.61e3, 33.3e3, 71.9e3, 120.1e3, 159.9e3):
        inside = [k for k in KNOTS if min(h, -2570.0) < k < max(h, -2570.0)]
        fallen = quad(lapse, -2570.0, h, points=inside or None, epsabs=1e-11, epsrel=1e-11, limit=200)[0]
        expected = np.log(718.0 / (r * temperature(h))) - fallen
        assert np.log(air(COLUMN, MARS, h, table).density) == pytest.approx(expected, abs=1e-6)
        assert air(COLUMN, MARS, h, table).temperature == pytest.approx(temperature(h), rel=1e-7)


def test_base_pressure_holds_at_its_height_and_the_gas_law_everywhere() -> None:
    assert air(COLUMN, MARS, -2570.0).pressure == pytest.approx(718.0, rel=1e-7)
    there = air(COLUMN, MARS, np.linspace(-9e3, 200e3, 50))
    np.testing.assert_allclose(there.pressure, there.density * 191.2 * there.temperature, rtol=1e-12)
    np.testing.assert_allclose(there.speed_of_sound**2, 1.335 * 191.2 * there.temperature, rtol=1e-12)


@pytest.mark.parametrize(("atmosphere", "of"), [(COLUMN, MARS), (STANDARD, EARTH)])
def test_density_goes_on_falling_above_the_table(atmosphere: AtmosphereDay, of: PlanetParameters) -> None:
    table = atmosphere_table(atmosphere, of)
    top, above = air(atmosphere, of, 160e3, table), air(atmosphere, of, 170e3, table)
    gravity = of.standard_gravity * (of.equatorial_radius / (of.equatorial_radius + 165e3)) ** 2
    rate = gravity / (of.gas.gas_constant * top.temperature)
    assert np.log(top.density / above.density) == pytest.approx(1e4 * rate, rel=0.005)
    assert np.all(np.diff(air(atmosphere, of, np.linspace(100e3, 400e3, 200), table).density) < 0.0)


def test_the_exponential_atmosphere_is_exact_above_its_table_too() -> None:
    exponential = ExponentialParameters(base_density=0.0158, scale_height=9354.5)
    h = np.array([-5e3, 123.4, 87.6e3, 159.9e3, 200e3, 300e3])
    np.testing.assert_allclose(air(exponential, MARS, h).density, 0.0158 * np.exp(-h / 9354.5), rtol=1e-9)


# U.S. Standard Atmosphere, 1976, main table: geometric height [m], temperature [K], pressure [Pa], density [kg/m^3]
LOWER = [
    (0.0, 288.150, 101325.0, 1.2250),
    (1e3, 281.651, 89876.3, 1.1117),
    (5e3, 255.676, 54048.3, 0.73643),
    (10e3, 223.252, 26499.9, 0.41351),
    (15e3, 216.650, 12111.8, 0.19476),
    (20e3, 216.650, 5529.3, 0.088910),
    (30e3, 226.509, 1197.0, 0.018410),
    (40e3, 250.350, 287.14, 3.9957e-3),
    (50e3, 270.650, 79.779, 1.0269e-3),
    (60e3, 247.021, 21.958, 3.0968e-4),
    (70e3, 219.585, 5.2209, 8.2829e-5),
    (80e3, 198.639, 1.0524, 1.8458e-5),
]
UPPER = [
    (90e3, 0.18359, 3.416e-6),
    (100e3, 3.2011e-2, 5.604e-7),
    (110e3, 7.1042e-3, 9.708e-8),
    (120e3, 2.5382e-3, 2.222e-8),
    (130e3, 1.2505e-3, 8.152e-9),
    (140e3, 7.2028e-4, 3.831e-9),
    (150e3, 4.5422e-4, 2.076e-9),
]


def test_earth_has_the_published_standard_atmosphere() -> None:
    table = atmosphere_table(STANDARD, EARTH)
    for height, temperature, pressure, density in LOWER:
        there = air(STANDARD, EARTH, height, table)
        assert there.temperature == pytest.approx(temperature, abs=1e-3)
        assert there.pressure == pytest.approx(pressure, rel=1e-4)
        assert there.density == pytest.approx(density, rel=6e-5)
    for height, pressure, density in UPPER:
        there = air(STANDARD, EARTH, height, table)
        assert there.pressure == pytest.approx(pressure, rel=0.01)
        assert there.density == pytest.approx(density, rel=0.01)


def test_the_day_scales_density_and_wind() -> None:
    day = dataclasses.replace(COLUMN, density_scale=1.05, density_scale_high=2.0, wind_scale=0.5, wind_north_offset=4.0)
    h = np.array([20e3, 80e3, 120e3])
    ratio = air(day, MARS, h).density / air(COLUMN, MARS, h).density
    np.testing.assert_allclose(ratio, [1.05, 1.05 * 1.5, 1.05 * 2.0], rtol=1e-9)
    assert air(day, MARS, 10e3).wind_east == pytest.approx(10.0)
    assert air(day, MARS, 10e3).wind_north == pytest.approx(2.5)


def test_numpy_and_jax_breathe_the_same_air() -> None:
    table, h = atmosphere_table(COLUMN, MARS), np.linspace(-9e3, 250e3, 300)
    traced = jax.jit(lambda x: air_from_table(table, MARS.gas, COLUMN, x))(h)
    for name, plain, other in zip(Air._fields, air(COLUMN, MARS, h, table), traced, strict=True):
        np.testing.assert_allclose(other, plain, rtol=1e-12, atol=1e-12, err_msg=name)
