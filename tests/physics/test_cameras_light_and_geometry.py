"""Where things are in a picture and where their shadows fall, against closed forms; light that is not made from nothing."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hanging_rover import SEPARATION, TOUCHDOWN, LevelGround, hanging_rover
from scipy.ndimage import median_filter

from skycrane.cameras import camera as eyes
from skycrane.cameras.ground import Survey, looking_down, to_the_horizon
from skycrane.cameras.machines import Machine
from skycrane.cameras.models.material import WHITE_PAINT, Part
from skycrane.cameras.models.solids import ball
from skycrane.cameras.moment import Landing
from skycrane.cameras.sky import Sky
from skycrane.cameras.take import DRAFT, Studio
from skycrane.mission import load_mission
from skycrane.mission.parameters.cameras import CameraParameters

CAMERAS = {each.id: each for each in load_mission("mars2020").parameters.cameras}
DOWN = np.array([[1.0, 0, 0], [0, -1.0, 0], [0, 0, -1.0]])  # right east, down south: north on top


def sky_at(azimuth: float, elevation: float, depth: float = 0.4) -> Sky:
    a, e = np.radians(azimuth), np.radians(elevation)
    return Sky(np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)]), depth, np.full(3, 0.2))


def seen(
    camera: CameraParameters,
    axes: np.ndarray,
    eye: np.ndarray,
    things: list[Machine],
    sky: Sky,
    ground: Any,
    samples: int = 16,
) -> Any:
    pytest.importorskip("mitsuba")
    from skycrane.cameras.render.expose import Effort, expose
    from skycrane.cameras.render.stage import stage

    set_ = stage(ground, None, things, sky, eye, 0.0)
    rays = eyes.rays(eyes.lens(camera), camera.columns, camera.rows)
    return set_, expose(set_.scene, np.zeros(3), axes, rays, Effort(samples, 4, 2, 1.0))


def test_a_shadow_lies_on_the_far_side_of_the_sun() -> None:
    """A ball h above level ground throws its shadow h / tan(elevation) away from the Sun."""
    camera = dataclasses.replace(CAMERAS["DDC"], columns=160, rows=160, field_of_view=float(np.radians(60)))
    eye, height, radius = np.array([0.0, 0.0, 9.0]), 2.0, 0.35
    thing = Machine(
        "ball", (Part(ball((0, 0, 0), radius), WHITE_PAINT),), np.eye(3), np.array([0.0, 0.0, height]), "ball"
    )
    ground = looking_down(Survey(LevelGround(), 3.39e6), 0.0, 0.0, 8.0, 300.0, 120)
    set_, layers = seen(camera, DOWN, eye, [thing], sky_at(257.0, 39.5, 0.1), ground)
    on_ground = np.round(layers.shape) == set_.ground
    grey = np.where(on_ground, layers.radiance.mean(axis=-1), np.nan)
    dark = median_filter(np.nan_to_num(grey, nan=1.0), 5) < 0.5 * np.nanmedian(grey)
    place = (layers.position[dark] + eye).mean(axis=0)
    away = np.radians(257.0 + 180.0)
    expected = height / np.tan(np.radians(39.5)) * np.array([np.sin(away), np.cos(away)])
    assert np.hypot(*(place[:2] - expected)) < 0.15


@pytest.mark.parametrize("name", ["DDC", "LCAM", "FHAZ_LEFT_A"])
def test_a_ball_is_seen_on_the_pixel_that_the_lens_says(name: str) -> None:
    """Straight and wide lenses alike: the middle of a small ball against the forward camera model."""
    wide = CAMERAS[name]
    camera = dataclasses.replace(
        wide, columns=wide.columns // (wide.columns // 200), rows=wide.rows // (wide.columns // 200)
    )
    model = eyes.lens(camera)
    ground = looking_down(Survey(LevelGround(), 3.39e6), 0.0, 0.0, 30.0, 300.0, 40)
    for direction in ([0.05, -0.1, 1.0], [-0.3, 0.2, 1.0]):
        offset = np.array(direction) * 4.0
        eye = np.array([0.0, 0.0, 20.0])
        thing = Machine("ball", (Part(ball((0, 0, 0), 0.2, 24), WHITE_PAINT),), np.eye(3), eye + DOWN @ offset, "ball")
        set_, layers = seen(camera, DOWN, eye, [thing], sky_at(100.0, 60.0), ground, samples=4)
        rows, columns = np.nonzero(np.abs(layers.shape - set_.bodies.index("ball")) < 0.1)
        expected = model.pixel(offset)
        assert np.hypot(columns.mean() - expected[0], rows.mean() - expected[1]) < 1.0


def test_the_horizon_is_level_and_in_the_middle() -> None:
    """A level camera 2 m over level ground: the horizon dips by sqrt(2 h / R), 0.06 degrees."""
    camera = dataclasses.replace(CAMERAS["DDC"], columns=200, rows=150, field_of_view=float(np.radians(60)))
    azimuth = np.radians(209.0)
    forward = np.array([np.sin(azimuth), np.cos(azimuth), 0.0])
    axes = np.stack([np.cross(forward, [0, 0, 1.0]), [0, 0, -1.0], forward], 1)
    ground = to_the_horizon(Survey(LevelGround(), 3.39e6), 0.0, 0.0, 2.0, 45_000.0, float(azimuth), 0.6, 120, 300)
    _, layers = seen(camera, axes, np.array([0.0, 0.0, 2.0]), [], sky_at(257.0, 39.5), ground, samples=1)
    first = np.argmax(layers.hit, axis=0)
    assert np.all(np.abs(first - 75) <= 1)


@pytest.mark.parametrize("height", [1.0, 50.0, 8000.0])
def test_the_ground_under_a_high_camera_is_as_fine_as_around_it(height: float) -> None:
    """Seen from the camera no ring is wider than 1.2 degrees: there is no plain disc at its foot."""
    ground = to_the_horizon(Survey(LevelGround(), 3.39e6), 0.0, 0.0, height, 60_000.0, 0.0, 3.0, 40, 300)
    radii = np.unique(np.round(np.hypot(*ground.vertices[:, :2].T), 6))
    assert np.degrees(np.diff(np.arctan(radii / height))).max() < 1.2


def test_from_high_up_the_ground_goes_on_to_its_horizon() -> None:
    """From 8 km it ends at sqrt(2 R h) = 233 km, dipped by acos(R / (R + h)) = 3.9 degrees: no line of sight above it is left open."""
    survey = Survey(LevelGround(), 3.39e6)
    axes = np.array([[1.0, 0.0, 0.0], [0.0, -0.5, 0.87], [0.0, -0.87, -0.5]])
    studio = Studio.__new__(Studio)
    studio.survey = survey
    view = eyes.View(np.array([0.0, 0.0, 8000.0]), axes)
    angle = np.linspace(-0.6, 0.6, 41)
    rays = np.stack(np.broadcast_arrays(np.sin(angle)[None, :], np.sin(angle)[:, None], 0.8), -1).reshape(-1, 3)
    ground = studio._ahead(view, rays @ axes.T, 8000.0, DRAFT)
    below = 8000.0 - ground.vertices[:, 2]
    dip = np.degrees(np.arctan(below / np.hypot(*ground.vertices[:, :2].T).clip(1.0)))
    assert dip.min() == pytest.approx(np.degrees(np.arccos(3.39e6 / (3.39e6 + 8000.0))), abs=0.05)


@pytest.mark.parametrize("azimuth", [20.0, 110.0, 257.0])
def test_the_sky_in_a_picture_is_brightest_where_the_sun_is(azimuth: float) -> None:
    """Level cameras all around: what is rendered is the radiance of the sky in that direction, not its mirror image."""
    camera = dataclasses.replace(CAMERAS["DDC"], columns=32, rows=24, field_of_view=float(np.radians(40)))
    sky = sky_at(257.0, 39.5)
    a = np.radians(azimuth)
    forward = np.array([np.sin(a) * np.cos(0.5), np.cos(a) * np.cos(0.5), np.sin(0.5)])
    right = np.array([np.cos(a), -np.sin(a), 0.0])
    axes = np.stack([right, np.cross(forward, right), forward], 1)
    ground = looking_down(Survey(LevelGround(), 3.39e6), 0.0, 0.0, 5.0, 1000.0, 10)
    _, layers = seen(camera, axes, np.array([0.0, 0.0, 2.0]), [], sky, ground, samples=4)
    rays = eyes.rays(eyes.lens(camera), camera.columns, camera.rows) @ axes.T
    expected = sky.radiance(rays, 2.0)[2:-2, 2:-2].mean(axis=-1)
    found = layers.radiance[2:-2, 2:-2].mean(axis=-1)
    np.testing.assert_allclose(found.mean(), expected.mean(), rtol=0.05)
    np.testing.assert_allclose(found.mean(axis=0), expected.mean(axis=0), rtol=0.1)


def test_the_camera_rides_on_its_body() -> None:
    """The rover looks along its heading; the stage's camera looks down and stands where the mission file says."""
    record, mission = hanging_rover(heading=float(np.radians(209.0)))
    moment = Landing(record, mission).moment(TOUCHDOWN - 3.0)
    ahead = np.array([np.sin(np.radians(209.0)), np.cos(np.radians(209.0)), 0.0])
    assert moment.poses["rover"].axes[:, 0] == pytest.approx(ahead, abs=1e-6)
    assert moment.poses["rover"].axes[:, 2] == pytest.approx([0, 0, 1], abs=1e-6)
    wheels = moment.poses["rover"].point(np.array([0.0, 0.0, 0.05]))
    assert wheels[2] == pytest.approx(3.0 * 0.75, abs=1e-3)
    view = eyes.view(CAMERAS["DDC"], moment.poses["descent_stage"])
    assert view.axes[:, 2] @ [0, 0, -1.0] > 0.98
    assert view.axes[:, 1] @ -ahead > 0.98  # the rover's front is on top
    assert np.linalg.det(view.axes) == pytest.approx(1.0)


