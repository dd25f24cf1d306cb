"""The table that the compiled tracking law looks up, against the profile it was made from."""

import jax
import numpy as np
import pytest

jax.config.update("jax_enable_x64", True)

from skycrane.core.vector import Vec3  # noqa: E402
from skycrane.gnc.guidance.convex_descent import solve_descent  # noqa: E402
from skycrane.gnc.guidance.descent_problem import DescentProblem  # noqa: E402
from skycrane.gnc.guidance.descent_profile import DescentProfile, DescentTable, on_table  # noqa: E402

GRAVITY = Vec3(0.0, 0.0, -3.7)


@pytest.fixture(scope="module")
def profile() -> DescentProfile:
    problem = DescentProblem(
        position=Vec3(300.0, -150.0, 900.0), velocity=Vec3(-10.0, 5.0, -60.0), mass=2000.0, dry_mass=1500.0,
        minimum_thrust=4e3, maximum_thrust=16e3, exhaust_velocity=2000.0, gravity=GRAVITY, final_velocity=Vec3(0.0, 0.0, -5.0),
        tilt_limit=0.7, turn_time=2.0, ground_height=0.0,
    )  # fmt: skip
    return solve_descent(problem, intervals=40)


def test_table_with_as_many_knots_as_nodes_is_the_profile(profile: DescentProfile) -> None:
    table = profile.to_table(41)
    for name in ("position", "velocity", "acceleration"):
        np.testing.assert_allclose(np.stack(getattr(table, name), axis=1), getattr(profile, name), atol=1e-6)
    assert table.start == 0.0
    assert table.duration == profile.flight_time


@pytest.mark.parametrize("knots", [41, 64])
def test_looking_up_between_nodes_follows_the_profile(profile: DescentProfile, knots: int) -> None:
    """Exact on the nodes' own grid; on another one a switch of thrust falls between knots, which costs centimetres."""
    table, fine = profile.to_table(knots), profile.to_table(2001)
    tolerance = 1e-5 if knots == 41 else 0.05
    for k in range(0, 2001, 7):
        position, velocity, _ = on_table(table, k * profile.flight_time / 2000.0)
        np.testing.assert_allclose(position, [c[k] for c in fine.position], atol=tolerance)
        np.testing.assert_allclose(velocity, [c[k] for c in fine.velocity], atol=10.0 * tolerance)


def test_velocity_is_the_rate_of_position_and_acceleration_that_of_velocity(profile: DescentProfile) -> None:
    table, h = profile.to_table(41), 1e-4
    for t in (0.3, 4.7, 9.9):
        (p0, v0, _), (p1, v1, _), (_, v, a) = on_table(table, t - h), on_table(table, t + h), on_table(table, t)
        np.testing.assert_allclose((p1 - p0) / (2.0 * h), v, atol=1e-5)
        np.testing.assert_allclose((v1 - v0) / (2.0 * h), a, atol=1e-5)


def test_acceleration_holds_gravity_as_the_polynomials_does(profile: DescentProfile) -> None:
    np.testing.assert_allclose(
        profile.acceleration - profile.thrust_acceleration, np.tile(GRAVITY, (41, 1)), atol=1e-12
    )


def test_table_is_held_at_its_ends(profile: DescentProfile) -> None:
    table = profile.to_table(41)
    for outside, inside in ((-3.0, 0.0), (profile.flight_time + 3.0, profile.flight_time)):
        for a, b in zip(on_table(table, outside), on_table(table, inside), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-9)
    np.testing.assert_allclose(on_table(table, profile.flight_time)[1], (0.0, 0.0, -5.0), atol=1e-4)


def test_each_case_of_a_batch_looks_up_its_own_table(profile: DescentProfile) -> None:
    one, blank = profile.to_table(41), DescentTable.blank(41)
    batch = jax.tree_util.tree_map(lambda a, b: np.stack([a, b, a]), one, blank)
    since = np.array([2.5, 0.5, 11.0])
    found = jax.jit(jax.vmap(on_table))(batch, since)
    for case, table in enumerate((one, blank, one)):
        for column, wanted in zip(found, on_table(table, float(since[case])), strict=True):
            np.testing.assert_allclose([float(c[case]) for c in column], wanted, atol=1e-9)
