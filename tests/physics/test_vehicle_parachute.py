"""The parachute opens as it is described: shape of inflation, load at first full open, riser, wrist, canopy mass."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skycrane import load_mission
from skycrane.core.vector import Vec3, dot, norm
from skycrane.vehicle.parachute import Canopy, DiskGapBandParachute, parachute_table

GIVEN = load_mission("mars2020").parameters.vehicle.parachute
CHUTE = DiskGapBandParachute(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
TABLE = parachute_table(GIVEN)
TI, CX = CHUTE.inflation_time, CHUTE.opening_load_factor
vectors = st.builds(Vec3, *(st.floats(-30.0, 30.0) for _ in range(3))).filter(lambda v: norm(v) > 0.1)


def test_area_is_that_of_the_nominal_diameter() -> None:
    assert CHUTE.area() == pytest.approx(364.06, abs=0.05)  # published for 21.53 m


def test_inflation_grows_with_its_power_overshoots_and_settles_at_one() -> None:
    for s in (0.1, 0.5, 0.9, 0.999999):
        assert CHUTE.inflation(s * TI) == pytest.approx(CX * s**CHUTE.inflation_exponent, rel=1e-9)
    assert CHUTE.inflation(-1.0) < 1e-6
    before, after = CHUTE.inflation(TI * (1.0 - 1e-9)), CHUTE.inflation(TI * (1.0 + 1e-9))
    assert before == pytest.approx(CX, rel=1e-6)
    assert after == pytest.approx(CX, rel=1e-6)
    assert CHUTE.inflation(TI + 20.0) == pytest.approx(1.0, abs=1e-4)


def test_after_first_full_open_it_breathes_with_its_period() -> None:
    """What is left after the overshoot is a decaying sine: its downward zero crossings are one period apart."""
    u = np.linspace(0.0, 4.0, 40001)
    breathing = CHUTE.inflation(TI + u) - 1.0 - (CX - 1.0) * np.exp(-u / CHUTE.overinflation_decay)
    falls = u[1:][(breathing[:-1] > 0.0) & (breathing[1:] <= 0.0)]
    np.testing.assert_allclose(np.diff(falls), CHUTE.oscillation_period, atol=2e-4)
    peak = np.max(np.abs(breathing[u < 0.5 * CHUTE.oscillation_period]))
    assert peak == pytest.approx(
        CHUTE.oscillation_amplitude * np.exp(-0.25 * CHUTE.oscillation_period / CHUTE.oscillation_decay), rel=0.02
    )


@pytest.mark.parametrize("mach", [0.3, 1.4, 1.8, 2.2])
def test_load_at_first_full_open_of_an_infinite_mass_is_cx_q_s_cd(mach: float) -> None:
    q = 510.0
    cd = np.interp(mach, GIVEN.drag_mach, GIVEN.drag_coefficient)
    load = q * CHUTE.drag_area(TABLE, mach, TI)
    assert load == pytest.approx(CX * q * 364.06 * cd, rel=0.01)  # table of Mach in steps of 0.0625
    times = np.linspace(0.0, 10.0, 5001)
    assert np.max([q * CHUTE.drag_area(TABLE, mach, t) for t in times]) == pytest.approx(load, rel=1e-3)


def test_before_line_stretch_there_is_only_the_pack() -> None:
    assert CHUTE.drag_area(TABLE, 1.8, -0.5) == GIVEN.pack_drag_area
    assert CHUTE.drag_area(TABLE, 1.8, 1e-4) == GIVEN.pack_drag_area  # a canopy smaller than its bag is none


def test_moving_mass_is_canopy_and_the_air_of_knackes_formula() -> None:
    assert CHUTE.moving_mass(0.01, -1.0) == CHUTE.mass
    assert CHUTE.moving_mass(0.01, 5.0) == pytest.approx(CHUTE.mass + CHUTE.apparent_mass_factor * 0.01 * 21.53**3)


@given(vectors, vectors, st.floats(0.5, 1.5))
def test_the_riser_only_pulls_and_only_along_itself(line: Vec3, speed: Vec3, part: float) -> None:
    here = Canopy(Vec3(5.0, 6.0, 7.0), Vec3(0.0, 0.0, 0.0))
    along = line * (1.0 / norm(line))
    there = Canopy(here.position + along * (part * CHUTE.trailing_distance), speed)
    pull, tension, distance = CHUTE.riser(here, there)
    assert distance == pytest.approx(part * CHUTE.trailing_distance)
    stretch = distance - CHUTE.trailing_distance
    spring = CHUTE.riser_stiffness * stretch + CHUTE.riser_damping * dot(speed, along)
    assert tension == pytest.approx(max(spring, 0.0) if stretch > 0.0 else 0.0, rel=1e-6, abs=1e-5)
    np.testing.assert_allclose(pull, along * tension, rtol=1e-9, atol=1e-6)


@given(vectors, vectors)
def test_the_bridle_damps_every_turn_but_the_one_about_the_riser(line: Vec3, rate: Vec3) -> None:
    torque = CHUTE.wrist_torque(line, rate)
    along = line * (1.0 / norm(line))
    assert dot(torque, along) == pytest.approx(0.0, abs=1e-6 * CHUTE.bridle_damping)
    assert dot(torque, rate) <= 1e-6
    np.testing.assert_allclose(CHUTE.wrist_torque(line, along), (0.0, 0.0, 0.0), atol=1e-9 * CHUTE.bridle_damping)


def test_pull_at_the_attachment_turns_the_vehicle_behind_it() -> None:
    """A pull to the right at an attachment behind the centre of mass turns the nose to the left: about -z."""
    torque = CHUTE.torque_at(Vec3(-1.5, 0.0, 0.0), Vec3(-1e4, 1e3, 0.0))
    np.testing.assert_allclose(torque, np.cross(np.array(GIVEN.attachment) - [-1.5, 0.0, 0.0], [-1e4, 1e3, 0.0]))
    assert torque.z < 0.0