@pytest.mark.parametrize("after", [0.0, 0.01, 0.049])
def test_the_rover_is_under_its_stage_in_the_moment_of_release(after: float) -> None:
    """Between the last sample of the whole vehicle and the first of the rover alone: `--event rover_separation`."""
    record, mission = hanging_rover()
    poses = Landing(record, mission).moment(SEPARATION + after).poses
    assert poses["rover"].origin == pytest.approx(poses["descent_stage"].origin, abs=0.1)
    assert np.all(np.isfinite(poses["rover"].axes))


def test_the_sky_gives_no_more_light_than_the_sun() -> None:
    """Sun and sky on level ground together stay below the sunlight above the atmosphere; without dust there is no sky."""
    polar, ring = np.meshgrid(
        (np.arange(60) + 0.5) / 60 * np.pi / 2, (np.arange(120) + 0.5) / 60 * np.pi, indexing="ij"
    )
    view = np.stack([np.sin(polar) * np.sin(ring), np.sin(polar) * np.cos(ring), np.cos(polar)], -1)
    weight = np.cos(polar) * np.sin(polar) * (np.pi / 120) * (np.pi / 60)
    for elevation in (15.0, 40.0, 80.0):
        for depth in (0.2, 0.5, 1.5):
            sky = sky_at(257.0, elevation, depth)
            below = (
                float((sky.radiance(view, 0.0).mean(axis=-1) * weight).sum()) + float(sky.sunlight(0.0)[0]) * sky.sun[2]
            )
            assert below < sky.sun[2]
    assert np.all(sky_at(257.0, 40.0, 1e-6).radiance(view, 0.0) < 1e-4)


