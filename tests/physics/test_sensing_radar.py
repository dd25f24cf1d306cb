"""Radar beams meet the ground where geometry says, and are silent where the data sheet says."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from skycrane import load_mission
from skycrane.core.vector import Vec3
from skycrane.sensing.measurements import RadarMeasurement
from skycrane.sensing.radar import Radar, RadarNoise

GIVEN = load_mission("mars2020").parameters.radar
RADAR = Radar(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
N = RADAR.count()
NONE, SURE = (0.0,) * N, (1.0,) * N
SILENT = RadarNoise(NONE, NONE, SURE, SURE)
READY = (10.0,) * N  # good cycles so far
DOWN, FALL = Vec3(1.0, 0.0, 0.0), Vec3(50.0, 0.0, 0.0)


def look(radar: Radar = RADAR, height: float = 1000.0, down: Vec3 = DOWN, velocity: Vec3 = FALL, on: float = 1.0, hangs: float = 0.0,
         good: tuple[float, ...] = READY, noise: RadarNoise = SILENT) -> tuple[RadarMeasurement, tuple[float, ...]]:  # fmt: skip
    """One cycle, straight down from 1 km unless told otherwise."""
    return radar.measure(height, down, velocity, on, hangs, good, noise)


def test_beams_leave_at_their_angles() -> None:
    beams = np.array([RADAR.beam(i) for i in range(N)])
    np.testing.assert_allclose(np.linalg.norm(beams, axis=1), 1.0)
    np.testing.assert_allclose(np.degrees(np.arccos(beams[:, 0])), np.degrees(GIVEN.off_nadir), atol=1e-6)
    np.testing.assert_allclose(
        np.degrees(np.arctan2(beams[1:, 1], beams[1:, 2])) % 360.0, np.degrees(GIVEN.clock)[1:], atol=1e-6
    )


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(-3.0, 3.0), st.floats(20.0, 3000.0))
def test_range_and_doppler_are_those_of_rays_that_meet_a_plane(
    pitch: float, yaw: float, roll: float, height: float
) -> None:
    """Everything in the site frame, by matrices: the point where each ray pierces z = 0, and its approach by finite difference."""
    axes = Rotation.from_euler("y", np.pi / 2) * Rotation.from_euler(
        "zyx", [yaw, pitch, roll]
    )  # site_from_body, x straight down
    place, velocity = np.array([30.0, -20.0, height]), np.array([8.0, -5.0, -40.0])
    measured, _ = look(
        height=height, down=Vec3(*axes.inv().apply([0.0, 0.0, -1.0])), velocity=Vec3(*axes.inv().apply(velocity))
    )
    for i in range(N):
        ray = axes.apply(np.array(RADAR.beam(i)))
        slant = -place[2] / ray[2]
        incidence = np.degrees(np.arccos(np.clip(-ray[2], -1.0, 1.0)))
        if incidence < 64.9 and GIVEN.range_low < slant < GIVEN.range_high:
            later = (
                -(place + 1e-3 * velocity)[2] / ray[2]
            )  # the beam's direction kept, the ground seen a millisecond later
            assert measured.valid[i] == 1.0
            assert measured.slant_range[i] == pytest.approx(slant, rel=1e-9)
            assert measured.doppler[i] == pytest.approx(velocity @ ray, abs=1e-9)
            np.testing.assert_allclose(slant - later, -velocity[2] / -ray[2] * 1e-3, atol=1e-9)
        elif incidence > 65.1:
            assert measured.valid[i] == 0.0


def test_no_return_beyond_the_limits() -> None:
    assert sum(look(height=12000.0)[0].valid) == 0.0  # 10 km of slant range
    assert look(height=8000.0)[0].valid == (1.0, 1.0, 1.0, 1.0, 0.0, 0.0)  # 50-degree beams are 12.4 km long
    assert look(height=4.0)[0].valid == (0.0, 0.0, 0.0, 0.0, 1.0, 1.0)  # under 5 m
    assert sum(look(velocity=Vec3(350.0, 0.0, 0.0))[0].valid) == 0.0  # 200 m/s along the beam
    assert look(velocity=Vec3(250.0, 0.0, 0.0))[0].valid == (0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
    assert sum(look(down=Vec3(-1.0, 0.0, 0.0))[0].valid) == 0.0  # looking up
    assert sum(look(on=0.0)[0].valid) == 0.0


def test_a_beam_is_trusted_after_so_many_good_cycles_in_a_row() -> None:
    good, trusted = NONE, []
    for cycle in range(6):
        noise = SILENT._replace(dropout=NONE) if cycle == 1 else SILENT  # the second cycle drops out
        measured, good = look(good=good, noise=noise)
        trusted.append(measured.valid[0])
    assert GIVEN.lock_cycles == 3.0
    assert trusted == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]


def test_the_hanging_lander_blocks_its_beams_and_a_dead_beam_stays_dead() -> None:
    assert look(hangs=1.0)[0].valid == tuple(1.0 - b for b in GIVEN.blocked_by_lander)
    dead = dataclasses.replace(RADAR, failed_beam=3.0)
    assert look(dead)[0].valid == (1.0, 1.0, 0.0, 1.0, 1.0, 1.0)


def test_an_outlier_is_wild_by_its_size_and_only_then() -> None:
    wild = look(noise=SILENT._replace(outlier=(0.0, *SURE[1:])))[0]
    true = look()[0]
    assert wild.slant_range[0] == pytest.approx(true.slant_range[0] * (1.0 + GIVEN.outlier_size))
    assert wild.slant_range[1:] == true.slant_range[1:]


def test_errors_have_their_stated_size() -> None:
    random, cases = np.random.default_rng(5), 20000
    draws = random.standard_normal((2 * N, cases))
    sure = tuple(np.ones((N, cases)))
    for height, sigma in ((2000.0, 0.005 * 2000.0), (20.0, 0.3)):  # the fraction of range, and its floor
        noise = RadarNoise(tuple(draws[:N]), tuple(draws[N:]), sure, sure)
        m, _ = look(height=np.full(cases, height), noise=noise)
        assert np.std(m.slant_range[0]) == pytest.approx(sigma, rel=0.03)
        assert np.mean(m.slant_range[0]) == pytest.approx(height, abs=0.03 * sigma)
        assert np.std(m.doppler[3]) == pytest.approx(GIVEN.doppler_noise, rel=0.03)


def test_dropouts_come_as_often_as_stated() -> None:
    random, cases = np.random.default_rng(6), 50000
    noise = SILENT._replace(dropout=tuple(random.uniform(size=(N, cases))))
    m, _ = look(height=np.full(cases, 500.0), noise=noise)
    assert 1.0 - np.mean(m.valid) == pytest.approx(GIVEN.dropout, rel=0.1)
