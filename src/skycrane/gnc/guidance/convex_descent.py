"""Powered approach with the least fuel: the alternative to the polynomial, solved once on the host where the engines take over.

Before: free fall and warm-up of the engines. After: constant velocity straight down. The compiled tracking law flies the table that
comes out of here as it flies the polynomial: position, velocity and acceleration at a time.

The conic program is in descent_program.py; here the flight time is searched, by the slope of the cost that the program's multipliers give
for free, and the mission's approach is put as a problem.
"""

import math
from typing import NamedTuple

import numpy as np

from skycrane.core.errors import InputError
from skycrane.core.vector import Vec3
from skycrane.gnc.guidance.descent_problem import DescentInfeasible, DescentProblem
from skycrane.gnc.guidance.descent_profile import DescentProfile, DescentTable
from skycrane.gnc.guidance.descent_program import MISS, Answer, Units, in_own_units, minimise
from skycrane.mission.parameters.mind import PoweredDescentParameters
from skycrane.mission.parameters.vehicle import EngineParameters

SOURCES = ("acikmese2007",)

#: Share of the throttle range kept free at each end, so that differential throttle can still turn the vehicle when guidance asks for
#: the least or the most thrust. Assumed: a choice of this law, not of a mission.
THROTTLE_MARGIN = 0.1

#: Share of the tilt limit kept free, so that feedback has something to steer with while the profile leans to its limit. Assumed.
TILT_MARGIN = 0.1

#: The approach starts and ends upright and leans no faster than an attitude loop of bandwidth b turns: full tilt after TURN_TIME / b.
#: Assumed: two time constants to get there and two to settle.
TURN_TIME = 4.0

#: The approach is good enough when flying for another time could save no more than this share of the mass; feedback costs more.
APPROACH_GAIN = 1e-4

_FIRST_GUESS = 0.85  # of the flight time with the least energy: with bounded thrust the least fuel takes less time
_GUESSES = 200  # flight times looked at by the least-energy estimate that starts the search


def solve_descent(
    problem: DescentProblem, intervals: int = 75, most_solves: int = 20, gain: float = 2e-5
) -> DescentProfile:
    """The descent with the least fuel, by at most so many conic programs (one where the flight time is given).

    The flight time is accepted when the tangents of the cost at both ends of its bracket leave no more than `gain` of the mass to save.
    Same problem, same bits: one thread, no clock. Raises DescentInfeasible with a sentence.
    """
    _refuse_the_hopeless(problem)
    p, units = in_own_units(problem)
    if p.flight_time is not None:
        tried = [(p.flight_time, minimise(p, p.flight_time, intervals))]
    else:
        tried = _search(p, intervals, most_solves, gain)
    answers = [a for _, a in tried if a is not None]
    reached = [a for a in answers if a.miss < MISS and a.accurate]
    if not reached:
        times = [t * units.time for t, _ in tried]
        raise DescentInfeasible(_what_is_missing(problem, times, answers, units), len(tried))
    return _profile(problem, min(reached, key=lambda a: a.cost), units, len(tried))


def _refuse_the_hopeless(p: DescentProblem) -> None:
    """Starts and ends that break a limit by themselves."""
    for name, r in (("starts", p.position), ("ends", p.final_position)):
        if p.ground_height is not None and r.z < p.ground_height:
            below = p.ground_height - r.z
            raise DescentInfeasible(
                f"the descent {name} {below:.1f} m below the height of {p.ground_height:g} m that it must keep"
            )
    if p.glide_slope is not None:
        gap = p.position - p.final_position
        slope = math.atan2(gap.z, math.hypot(gap.x, gap.y))
        if slope < p.glide_slope:
            a, b = math.degrees(slope), math.degrees(p.glide_slope)
            raise DescentInfeasible(f"the descent starts {a:.2f} deg above its end, below the glide slope of {b:g} deg")


