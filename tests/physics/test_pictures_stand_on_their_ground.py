"""The rover of the pictures stands on the ground of the pictures: wheels against the mesh that is rendered, tilt against the record's."""

from pathlib import Path

import numpy as np
import pytest

from skycrane.cameras import camera as eyes
from skycrane.cameras.ground import Survey
from skycrane.cameras.machines import machines
from skycrane.cameras.moment import Landing, Moment
from skycrane.cameras.scene.meshes import _at_rest
from skycrane.cameras.standing import Standing
from skycrane.cameras.take import DRAFT, Quality, Studio
from skycrane.flight import fly_many
from skycrane.mission import Mission, load_mission
from skycrane.record import FlightRecord
from skycrane.surface.chassis import chassis
from skycrane.surface.local_ground import local_ground
from skycrane.surface.settle import settle
from skycrane.surface.touchdown_place import touchdown_place
from skycrane.terrain import Terrain, open_terrain

SEEDS = (None, 9, 35)  # nominal; and of the first forty those whose records leave wheels farthest from the ground
WITHIN = 0.05  # [m]


@pytest.fixture(scope="module")
def mission() -> Mission:
    return load_mission("mars2020")


@pytest.fixture(scope="module")
def terrain(mission: Mission) -> Terrain:
    return open_terrain(mission.parameters.site.terrain, mission.parameters.site)


@pytest.fixture(scope="module")
def landings(mission: Mission) -> dict[int | None, FlightRecord]:
    return dict(zip(SEEDS, fly_many(mission, list(SEEDS)), strict=True))


