"""The powered approach of a mission: where it ends, what it keeps free for attitude control, and the marked fallback."""

import math
from typing import Any

import numpy as np
import pytest

import skycrane as sc
from skycrane.core.vector import Vec3
from skycrane.gnc.guidance.convex_descent import THROTTLE_MARGIN, TILT_MARGIN, convex_approach, thrust_range

GRAVITY = Vec3(0.0, 0.0, -3.72)
STARTS = [
    (400.0, 300.0, 2150.0, 5.0, -8.0, -80.0),
    (-850.0, -60.0, 1950.0, -13.0, 9.0, -81.0),
    (0.0, 0.0, 2250.0, -10.0, -11.0, -77.0),
]
MASS, DRY_MASS = 2750.0, 2350.0


@pytest.fixture(scope="module")
def parameters() -> Any:
    return sc.load_mission("mars2020").parameters


def approach(parameters: Any, start: tuple[float, ...], **changes: Any) -> Any:
    return convex_approach(
        Vec3(*start[:3]),
        Vec3(*start[3:]),
        MASS,
        DRY_MASS,
        parameters.vehicle.engines,
        parameters.powered_descent,
        GRAVITY,
        **changes,
    )


@pytest.mark.parametrize("start", STARTS)
def test_approach_starts_where_it_is_and_ends_over_the_target_as_the_mission_says(
    parameters: Any, start: tuple[float, ...]
) -> None:
    law = parameters.powered_descent
    table, solves, message = approach(parameters, start)
    assert solves <= 8
    assert "least-fuel approach" in message
    np.testing.assert_allclose([c[0] for c in (*table.position, *table.velocity)], start, atol=1e-3)
    np.testing.assert_allclose([c[-1] for c in table.position], (0.0, 0.0, law.approach_end_height), atol=0.01)
    np.testing.assert_allclose([c[-1] for c in table.velocity], (0.0, 0.0, -law.constant_velocity), atol=0.001)
    assert table.position.z.min() > law.approach_end_height - 0.01


@pytest.mark.parametrize("start", STARTS)
def test_approach_leaves_attitude_control_its_share(parameters: Any, start: tuple[float, ...]) -> None:
    """Thrust stays off both ends of the throttle, tilt below its limit, and both ends are upright."""
    table, _, message = approach(parameters, start)
    full = thrust_range(parameters.vehicle.engines)
    push = np.stack(table.acceleration, axis=1) - np.asarray(GRAVITY)
    size = np.linalg.norm(push, axis=1)
    fuel = float(message.split(" with ")[1].split(" kg")[0])
    kept = THROTTLE_MARGIN * (full.maximum - full.minimum)
    assert MASS * size.max() > full.minimum + kept  # it does use its engines
    assert np.all((MASS - fuel) * size <= full.maximum - kept + 1.0)
    assert np.all(MASS * size >= full.minimum + kept - 1.0)
    tilt = np.arccos(np.clip(push[:, 2] / size, -1.0, 1.0))
    assert tilt.max() <= (1.0 - TILT_MARGIN) * parameters.powered_descent.tilt_limit + 1e-6
    assert max(tilt[0], tilt[-1]) < 1e-6


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ((400.0, 300.0, 600.0, 0.0, 0.0, -90.0), "no descent"),  # too low to slow down
        ((400.0, 300.0, 100.0, 0.0, 0.0, -40.0), "must keep"),  # below the end of the approach
        ((400.0, math.nan, 2000.0, 0.0, 0.0, -80.0), "finite"),  # navigation gave nothing
    ],
)
def test_what_cannot_be_flown_is_a_marked_fallback(parameters: Any, start: tuple[float, ...], words: str) -> None:
    table, solves, message = approach(parameters, start)
    assert table is None
    assert solves <= 8
    assert words in message


def test_table_has_the_shape_asked_for(parameters: Any) -> None:
    table, _, _ = approach(parameters, STARTS[0], knots=33)
    assert {c.shape for c in (*table.position, *table.velocity, *table.acceleration)} == {(33,)}
    assert table.start.shape == table.duration.shape == ()
