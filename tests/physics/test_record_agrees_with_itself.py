"""Channels of the nominal landing against each other, by NumPy alone: a person who reads flight.nc may rely on them."""

import numpy as np
import pytest

# Mars: [konopliv2016], [archinal2018]
GM, RADIUS, J2 = 4.282837581e13, 3396000.0, 1.956609e-3
SPIN = np.array([0.0, 0.0, 7.088218e-5])


def matrix(q: np.ndarray) -> np.ndarray:
    """Rotation matrices (n, 3, 3) of scalar-first quaternions (n, 4)."""
    w, x, y, z = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, -1) for row in rows], -2)


def fall(r: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Gravity to J2 and the forces of the turning frame (n, 3) [m/s^2]; higher terms are below 2e-4 m/s^2."""
    distance = np.linalg.norm(r, axis=1, keepdims=True)
    sine2 = (r[:, 2:] / distance) ** 2
    oblate = 1.5 * J2 * (RADIUS / distance) ** 2
    flat = np.array([1.0, 1.0, 1.0]) - oblate * (5.0 * sine2 - np.array([1.0, 1.0, 3.0]))
    return -GM * r / distance**3 * flat - 2.0 * np.cross(SPIN, v) - np.cross(SPIN, np.cross(SPIN, r))


def test_air_moves_as_the_wind_channel_says(nominal: object) -> None:
    c = nominal.channels  # type: ignore[attr-defined]
    through_air = np.linalg.norm(c["velocity_site"].values - c["wind_site"].values, axis=1)
    assert np.abs(c["wind_site"].values).max() > 20.0
    np.testing.assert_allclose(through_air, c["airspeed"].values, atol=1e-6)


@pytest.mark.parametrize(
    ("first", "last"), [("entry_interface", "straighten_up"), ("heatshield_separation", "backshell_separation")]
)
def test_velocity_is_the_sum_of_what_was_sensed_and_of_the_fall(nominal: object, first: str, last: str) -> None:
    """Each row's sensed acceleration is the mean over the cycle before it; between events at which nothing leaves the vehicle."""
    c = nominal.channels  # type: ignore[attr-defined]
    at = {event.key: event.t_s for event in nominal.events}  # type: ignore[attr-defined]
    t = c["time"].values
    rows = np.nonzero((t > at[first] + 0.2) & (t < at[last] - 0.2))[0]
    q = c["attitude_mcmf_from_body"].values[rows]
    r, v = c["position_mcmf"].values[rows], c["velocity_mcmf"].values[rows]
    same = np.sign((q[1:] * q[:-1]).sum(axis=1, keepdims=True))
    middle = matrix(q[1:] + same * q[:-1])
    felt = np.einsum("nij,nj->ni", middle, c["sensed_acceleration_body"].values[rows][1:])
    falling = 0.5 * (fall(r, v)[1:] + fall(r, v)[:-1])
    sums = ((felt + falling) * np.diff(t[rows])[:, None]).sum(axis=0)
    change = v[-1] - v[0]
    assert np.linalg.norm(sums - change) < 2e-4 * (t[rows][-1] - t[rows][0]) + 5e-3
    assert np.linalg.norm(change) > 100.0


def test_propellant_leaves_as_thrust_and_exhaust_velocity_say(nominal: object) -> None:
    """Thrust over effective exhaust velocity, linear in thrust from 2030 to 2200 m/s, summed over powered descent."""
    c = nominal.channels  # type: ignore[attr-defined]
    at = {event.key: event.t_s for event in nominal.events}  # type: ignore[attr-defined]
    t, thrust = c["time"].values, c["engine_thrust"].values
    rows = np.nonzero((t >= at["powered_approach_start"]) & (t <= at["rover_separation"]))[0]
    exhaust = 2030.0 + 170.0 * np.clip((thrust[rows] - 400.0) / 2660.0, 0.0, 1.0)
    flow = (thrust[rows] / exhaust).sum(axis=1)
    burnt = c["propellant_mass"].values[rows[0]] - c["propellant_mass"].values[rows[-1]]
    assert burnt == pytest.approx(np.trapezoid(flow, t[rows]), rel=1e-3)


def test_pressure_falls_with_height_as_its_weight_asks(nominal: object) -> None:
    """dp = -rho g dh from entry to parachute; the profile's gravity is that of the base, the flight's that of the place."""
    c = nominal.channels  # type: ignore[attr-defined]
    at = {event.key: event.t_s for event in nominal.events}  # type: ignore[attr-defined]
    t = c["time"].values
    rows = np.nonzero((t > 40.0) & (t < at["peak_deceleration"]))[0]
    weight = np.linalg.norm(fall(c["position_mcmf"].values[rows], np.zeros((len(rows), 3))), axis=1)
    height, pressure = c["height_above_areoid"].values[rows], c["pressure"].values[rows]
    lost = np.trapezoid(c["density"].values[rows] * weight / pressure, height)
    assert lost == pytest.approx(np.log(pressure[0] / pressure[-1]), rel=1e-3)