def _what_is_missing(p: DescentProblem, times: list[float], answers: "list[Answer]", units: "Units") -> str:
    limits = f"thrust between {p.minimum_thrust:.0f} and {p.maximum_thrust:.0f} N"
    span = f"{times[0]:.1f} s"
    if len(times) > 1:
        span = f"{len(times)} flight times of {min(times):.1f} to {max(times):.1f} s"
    if not answers:
        return f"no descent keeps the limits ({limits}, path, mass above {p.dry_mass:.0f} kg) in {span}"
    best = min(answers, key=lambda a: a.miss)
    off, fast = best.miss_position * units.length, best.miss_velocity * units.velocity
    missed = f"by {max(off, 0.0):.1f} m and {max(fast, 0.0):.1f} m/s after {best.duration * units.time:.1f} s"
    return f"no descent with {limits} reaches its end in {span}: the best one is off {missed}"


def _search(p: DescentProblem, intervals: int, most_solves: int, gain: float) -> "list[tuple[float, Answer | None]]":
    """Flight times tried and their answers: a bracket of the best one, narrowed by the cost and its slope at both ends."""
    low, high = 0.0, _longest_time(p)
    shorter: Answer | None = None
    longer: Answer | None = None
    tried: list[tuple[float, Answer | None]] = []
    time = _FIRST_GUESS * _least_energy_time(p, high)
    for _ in range(most_solves):
        answer = minimise(p, time, intervals)
        tried.append((time, answer))
        if _is_too_long(p, answer):
            high, longer = time, answer
        else:
            low, shorter = time, answer
        if high - low < 1e-4 * high or _left_to_gain(shorter, longer) < gain:
            break
        time = _next_time(low, high, shorter, longer)
    return tried


def _is_too_long(p: DescentProblem, a: "Answer | None") -> bool:
    """Which side of the best flight time this one is on.

    A path that keeps the limits can be cut short and still keeps them, so a time without any answer is too long. A miss with propellant
    left is for want of time. Otherwise the slope tells.
    """
    if a is None:
        return True
    if a.miss > MISS and a.z[-1] > math.log(p.dry_mass) + MISS:
        return False
    return a.slope > 0.0


def _left_to_gain(a: "Answer | None", b: "Answer | None") -> float:
    """How far the cost can lie below the better of two answers, were it convex: where their tangents meet."""
    if a is None or b is None or min(a.miss, b.miss) > MISS or a.slope >= 0.0:
        return math.inf
    return min(a.cost, b.cost) - (a.cost + a.slope * (_tangents_meet(a, b) - a.duration))


def _tangents_meet(a: "Answer", b: "Answer") -> float:
    return (b.cost - a.cost + a.slope * a.duration - b.slope * b.duration) / (a.slope - b.slope)


def _next_time(low: float, high: float, a: "Answer | None", b: "Answer | None") -> float:
    """Where the cubic through both ends is least; where their tangents meet when one is much steeper, as at the edge of what can
    be reached; towards the open side, or the middle, while an end has no slope to go by."""
    if a is None:
        return max(0.9 * high, 0.5 * (low + high))
    if b is None:
        return min((1.1 if a.miss < MISS else 1.3) * low, 0.5 * (low + high))
    if a.slope >= 0.0 or b.slope <= 0.0:
        return 0.5 * (low + high)
    if 0.1 < -a.slope / b.slope < 10.0:
        m = a.slope + b.slope - 3.0 * (b.cost - a.cost) / (high - low)
        root = math.sqrt(m * m - a.slope * b.slope)
        time = high - (high - low) * (b.slope + root - m) / (b.slope - a.slope + 2.0 * root)
    else:
        time = _tangents_meet(a, b)
    return min(max(time, 0.95 * low + 0.05 * high), 0.05 * low + 0.95 * high)


def _longest_time(p: DescentProblem) -> float:
    """No flight is longer: least thrust would empty the tanks, or holding up against gravity would."""
    push = p.exhaust_velocity * math.log(p.mass / p.dry_mass)
    gravity, change = (float(np.linalg.norm(v)) for v in (p.gravity, np.subtract(p.final_velocity, p.velocity)))
    by_gravity = (push + change) / gravity if gravity > 0.0 else math.inf
    by_throttle = (p.mass - p.dry_mass) * p.exhaust_velocity / p.minimum_thrust if p.minimum_thrust > 0.0 else math.inf
    return min(by_gravity, by_throttle)