def test_no_sun_no_light() -> None:
    sky = sky_at(257.0, -20.0)
    assert np.all(sky.sunlight(0.0) == 0)
    assert np.all(sky.radiance(np.array([[0.0, 0.0, 1.0]]), 0.0) < 1e-6)


def test_dusty_sky_is_reddish_and_brightest_near_the_sun() -> None:
    """As every colour picture from the ground of Mars shows by day."""
    sky = sky_at(257.0, 39.5)
    near, far = (sky.radiance(sky_at(a, 35.0).sun[None], 0.0)[0] for a in (257.0, 77.0))
    assert near.mean() > 2 * far.mean()
    assert far[0] > far[1] > far[2]


def test_motion_smears_by_speed_over_distance() -> None:
    """Ground 100 m below a camera that moves at 20 m/s for 5 ms shifts by 0.1 m / 100 m times the focal length."""
    from skycrane.cameras.camera import View
    from skycrane.cameras.moment import Pose
    from skycrane.cameras.motion import is_still, smear

    camera = dataclasses.replace(CAMERAS["DDC"], columns=64, rows=48)
    model = eyes.lens(camera)
    eye = np.array([0.0, 0.0, 100.0])
    carrier = Pose(eye, np.eye(3), np.array([20.0, 0.0, 0.0]), np.zeros(3))
    rays = eyes.rays(model, 64, 48) @ DOWN.T
    points = eye + rays / -rays[..., 2:] * 100.0
    moved = smear(model, View(eye, DOWN), carrier, points, [], np.full((48, 64), -1), 0.005)
    focal = 32 / np.tan(camera.field_of_view / 2)
    assert np.hypot(moved[24, 32, 0], moved[24, 32, 1]) == pytest.approx(0.1 / 100 * focal, rel=1e-3)
    asked = (model, View(eye, DOWN), carrier, points, [], np.full((48, 64), -1))
    assert is_still(*asked, 0.005)
    assert not is_still(*asked, 0.05)


def test_cut_bridles_keep_their_length_and_hang_straight_under_a_stage_at_rest() -> None:
    """A hanging chain under a stage that does not turn is straight once its swing is over; its top is where the stage is."""
    from skycrane.cameras.models.bridles import cut

    still = lambda ago: np.array([0.0, 0.0, -1.0])  # noqa: E731
    late = cut([[0.0, 0.0, 0.0]], 7.0, 3.7, 60.0, still)[0].shape.vertices
    assert late[:, 2].min() == pytest.approx(-7.0, abs=0.02)
    assert np.abs(late[:, :2]).max() < 0.02
    early = cut([[0.0, 0.0, 0.0]], 7.0, 3.7, 0.7, still)[0].shape.vertices
    assert 0.1 < np.abs(early[:, :2]).max() < 0.5


def test_a_turn_of_the_stage_runs_down_a_cut_bridle_at_the_speed_of_its_waves() -> None:
    """Half a wave's way after the stage has turned by 30 degrees, the lower part still hangs down."""
    from skycrane.cameras.models.bridles import cut

    length, gravity, ago = 7.0, 3.7, 1.0
    slanted = np.array([np.sin(np.radians(30.0)), 0.0, -np.cos(np.radians(30.0))])
    below = lambda t: slanted if t < ago else np.array([0.0, 0.0, -1.0])  # noqa: E731
    line = cut([[0.0, 0.0, 0.0]], length, gravity, 60.0, below)[0].shape.vertices
    reached = length * (1.0 - (1.0 - ago / (2.0 * np.sqrt(length / gravity))) ** 2)
    assert line[:, 0].max() == pytest.approx(reached * np.sin(np.radians(30.0)), abs=0.1)
