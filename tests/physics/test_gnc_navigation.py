"""Navigation carries the state through curved flight, believes the radar and the map as far as it should, and refuses nonsense."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from skycrane import load_mission
from skycrane.core import attitude
from skycrane.core.attitude import Quaternion
from skycrane.core.vector import Vec3
from skycrane.flight.models import assemble
from skycrane.gnc.navigation.estimate import Estimate, LandingFrame
from skycrane.planet import shape
from skycrane.sensing.measurements import InertialMeasurement, PositionFix, RadarMeasurement

MODELS = assemble(load_mission("mars2020").parameters)
NAVIGATION, PLANET, RADAR = MODELS.navigation, MODELS.planet, MODELS.radar
STILL = Vec3(0.0, 0.0, 0.0)


def landing_frame() -> LandingFrame:
    """Site frame of the preset."""
    s = MODELS.site
    origin = shape.position_from_spherical(s.latitude, s.longitude, s.areoid_radius + s.elevation)
    axes = shape.east_north_up_geodetic(origin, PLANET.equatorial_radius, PLANET.polar_radius)
    height = shape.height_above_ellipsoid(origin, PLANET.equatorial_radius, PLANET.polar_radius)
    return LandingFrame(origin, axes, PLANET.equatorial_radius, PLANET.polar_radius, height)


FRAME = landing_frame()


def estimate(position: Vec3, velocity: Vec3, q: Quaternion = attitude.IDENTITY) -> Estimate:
    """An estimate with the sigmas of the mission file."""
    n = NAVIGATION
    wide = Vec3(n.position_sigma**2, n.position_sigma**2, n.height_sigma**2)
    fast = Vec3(*(n.velocity_sigma**2,) * 3)
    return Estimate(position, velocity, q, STILL, STILL, wide, fast, STILL)


def force(t: float) -> np.ndarray:
    """Specific force in body axes [m/s^2]: drag of up to 10 g, lift, and a tremble."""
    return np.array([-100.0 * np.sin(np.pi * t / 60.0) ** 2, 2.0 * np.sin(3.0 * t), -20.0 * np.sin(np.pi * t / 60.0)])


def spin(t: float) -> np.ndarray:
    """Inertial rate in body axes [rad/s]: a bank reversal and some pitch motion."""
    return np.array([0.3 * np.sin(0.4 * t), 0.05 * np.sin(2.0 * t), 0.02 * np.cos(0.7 * t)])


@cache
def flown() -> solve_ivp:
    """Sixty seconds of it to twelve digits: position, velocity, attitude, and the sums of an ideal inertial unit."""

    def rates(t: float, y: np.ndarray) -> np.ndarray:
        r, v, q = Vec3(*y[:3]), Vec3(*y[3:6]), Quaternion(*y[6:10])
        m = attitude.matrix(q)
        fall, push = PLANET.fall(r, v), m.apply(Vec3(*force(t)))
        turning = spin(t) - np.array(m.undo(Vec3(0.0, 0.0, PLANET.rotation_rate)))
        return np.array([*v, *(fall + push), *attitude.rate(q, Vec3(*turning)), *force(t), *spin(t)])

    start = shape.position_from_spherical(0.33, 1.2, 3.45e6)
    velocity = shape.east_north_up(start).apply(Vec3(4000.0, -800.0, -1200.0))
    y = [*start, *velocity, *attitude.normalised(Quaternion(0.5, 0.1, -0.7, 0.4)), *(0.0,) * 6]
    return solve_ivp(rates, (0.0, 60.0), y, method="DOP853", rtol=1e-12, atol=1e-9, dense_output=True)


def navigate(cycle: float) -> tuple[float, float, float]:
    """Errors of position [m], velocity [m/s] and attitude [rad] after the minute."""
    truth, first = flown().sol, flown().y[:, 0]
    e = estimate(Vec3(*first[:3]), Vec3(*first[3:6]), Quaternion(*first[6:10]))
    times = np.linspace(0.0, 60.0, round(60.0 / cycle) + 1)
    sums = truth(times)[10:]
    for a, b in zip(sums.T[:-1], sums.T[1:], strict=True):
        e = NAVIGATION.propagate(PLANET, e, InertialMeasurement(Vec3(*(b - a)[:3]), Vec3(*(b - a)[3:])), cycle)
    last = truth(60.0)
    turn = attitude.rotation_vector(attitude.multiply(attitude.conjugate(e.attitude), Quaternion(*last[6:10])))
    wrong = (np.array(e.position) - last[:3], np.array(e.velocity) - last[3:6], np.array(turn))
    return tuple(float(np.linalg.norm(w)) for w in wrong)  # type: ignore[return-value]


def test_a_minute_of_curved_flight_is_carried_to_within_half_a_metre() -> None:
    position, velocity, turn = navigate(0.05)
    assert position < 0.5
    assert velocity < 0.02
    assert turn < 1e-5


def test_propagation_is_of_second_order_in_the_cycle() -> None:
    coarse, fine = navigate(0.2), navigate(0.1)
    for a, b in zip(coarse, fine, strict=True):
        assert 3.5 < a / b < 4.5


def test_uncertainty_grows_as_integrated_white_noise() -> None:
    """Velocity variance by a^2 t; position variance by P0 + V0 t^2 + a^2 t^3 / 3."""
    e, t, cycle = estimate(FRAME.origin, STILL), 20.0, 0.05
    for _ in range(round(t / cycle)):
        e = NAVIGATION.propagate(PLANET, e, InertialMeasurement(STILL, STILL), cycle)
    a, v, p = NAVIGATION.acceleration_noise**2, NAVIGATION.velocity_sigma**2, NAVIGATION.height_sigma**2
    assert e.velocity_variance.z == pytest.approx(v + a * t)
    assert e.covariance.z == pytest.approx(v * t + 0.5 * a * t * t, rel=0.01)
    assert e.position_variance.z == pytest.approx(p + v * t * t + a * t**3 / 3.0, rel=0.01)


def at(height: float, velocity: Vec3, tilt: float = 0.1) -> tuple[Vec3, Vec3, Quaternion]:
    """True position, velocity (mcmf) and attitude at a height over the site; the vehicle nearly upright, x down."""
    x = FRAME.outward(Vec3(np.sin(tilt), 0.0, -np.cos(tilt)))
    axes = attitude.frame_from_two(x, FRAME.outward(Vec3(0.0, 1.0, 0.0)))
    return FRAME.origin + FRAME.axes.cz * height, FRAME.outward(velocity), attitude.from_matrix(axes)


BEAMS = RADAR.beams()
ALL = (1.0,) * len(BEAMS)
ERRORS = (RADAR.range_noise, RADAR.range_noise_floor, RADAR.doppler_noise)


def heard(height: float, velocity: Vec3, q: Quaternion, valid: tuple[float, ...] = ALL) -> list[RadarMeasurement]:
    """What an errorless radar hears over level ground in a turn of each beam."""
    found = []
    for beam, trusted in zip(BEAMS, valid, strict=True):
        along = np.array(attitude.matrix(q).apply(beam.direction))
        slant, speed = height / (-along @ np.array(FRAME.axes.cz)), along @ np.array(velocity)
        found.append(RadarMeasurement(slant, speed, trusted, beam.number))
    return found


def hear(e: Estimate, turns: list[RadarMeasurement]) -> tuple[Estimate, list[float]]:
    """A radar update by each beam in turn; where a height was accepted."""
    accepted = []
    for beam, radar in zip(BEAMS, turns, strict=True):
        e, used = NAVIGATION.radar_update(e, FRAME, beam.direction, radar, ERRORS, 0.05)
        accepted.append(float(used))
    return e, accepted


def longer(turns: list[RadarMeasurement], factors: tuple[float, ...]) -> list[RadarMeasurement]:
    """The same with slant ranges multiplied."""
    return [one._replace(slant_range=one.slant_range * factor) for one, factor in zip(turns, factors, strict=True)]


def test_the_radar_takes_away_a_kilometre_of_height_and_metres_per_second() -> None:
    position, velocity, q = at(6000.0, Vec3(30.0, -10.0, -90.0))
    wrong = estimate(position + FRAME.axes.cz * 1000.0, velocity + FRAME.outward(Vec3(3.0, -2.0, 1.5)), q)
    e = wrong
    for _ in range(20):
        e, accepted = hear(e, heard(6000.0, velocity, q))
        assert accepted == [1.0] * 6
    assert NAVIGATION.height_over_terrain(wrong, FRAME) == pytest.approx(7000.0, abs=0.1)
    assert NAVIGATION.height_over_terrain(e, FRAME) == pytest.approx(6000.0, abs=1.0)
    np.testing.assert_allclose(FRAME.vector(e.velocity - velocity), 0.0, atol=0.02)
    assert e.position_variance.z < 10.0**2
    np.testing.assert_allclose(
        FRAME.position(e.position)[:2], FRAME.position(wrong.position)[:2], atol=2.0
    )  # nothing said of it


def test_heights_come_out_right_with_the_vehicle_tilted() -> None:
    position, velocity, q = at(2000.0, Vec3(0.0, 0.0, -80.0), tilt=0.4)
    e, _ = hear(estimate(position, velocity, q), heard(2000.0, velocity, q))
    assert NAVIGATION.height_over_terrain(e, FRAME) == pytest.approx(2000.0, abs=0.5)
    np.testing.assert_allclose(e.velocity, velocity, atol=1e-6)


def test_a_wild_height_and_a_wild_speed_are_refused() -> None:
    position, velocity, q = at(5000.0, Vec3(0.0, 0.0, -90.0))
    e = estimate(position, velocity, q)
    down = BEAMS[0].direction
    far = heard(13000.0, velocity, q)[0]  # 8 km off, sigma 1 km, gate 5
    e, accepted = NAVIGATION.radar_update(e, FRAME, down, far, ERRORS, 0.05)
    assert accepted == 0.0
    np.testing.assert_allclose(e.position, position)
    fast = heard(5000.0, velocity + FRAME.outward(Vec3(0.0, 0.0, 40.0)), q)[0]
    told, _ = NAVIGATION.radar_update(estimate(position, velocity, q), FRAME, down, fast, ERRORS, 0.05)
    np.testing.assert_allclose(told.velocity, velocity)


def test_a_filter_that_is_wrong_opens_its_gate_again() -> None:
    """Sure of a height that is 3 km off: refused at first, but each refusal doubles its sigma, and within a second it is right. One
    wild range costs it nothing but a little certainty."""
    position, velocity, q = at(5000.0, Vec3(0.0, 0.0, -90.0))
    sure = estimate(position + FRAME.axes.cz * 3000.0, velocity, q)._replace(position_variance=Vec3(1e4, 1e4, 900.0))
    e, accepted = hear(sure, heard(5000.0, velocity, q))
    assert accepted[0] == 0.0
    for _ in range(3):
        e, accepted = hear(e, heard(5000.0, velocity, q))
    assert accepted == [1.0] * 6
    assert NAVIGATION.height_over_terrain(e, FRAME) == pytest.approx(5000.0, abs=5.0)


def test_one_wild_beam_does_not_spoil_the_others() -> None:
    """A side lobe of 20 % in one beam of six, the height known to 10 m: refused on its own, the mean of the rest is taken."""
    position, velocity, q = at(2000.0, Vec3(0.0, 0.0, -80.0))
    e = estimate(position + FRAME.axes.cz * 5.0, velocity, q)
    e = e._replace(position_variance=Vec3(1e4, 1e4, 100.0))
    true = heard(2000.0, velocity, q)
    wild, accepted = hear(e, longer(true, (1.0, 1.2, 1.0, 1.0, 1.0, 1.0)))
    assert accepted == [1.0, 0.0, 1.0, 1.0, 1.0, 1.0]
    same, _ = hear(e, true)
    assert NAVIGATION.height_over_terrain(wild, FRAME) == pytest.approx(
        NAVIGATION.height_over_terrain(same, FRAME), abs=1.0
    )


def test_silence_changes_nothing() -> None:
    position, velocity, q = at(5000.0, Vec3(0.0, 0.0, -90.0))
    e = estimate(position + FRAME.axes.cz * 100.0, velocity, q)
    same, accepted = hear(e, [RadarMeasurement(0.0, 0.0, 0.0, beam.number) for beam in BEAMS])
    assert accepted == [0.0] * 6
    np.testing.assert_array_equal(np.hstack(same), np.hstack(e))


@pytest.mark.parametrize("trusted", [(1, 0, 1, 0, 0, 1), (1, 0, 0, 1, 1, 0), (0, 1, 1, 0, 0, 0), (1, 0, 0, 0, 0, 0)])
def test_beams_in_one_plane_say_nothing_of_the_speed_across_it(trusted: tuple[int, ...]) -> None:
    """Straight down, 120 and 300 degrees lie in one plane: three beams, but no three components. A slow vehicle must not be
    told that it stands still."""
    position, velocity, q = at(30.0, Vec3(0.4, 0.3, -0.75), tilt=0.0)
    e = estimate(position, velocity, q)
    for _ in range(10):
        e, _ = hear(e, heard(30.0, velocity, q, tuple(float(t) for t in trusted)))
    np.testing.assert_allclose(e.velocity, velocity, atol=1e-6)
    axes = np.array([attitude.matrix(q).apply(b.direction) for b, t in zip(BEAMS, trusted, strict=True) if t])
    blind = np.linalg.svd(axes @ np.array([FRAME.axes.cx, FRAME.axes.cy, FRAME.axes.cz]).T)[2][-1]
    assert blind @ spread(e) @ blind == pytest.approx(NAVIGATION.velocity_sigma**2, rel=0.02)  # as unsure as before


def spread(e: Estimate) -> np.ndarray:
    """Covariance of velocity (3, 3), site axes."""
    (a, b, c), (ab, ac, bc) = e.velocity_variance, e.velocity_covariance
    return np.array([[a, ab, ac], [ab, b, bc], [ac, bc, c]])


def test_doppler_speeds_in_turn_are_worth_their_least_squares_fit() -> None:
    """All beams once, from a wide start: estimate and covariance are those of (P^-1 + B'B/s^2)^-1, whatever the order of the turns."""
    position, velocity, q = at(1500.0, Vec3(12.0, -7.0, -70.0), tilt=0.2)
    wrong = Vec3(2.0, -1.5, 1.0)
    e = estimate(position, velocity + FRAME.outward(wrong), q)
    told, _ = hear(e, heard(1500.0, velocity, q))
    beams = np.array([FRAME.vector(attitude.matrix(q).apply(b.direction)) for b in BEAMS])
    known = np.linalg.inv(np.eye(3) / NAVIGATION.velocity_sigma**2 + beams.T @ beams / RADAR.doppler_noise**2)
    np.testing.assert_allclose(spread(told), known, rtol=1e-9, atol=1e-15)
    left = known @ (np.array(wrong) / NAVIGATION.velocity_sigma**2)
    np.testing.assert_allclose(FRAME.vector(told.velocity - velocity), left, rtol=1e-6)


def test_a_leaning_beam_over_a_slope_counts_for_less() -> None:
    """Straight down says 1000 m, the beams at 50 degrees are told 5 % off: the answer stays near what is straight below."""
    position, velocity, q = at(1000.0, Vec3(0.0, 0.0, -80.0), tilt=0.0)
    true = heard(1000.0, velocity, q)
    e, _ = hear(estimate(position, velocity, q), longer(true, (1.0, 1.0, 1.0, 1.0, 1.05, 1.05)))
    assert NAVIGATION.height_over_terrain(e, FRAME) == pytest.approx(1000.0, abs=2.0)  # the plain mean is 17 m off


def test_the_height_is_less_sure_the_more_ground_was_covered() -> None:
    position, velocity, q = at(500.0, Vec3(30.0, 40.0, -20.0))
    e = estimate(position, velocity, q)._replace(position_variance=Vec3(1.0, 1.0, 1.0))
    moved, _ = NAVIGATION.radar_update(e, FRAME, BEAMS[0].direction, RadarMeasurement(0.0, 0.0, 0.0, 1.0), ERRORS, 0.05)
    assert moved.position_variance.z == pytest.approx(1.0 + NAVIGATION.ground_walk * 50.0 * 0.05)


def test_a_map_fix_takes_away_the_horizontal_error() -> None:
    position, velocity, q = at(4000.0, Vec3(0.0, 0.0, -90.0))
    wrong = estimate(position + FRAME.outward(Vec3(800.0, -600.0, 0.0)), velocity, q)
    e, accepted = NAVIGATION.map_update(wrong, FRAME, PositionFix(0.0, 0.0, 8.0, 1.0))
    assert accepted == 1.0
    np.testing.assert_allclose(FRAME.position(e.position), (0.0, 0.0, 4000.0), atol=0.1)
    assert e.position_variance.x == pytest.approx(8.0**2 + 1.0, rel=1e-3)


def test_a_map_fix_out_of_the_gate_or_absent_is_not_used() -> None:
    position, velocity, q = at(4000.0, Vec3(0.0, 0.0, -90.0))
    e = estimate(position, velocity, q)
    for fix in (PositionFix(9000.0, 0.0, 8.0, 1.0), PositionFix(100.0, 0.0, 8.0, 0.0)):
        new, accepted = NAVIGATION.map_update(e, FRAME, fix)
        assert accepted == 0.0
        np.testing.assert_allclose(FRAME.position(new.position).x, 0.0, atol=1e-6)


def test_what_is_known_of_position_teaches_velocity() -> None:
    """After 10 s of drifting with an unknown speed, one height tells both: the covariance carries it over."""
    position, velocity, q = at(5000.0, Vec3(0.0, 0.0, -90.0))
    e = estimate(position, velocity, q)._replace(
        position_variance=Vec3(1.0, 1.0, 401.0), velocity_variance=Vec3(4.0, 4.0, 4.0), covariance=Vec3(0.0, 0.0, 40.0)
    )
    e = e._replace(position=position + FRAME.axes.cz * 20.0)  # 10 s at 2 m/s too fast upwards
    only_height = heard(5000.0, velocity, q, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    deaf = (*ERRORS[:2], 1e6)  # to the Doppler speed
    corrected, _ = NAVIGATION.radar_update(e, FRAME, BEAMS[0].direction, only_height[0], deaf, 0.05)
    slope = NAVIGATION.ground_slope_sigma * np.tan(0.1) * 5000.0  # the beam leans with the vehicle
    gain = 40.0 / (401.0 + (0.005 * 5000.0) ** 2 + 0.09 + slope**2)
    assert FRAME.vector(corrected.velocity - velocity).z == pytest.approx(-20.0 * gain, rel=0.01)