def rendered_ground(studio: Studio, moment: Moment, camera: str, quality: Quality) -> np.ndarray:
    """Corners (n, 3) of the mesh that a camera's picture shows."""
    own = next(each for each in studio.landing.parameters.cameras if each.id == camera)
    scale = max(1, int(np.ceil(max(own.columns, own.rows) / quality.longest - 0.4)))
    rays = eyes.rays(eyes.lens(own, scale), own.columns // scale, own.rows // scale)
    ground = studio._scenery(eyes.view(own, moment.poses[own.carried_by]), rays, moment, quality).ground
    return np.asarray(ground.vertices)


def clearances(studio: Studio, moment: Moment, mesh: np.ndarray) -> np.ndarray:
    """How far the lowest part of each wheel is above the mesh [m]: left and right (rows), rear, middle and front (columns)."""
    rover = next(each for each in machines(studio.landing, moment) if each.name == "rover")
    wheels = next(part.shape.vertices for part in rover.parts if part.material.name == "anodised wheel")
    places = wheels @ rover.axes.T + rover.origin
    gaps = np.sort(wheels[:, 0])
    row = np.digitize(wheels[:, 0], gaps[1:][np.diff(gaps) > 0.2])
    return np.array([[_lowest(places[(wheels[:, 1] * s > 0.0) & (row == r)], mesh) for r in range(3)] for s in (1, -1)])


def _lowest(wheel: np.ndarray, mesh: np.ndarray) -> float:
    """How far the lower part of a wheel is above the mesh where it is nearest to it [m]."""
    from scipy.interpolate import LinearNDInterpolator

    low = wheel[wheel[:, 2] < wheel[:, 2].min() + 0.12]
    near = mesh[np.hypot(*(mesh[:, :2] - low[:, :2].mean(axis=0)).T) < 0.6]
    return float(np.nanmin(low[:, 2] - LinearNDInterpolator(near[:, :2], near[:, 2])(low[:, :2])))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_wheel_stands_on_the_ground_that_is_rendered(
    seed: int | None, landings: dict[int | None, FlightRecord], mission: Mission, terrain: Terrain
) -> None:
    """Each wheel within 5 cm of the mesh: front and middle wheels before the front hazard camera, middle and rear behind."""
    landing = Landing(landings[seed], mission)
    studio = Studio(landing, terrain)
    moment = studio.standing.of(landing.moment(landing.end))
    front = clearances(studio, moment, rendered_ground(studio, moment, "FHAZ_LEFT_A", DRAFT))[:, 1:]
    rear = clearances(studio, moment, rendered_ground(studio, moment, "RHAZ_LEFT", DRAFT))[:, :2]
    assert np.abs(front).max() < WITHIN, front.round(3)
    assert np.abs(rear).max() < WITHIN, rear.round(3)


def between_decks(a: np.ndarray, b: np.ndarray) -> float:
    """Angle between the downward axes of two attitudes [deg]."""
    return float(np.degrees(np.arccos(np.clip(a[:, 2] @ b[:, 2], -1.0, 1.0))))


@pytest.mark.parametrize("seed", SEEDS)
def test_pictures_and_site_agree_on_how_the_rover_stands(
    seed: int | None, landings: dict[int | None, FlightRecord], mission: Mission, terrain: Terrain
) -> None:
    """Rocks apart: the deck of the pictures against that of the rover that rigid bodies and soil let down (`skycrane site`), within 1.5
    degrees."""
    record, p = landings[seed], mission.parameters
    landing = Landing(record, mission)
    shown = Standing(landing, Survey(terrain, p.site.areoid_radius + p.site.elevation)).of(landing.moment(landing.end))
    assert p.rover is not None
    place = touchdown_place(record, p, Path("run"))
    ground = local_ground(terrain, place.east, place.north, rocks=False)
    rest = settle(chassis(p.vehicle, p.rover), ground, place.heading, place.gravity)
    assert rest.at_rest
    assert between_decks(shown.poses["rover"].axes, rest.axes) < 1.5


def test_the_record_stands_nearly_as_the_pictures_do(mission: Mission, terrain: Terrain) -> None:
    """The record's rover knows a plane through ground sampled every half metre. Of forty landings half are within 1.4 degrees of the deck
    of the pictures, nine in ten within 3.6, all within 5.1; a quarter more is allowed."""
    p, apart = mission.parameters, []
    for record in fly_many(mission, list(range(1, 41))):
        landing = Landing(record, mission)
        flown = landing.moment(landing.end)
        shown = Standing(landing, Survey(terrain, p.site.areoid_radius + p.site.elevation)).of(flown)
        apart.append(between_decks(flown.poses["rover"].axes, shown.poses["rover"].axes))
    half, most = np.percentile(apart, [50, 90])
    assert half < 1.75, sorted(apart)
    assert most < 4.5, sorted(apart)
    assert max(apart) < 6.4, sorted(apart)


def test_the_slope_of_a_site_is_in_its_pictures(mission: Mission, terrain: Terrain) -> None:
    """A ramp of 5 in 100, some 40 m high at the landing: the ground of the pictures is where the record's wheels are."""
    changed = mission.with_changes({"site.slope_east": 0.05})
    record = fly_many(changed, [None])[0]
    landing = Landing(record, changed)
    assert abs(landing.moment(landing.end).poses["rover"].origin[0]) > 300.0
    assert abs(Studio(landing, terrain).standing.rise) < 0.2


@pytest.mark.heavy
def test_a_multibody_rover_stands_as_its_bodies_left_it(mission: Mission, terrain: Terrain) -> None:
    """Pose and rockers of the record, nothing changed: each wheel that stands on soil within 5 cm of the ground without rocks."""
    from skycrane.surface.manoeuvre import fly

    changed = mission.with_changes({"touchdown.model": "multibody"})
    record = fly(changed)
    landing = Landing(record, changed)
    studio = Studio(landing, terrain)
    moment = studio.standing.of(landing.moment(landing.end))
    assert studio.standing.stand is None
    np.testing.assert_array_equal(moment.poses["rover"].axes, landing.moment(landing.end).poses["rover"].axes)
    angles = record.channels["suspension_angle"].dropna("time", how="all").values[-1]
    np.testing.assert_allclose(np.degrees(moment.suspension.angles), angles, atol=1e-9)
    front = clearances(studio, moment, rendered_ground(studio, moment, "FHAZ_LEFT_A", DRAFT))[:, 1:]
    rear = clearances(studio, moment, rendered_ground(studio, moment, "RHAZ_LEFT", DRAFT))[:, :1]
    found = np.concatenate([rear, front], axis=1).ravel()
    p = changed.parameters
    assert p.rover is not None
    place = touchdown_place(record, p, Path("run"))
    with_rocks = local_ground(terrain, place.east, place.north)
    rest = settle(chassis(p.vehicle, p.rover), with_rocks, place.heading, place.gravity, stance=place.stance)
    on_rock = rest.on_rock.reshape(2, 3)[:, ::-1].ravel()
    assert (on_rock < 0.5).sum() >= 3
    assert np.abs(found[on_rock < 0.5]).max() < WITHIN, (found.round(3), on_rock.round(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rover_of_the_page_stands_on_the_ground_of_the_page(
    landings: dict[int | None, FlightRecord], mission: Mission, terrain: Terrain, seed: int | None
) -> None:
    """The page has one mesh with wheels down, put where the record's last sample is, over ground of 11 cm lowered by the rise."""
    landing = Landing(landings[seed], mission)
    studio = Studio(landing, terrain)
    shapes = [p.shape.vertices for p in _at_rest(landing, studio.standing) if p.material.name == "anodised wheel"]
    wheels = np.concatenate(shapes)
    places = landing.moment(landing.end).poses["rover"].point(wheels)
    up, _ = studio.survey.at(places[:, 0], places[:, 1], np.full(len(places), 0.11))
    clear = places[:, 2] - (up - studio.standing.rise)
    hub = np.argmin(np.linalg.norm(wheels[:, None, :2] - studio.standing.feet[None, :, :2], axis=2), axis=1)
    assert all(abs(clear[hub == number].min()) < WITHIN for number in range(6))
