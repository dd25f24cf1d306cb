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
BEAMS = np.array([beam.direction for beam in RADAR.beams()])
SILENT = RadarNoise(0.0, 0.0, 1.0, 1.0)
READY = 10.0  # good turns so far
DOWN, FALL = Vec3(1.0, 0.0, 0.0), Vec3(50.0, 0.0, 0.0)


def look(radar: Radar = RADAR, height: float = 1000.0, down: Vec3 = DOWN, velocity: Vec3 = FALL, on: float = 1.0, hangs: float = 0.0,
         good: float = READY, noise: RadarNoise = SILENT) -> list[tuple[RadarMeasurement, float]]:  # fmt: skip
    """A turn of each beam over level ground, straight down from 1 km unless told otherwise: measurement and good turns."""
    slope = BEAMS @ np.array(down)
    return [
        radar.measure(beam, height / max(s, 0.05), s, velocity, on, hangs, good, noise)
        for beam, s in zip(radar.beams(), slope, strict=True)
    ]


def valid(**how: object) -> list[float]:
    """Which beams are trusted."""
    return [float(heard.valid) for heard, _ in look(**how)]


def heard(**how: object) -> tuple[np.ndarray, np.ndarray]:
    """Slant ranges and Doppler speeds of all beams."""
    turns = [measured for measured, _ in look(**how)]
    return np.array([m.slant_range for m in turns]), np.array([m.doppler for m in turns])


def test_beams_leave_at_their_angles() -> None:
    np.testing.assert_allclose(np.linalg.norm(BEAMS, axis=1), 1.0)
    np.testing.assert_allclose(np.degrees(np.arccos(BEAMS[:, 0])), np.degrees(GIVEN.off_nadir), atol=1e-6)
    np.testing.assert_allclose(
        np.degrees(np.arctan2(BEAMS[1:, 1], BEAMS[1:, 2])) % 360.0, np.degrees(GIVEN.clock)[1:], atol=1e-6
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
    turns = look(
        height=height, down=Vec3(*axes.inv().apply([0.0, 0.0, -1.0])), velocity=Vec3(*axes.inv().apply(velocity))
    )
    for i in range(N):
        ray = axes.apply(BEAMS[i])
        slant = -place[2] / ray[2]
        incidence = np.degrees(np.arccos(np.clip(-ray[2], -1.0, 1.0)))
        if incidence < 64.9 and GIVEN.range_low < slant < GIVEN.range_high:
            later = (
                -(place + 1e-3 * velocity)[2] / ray[2]
            )  # the beam's direction kept, the ground seen a millisecond later
            assert turns[i][0].valid == 1.0
            assert turns[i][0].slant_range == pytest.approx(slant, rel=1e-9)
            assert turns[i][0].doppler == pytest.approx(velocity @ ray, abs=1e-9)
            np.testing.assert_allclose(slant - later, -velocity[2] / -ray[2] * 1e-3, atol=1e-9)
        elif incidence > 65.1:
            assert turns[i][0].valid == 0.0


def test_no_return_beyond_the_limits() -> None:
    assert sum(valid(height=12000.0)) == 0.0  # 10 km of slant range
    assert valid(height=8000.0) == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]  # 50-degree beams are 12.4 km long
    assert valid(height=4.0) == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]  # under 5 m
    assert sum(valid(velocity=Vec3(350.0, 0.0, 0.0))) == 0.0  # 200 m/s along the beam
    assert valid(velocity=Vec3(250.0, 0.0, 0.0)) == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]
    assert sum(valid(down=Vec3(-1.0, 0.0, 0.0))) == 0.0  # looking up
    assert sum(valid(on=0.0)) == 0.0


def test_a_beam_is_trusted_after_so_many_good_turns_in_a_row() -> None:
    good, trusted = 0.0, []
    for turn in range(6):
        noise = SILENT._replace(dropout=0.0) if turn == 1 else SILENT  # the second turn drops out
        measured, good = look(good=good, noise=noise)[0]
        trusted.append(measured.valid)
    assert GIVEN.lock_cycles == 3.0
    assert trusted == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]


def test_the_hanging_lander_blocks_its_beams_and_a_dead_beam_stays_dead() -> None:
    assert valid(hangs=1.0) == [1.0 - b for b in GIVEN.blocked_by_lander]
    dead = dataclasses.replace(RADAR, failed_beam=3.0)
    assert valid(radar=dead) == [1.0, 1.0, 0.0, 1.0, 1.0, 1.0]


def test_an_outlier_is_wild_by_its_size_and_only_then() -> None:
    true, wild = heard(), heard(noise=SILENT._replace(outlier=0.0))
    np.testing.assert_allclose(wild[0], true[0] * (1.0 + GIVEN.outlier_size))
    np.testing.assert_array_equal(wild[1], true[1])
    rare = heard(
        noise=SILENT._replace(outlier=GIVEN.outlier)
    )  # uniform draws below the probability are wild, none else
    np.testing.assert_array_equal(rare[0], true[0])


@pytest.mark.parametrize("height", [2000.0, 20.0])
def test_errors_have_their_stated_size(height: float) -> None:
    """A fraction of range high up, the floor near the ground; a few thousand cycles of all beams."""
    random, (range_true, speed_true) = np.random.default_rng(5), heard(height=height)
    sigma = np.maximum(0.005 * range_true, 0.3)
    errors = []
    for _ in range(4000):
        noise = RadarNoise(random.standard_normal(), random.standard_normal(), 1.0, 1.0)
        slant, speed = heard(height=height, noise=noise)
        errors.append([(slant - range_true) / sigma, (speed - speed_true) / GIVEN.doppler_noise])
    sizes = np.array(errors)
    np.testing.assert_allclose(sizes.std(axis=0), 1.0, rtol=0.04)
    np.testing.assert_allclose(sizes.mean(axis=0), 0.0, atol=0.06)
    assert abs(np.corrcoef(sizes[:, :, 0].T)[0, 1]) < 0.06


def test_dropouts_come_as_often_as_stated() -> None:
    random = np.random.default_rng(6)
    seen = [valid(height=500.0, noise=SILENT._replace(dropout=random.uniform()))[0] for _ in range(20000)]
    assert 1.0 - np.mean(seen) == pytest.approx(GIVEN.dropout, rel=0.15)
