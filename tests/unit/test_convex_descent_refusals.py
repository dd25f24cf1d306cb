"""What cannot be flown or meant is told in one sentence, with the figure and what is allowed."""

import math
from typing import Any

import pytest

from skycrane.core.errors import InputError
from skycrane.core.vector import Vec3
from skycrane.gnc.guidance.convex_descent import solve_descent
from skycrane.gnc.guidance.descent_problem import DescentInfeasible, DescentProblem


def descent(**changes: Any) -> DescentProblem:
    """A short descent that can be flown."""
    given: dict[str, Any] = {
        "position": Vec3(200.0, 0.0, 800.0), "velocity": Vec3(0.0, 0.0, -50.0), "mass": 2000.0, "dry_mass": 1500.0,
        "minimum_thrust": 4e3, "maximum_thrust": 16e3, "exhaust_velocity": 2000.0, "gravity": Vec3(0.0, 0.0, -3.7),
        "ground_height": 0.0,
    }  # fmt: skip
    return DescentProblem(**{**given, **changes})


def test_the_descent_that_the_others_are_changed_from_can_be_flown() -> None:
    profile = solve_descent(descent(), intervals=30)
    assert 0.0 < profile.fuel < 500.0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"velocity": Vec3(0.0, 0.0, -200.0)}, "no descent"),  # cannot stop before the ground
        ({"maximum_thrust": 6e3}, "thrust between 4000 and 6000 N"),  # lighter than its weight
        ({"dry_mass": 1950.0}, "off by"),  # not enough propellant
        ({"position": Vec3(20e3, 0.0, 800.0)}, "off by"),  # too far away
        ({"flight_time": 12.0, "position": Vec3(900.0, 0.0, 800.0)}, "in 12.0 s"),  # too short
        ({"position": Vec3(200.0, 0.0, -3.0)}, "3.0 m below"),
        ({"position": Vec3(900.0, 0.0, 10.0), "glide_slope": math.radians(4.0)}, "below the glide slope of 4 deg"),
    ],
)
def test_what_cannot_be_flown_is_one_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(DescentInfeasible, match=words) as refused:
        solve_descent(descent(**changes), intervals=30)
    assert "\n" not in str(refused.value)
    assert refused.value.solves <= 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mass": math.nan}, "mass .* finite"),
        ({"velocity": Vec3(0.0, math.inf, 0.0)}, "velocity .* finite"),
        ({"dry_mass": 2500.0}, "dry_mass .* the mass of 2000 kg"),
        ({"minimum_thrust": 2e4}, "minimum_thrust .* the maximum of 16000 N"),
        ({"tilt_limit": 0.0}, "tilt_limit .* above zero"),
        ({"turn_time": 2.0}, "give that too"),
        ({"gravity": Vec3(0.0, 0.0, 0.0), "minimum_thrust": 0.0}, "give flight_time"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        descent(**changes)


def test_no_more_programs_are_solved_than_allowed() -> None:
    assert solve_descent(descent(), intervals=30, most_solves=3, gain=0.0).solves == 3


def test_same_problem_same_bits() -> None:
    first, second = (solve_descent(descent(), intervals=30) for _ in range(2))
    assert first.position.tobytes() == second.position.tobytes()
    assert first.thrust_acceleration.tobytes() == second.thrust_acceleration.tobytes()
