"""An impulse between a rigid body and a point mass: both momenta are kept, and the two part at the speed that was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skycrane.core.vector import Vec3, cross, dot
from skycrane.flight.rigid_body import blow
from skycrane.vehicle.mass import MassProperties, Symmetric

pytestmark = pytest.mark.physics

numbers = st.floats(-3.0, 3.0)
BODY = MassProperties(2400.0, Vec3(-1.0, 0.02, 0.05), Symmetric(3300.0, 2900.0, 3500.0, 40.0, -25.0, 60.0))


@given(
    place=st.tuples(numbers, numbers, numbers),
    direction=st.tuples(numbers, numbers, numbers),
    other=st.floats(1.0, 500.0),
    speed=st.floats(0.0, 60.0),
)
def test_a_blow_keeps_momentum_and_angular_momentum(
    place: tuple[float, float, float], direction: tuple[float, float, float], other: float, speed: float
) -> None:
    length = float(np.linalg.norm(direction))
    along = Vec3(1.0, 0.0, 0.0) if length < 1e-3 else Vec3(*(x / length for x in direction))
    at = Vec3(*place)
    hit = blow(BODY, BODY.inertia.inverse(), at, along, other, speed)
    arm = at - BODY.centre
    away = along * (-hit.size / other)  # of the point mass
    momentum = hit.velocity * BODY.mass + away * other
    spin = BODY.inertia.apply(hit.rate) + cross(arm, away) * other
    assert np.allclose(momentum, 0.0, atol=1e-9)
    assert np.allclose(spin, 0.0, atol=1e-8)
    parted = dot(along, hit.velocity + cross(hit.rate, arm) - away)
    assert parted == pytest.approx(speed, abs=1e-9)


def test_a_blow_through_the_centre_turns_nothing() -> None:
    """Two point masses: J is the speed over the sum of the inverse masses."""
    hit = blow(BODY, BODY.inertia.inverse(), BODY.centre, Vec3(0.0, 0.0, 1.0), 100.0, 40.0)
    assert hit.rate == pytest.approx(Vec3(0.0, 0.0, 0.0))
    assert hit.size == pytest.approx(40.0 / (1.0 / 2400.0 + 1.0 / 100.0))
