"""The rover on its wheels: closed forms of tilt, load, sinkage and friction, and how little the step matters."""

from dataclasses import replace

import numpy as np
import pytest
from rover_on_ground import GRAVITY, hardly_giving, preset_rover, rough_ground

from skycrane.core.errors import InputError
from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import LocalGround, inclined_plane
from skycrane.surface.settle import settle
from skycrane.surface.touchdown_place import Stance


@pytest.fixture(scope="module")
def rover() -> Chassis:
    return preset_rover()


@pytest.fixture(scope="module")
def on_hard_ground(rover: Chassis) -> Chassis:
    return hardly_giving(rover)


@pytest.mark.parametrize(("to_east", "to_north", "heading"), [(0.0, 0.0, 0.7), (0.12, 0.0, 0.0), (0.08, -0.15, 2.1)])
def test_on_a_hard_plane_the_rover_is_tilted_as_the_plane(
    on_hard_ground: Chassis, to_east: float, to_north: float, heading: float
) -> None:
    rest = settle(on_hard_ground, inclined_plane(to_east, to_north), heading, GRAVITY, 0.002)
    assert rest.at_rest
    assert np.degrees(rest.tilt) == pytest.approx(np.degrees(np.arctan(np.hypot(to_east, to_north))), abs=0.03)
    rise = to_east * np.sin(rest.heading) + to_north * np.cos(rest.heading)  # along the nose
    assert np.degrees(rest.pitch) == pytest.approx(np.degrees(np.arctan(rise)), abs=0.05)


def test_wheel_loads_sum_to_the_weight_and_balance_about_the_centre_of_mass(rover: Chassis) -> None:
    weight = rover.mass * GRAVITY
    for ground in (inclined_plane(0.0, 0.0), inclined_plane(0.1, 0.05), rough_ground()):
        rest = settle(rover, ground, 1.0, GRAVITY)
        assert rest.load.sum() + rest.belly_load == pytest.approx(weight, rel=1e-3)


def test_on_level_ground_front_wheels_and_bogies_share_the_load_as_a_lever(rover: Chassis) -> None:
    """Moments about the bogie pivot: F = W (x_cm - x_bogie) / 2 (x_front - x_bogie) a side; a bogie halves what is left."""
    rest = settle(rover, inclined_plane(0.0, 0.0), 0.0, GRAVITY)
    weight, front = rover.mass * GRAVITY, rover.hubs[0, 0]
    bogie = 0.5 * (rover.hubs[1, 0] + rover.hubs[2, 0])
    share = weight * (rover.centre[0] - bogie) / (2.0 * (front - bogie))
    behind = 0.25 * (weight - 2.0 * share)
    assert rest.load == pytest.approx([share, behind, behind] * 2, rel=0.01)


def test_a_wheel_that_is_let_down_sinks_as_deep_as_the_plate_law_says(rover: Chassis) -> None:
    """Pressure K z under a cylinder, to second order in z: W = 4/3 b K sqrt(D) z^1.5."""
    rest = settle(rover, inclined_plane(0.0, 0.0), 0.0, GRAVITY)
    r, soil = rover.rover, rover.rover.soil
    k = soil.bearing_pressure / soil.bearing_depth
    depth = (0.75 * rest.load / (r.wheel_width * k * np.sqrt(r.wheel_diameter))) ** (2.0 / 3.0)
    assert rest.sink == pytest.approx(depth, rel=0.05)


def test_braked_wheels_hold_up_to_the_angle_of_friction(rover: Chassis) -> None:
    friction = rover.rover.soil.friction
    holds = settle(rover, inclined_plane(0.85 * friction, 0.0), 0.5 * np.pi, GRAVITY)
    slides = settle(rover, inclined_plane(1.15 * friction, 0.0), 0.5 * np.pi, GRAVITY)
    assert holds.at_rest
    assert np.hypot(*holds.origin[:2]) < 0.2
    assert not slides.at_rest
    assert np.hypot(*slides.origin[:2]) > 1.5


def test_the_pose_at_rest_does_not_depend_on_the_step(rover: Chassis) -> None:
    """On waves and rocks, to 0.1 degree, over a factor of four."""
    poses = [settle(rover, rough_ground(), 0.4, GRAVITY, step) for step in (0.001, 0.004)]
    assert all(each.at_rest for each in poses)
    for each in poses[1:]:
        assert np.degrees([each.roll, each.pitch, each.heading]) == pytest.approx(
            np.degrees([poses[0].roll, poses[0].pitch, poses[0].heading]), abs=0.1
        )


def test_a_rock_bears_the_wheel_that_stands_on_it(rover: Chassis) -> None:
    """A rock as wide as a wheel under the left front wheel: that wheel does not sink, the rocker turns, the deck tilts by a part only."""
    hub = rover.hubs[0]
    rock = np.array([[-hub[1], hub[0], 1.2, 0.25]])  # nose to the north: left is west
    plane = inclined_plane(0.0, 0.0)
    rest = settle(rover, LocalGround(plane.heights, rock, 0.0), 0.0, GRAVITY)
    assert rest.on_rock[0] == pytest.approx(1.0, abs=1e-3)
    assert rest.sink[0] == 0.0
    assert rest.hubs[0, 2] - rest.hubs[3, 2] == pytest.approx(0.25, abs=0.04)
    rigid = np.degrees(np.arctan2(0.25, np.ptp(rover.hubs[:, 0])))
    assert 0.2 * rigid < np.degrees(rest.pitch) < 0.7 * rigid


def test_a_soil_too_stiff_for_the_step_is_refused_by_name(rover: Chassis) -> None:
    rigid = replace(rover.rover, soil=replace(rover.rover.soil, bearing_pressure=1e9))
    with pytest.raises(InputError, match=r"rover\.soil\.bearing_pressure_Pa"):
        settle(replace(rover, rover=rigid), inclined_plane(0.1, 0.0), 0.0, GRAVITY)


def test_a_rover_that_a_record_leaves_at_rest_stays_so_and_only_its_depth_is_looked_for(rover: Chassis) -> None:
    """What it was left with is kept to the bit; where that was a rest, wheels stand as deep as they did."""
    rest = settle(rover, rough_ground(), 0.4, GRAVITY)
    stance = Stance(rest.axes, rest.suspension, rest.load, rest.belly_load, 3.5)
    found = settle(rover, rough_ground(), 0.4, GRAVITY, stance=stance)
    assert np.array_equal(found.axes, rest.axes)
    assert np.array_equal(found.load, rest.load)
    assert (found.at_rest, found.seconds) == (True, 3.5)
    assert found.sink == pytest.approx(rest.sink, abs=0.006)