def _least_energy_time(p: DescentProblem, longest: float) -> float:
    """Flight time with the least integral of |u|^2 when nothing limits u: 12 a^2/t^3 - 12 a b/t^2 + 4 b^2/t, from which to start."""
    t = np.linspace(0.0, longest, _GUESSES + 2)[1:-1, None]
    r, v, g = np.subtract(p.final_position, p.position), np.asarray(p.velocity), np.asarray(p.gravity)
    a = r - v * t - 0.5 * g * t * t
    b = np.subtract(p.final_velocity, v) - g * t
    energy = ((12.0 * a * a / t - 12.0 * a * b) / t + 4.0 * b * b) / t
    return float(t[np.argmin(energy.sum(axis=1)), 0])


def _profile(p: DescentProblem, a: Answer, units: Units, solves: int) -> DescentProfile:
    """The answer in SI."""
    push = units.velocity / units.time
    return DescentProfile(
        times=np.linspace(0.0, a.duration * units.time, len(a.z)),
        position=a.r * units.length,
        velocity=a.v * units.velocity,
        thrust_acceleration=a.u * push,
        mass=p.mass * np.exp(a.z),
        gravity=p.gravity,
        thrust_slack=float(np.max(a.s - np.linalg.norm(a.u, axis=1))) * push,
        solves=solves,
    )


class ThrustRange(NamedTuple):
    """What a set of engines gives along the vehicle's axis: least and greatest thrust [N], thrust over mass flow [m/s]."""

    minimum: float
    maximum: float
    exhaust_velocity: float


def thrust_range(engines: EngineParameters, margin: float = 0.0) -> ThrustRange:
    """All engines together, each with the cosine of its cant; sideways parts are taken to cancel.

    `margin` is the share of the range kept free at each end. The exhaust velocity is that of the middle of the throttle range.
    """
    pushes = np.stack([engines.push_x, engines.push_y, engines.push_z])
    cosines = -pushes[0] / np.linalg.norm(pushes, axis=0)
    low, high = engines.minimum_thrust * float(cosines.sum()), engines.maximum_thrust * float(cosines.sum())
    kept = margin * (high - low)
    speed = 0.5 * (engines.exhaust_velocity + engines.exhaust_velocity_low) * float(cosines.mean())
    return ThrustRange(low + kept, high - kept, speed)


def convex_approach(
    position: Vec3,
    velocity: Vec3,
    mass: float,
    dry_mass: float,
    engines: EngineParameters,
    law: PoweredDescentParameters,
    gravity: Vec3,
    knots: int = 76,
    most_solves: int = 8,
) -> tuple[DescentTable | None, int, str]:
    """The powered approach as a table, the number of conic programs solved, and a sentence for the event.

    Navigated position (up is height over terrain) and velocity are relative to the target, site frame; so is the table. The approach
    ends upright at `law.approach_end_height` above the target, sinking at `law.constant_velocity`, without horizontal speed, and never
    goes below that height. Thrust keeps THROTTLE_MARGIN of the engines' range free at both ends for attitude control.
    The table is None when there is no such approach: the sentence says why, and the polynomial law flies instead.
    """
    try:
        thrust = thrust_range(engines, THROTTLE_MARGIN)
        problem = DescentProblem(
            position=Vec3(*(float(x) for x in position)),
            velocity=Vec3(*(float(x) for x in velocity)),
            mass=float(mass),
            dry_mass=float(dry_mass),
            minimum_thrust=thrust.minimum,
            maximum_thrust=thrust.maximum,
            exhaust_velocity=thrust.exhaust_velocity,
            gravity=Vec3(*(float(x) for x in gravity)),
            final_position=Vec3(0.0, 0.0, float(law.approach_end_height)),
            final_velocity=Vec3(0.0, 0.0, -float(law.constant_velocity)),
            tilt_limit=(1.0 - TILT_MARGIN) * float(law.tilt_limit),
            ground_height=float(law.approach_end_height),
            turn_time=TURN_TIME / float(law.attitude_bandwidth),
        )
        profile = solve_descent(problem, knots - 1, most_solves, APPROACH_GAIN)
    except DescentInfeasible as reason:
        return None, reason.solves, str(reason)
    except InputError as reason:
        return None, 0, str(reason)
    message = f"least-fuel approach of {profile.flight_time:.1f} s with {profile.fuel:.1f} kg, {profile.solves} solves"
    return profile.to_table(knots), profile.solves, message
