"""Flight of a point mass: the 3-DoF twin of the rigid body, for fast ensembles and for what falls away from the vehicle.

It flies through the same planet, air, integrator and event location as the rigid body. One case is written here; `jax.vmap` makes
it many, and lanes that have arrived stay as they are while the others go on.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
from jax import lax
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import UniformCubic
from skycrane.core.vector import Vec3, norm, select
from skycrane.flight.dense_output import crossing, hermite
from skycrane.flight.integrator import rk4
from skycrane.mission.parameters.atmosphere import AtmosphereDay
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import CALM, Air, Gusts, air_from_table, wind_vector
from skycrane.planet.planet import Planet
from skycrane.vehicle.point_mass import PointMass

_APART = 1e-3  # half the stretch over which the growth of deceleration is measured [s]

BankLaw = Callable[[Scalar, "PointState"], Scalar]


class Surroundings(NamedTuple):
    """What the vehicle flies through: planet, atmosphere table and day, and the areoid's height above the ellipsoid [m]."""

    planet: Planet
    table: UniformCubic
    day: AtmosphereDay
    areoid_height: Scalar = 0.0


class PointState(NamedTuple):
    """Position [m] and planet-relative velocity [m/s], planet-fixed."""

    position: Vec3
    velocity: Vec3


class PointMassFlight(NamedTuple):
    """Where a flight ended and how hard it was: times [s] from its start, deceleration [m/s^2] by drag and lift together."""

    reached: Scalar
    time: Scalar
    state: PointState
    peak_deceleration: Scalar
    peak_time: Scalar
    peak_height: Scalar


class FallenPath(NamedTuple):
    """A path on a fixed grid of times [s], arrays of shape (samples,); after impact the body lies where it fell."""

    times: Scalar
    states: PointState
    impacted: Scalar
    impact_time: Scalar
    impact: PointState


def state_from_angles(
    latitude: Scalar, longitude: Scalar, radius: Scalar, speed: Scalar, flight_path_angle: Scalar, azimuth: Scalar
) -> PointState:
    """State from planetocentric place, planet-relative speed [m/s], angle above the horizontal and azimuth from north [rad]."""
    position = shape.position_from_spherical(latitude, longitude, radius)
    level, climb = speed * fn.cos(flight_path_angle), speed * fn.sin(flight_path_angle)
    local = Vec3(level * fn.sin(azimuth), level * fn.cos(azimuth), climb)
    return PointState(position, shape.east_north_up(position).apply(local))


def height_above_areoid(around: Surroundings, position: Vec3) -> Scalar:
    """Height above the areoid [m]: geodetic height less that of the areoid, taken as constant over the flight."""
    return around.planet.height_above_ellipsoid(position) - around.areoid_height


def air_at(around: Surroundings, position: Vec3, gusts: Gusts = CALM) -> Air:
    """The air at a planet-fixed position."""
    return air_from_table(around.table, around.planet.gas, around.day, height_above_areoid(around, position), gusts)


def aerodynamic_acceleration(
    around: Surroundings, vehicle: PointMass, state: PointState, bank: Scalar, gusts: Gusts = CALM
) -> Vec3:
    """Drag and lift over mass, planet-fixed [m/s^2]."""
    air = lax.optimization_barrier(air_at(around, state.position, gusts))  # computed once: 1.5 times the speed on a CPU
    local = shape.east_north_up(state.position)
    through_air = state.velocity - wind_vector(local.cx, local.cy, air)
    return vehicle.aerodynamic_acceleration(air.density, through_air, local.cz, bank)


def rates(around: Surroundings, vehicle: PointMass, state: PointState, bank: Scalar, gusts: Gusts = CALM) -> PointState:
    """dr/dt = v; dv/dt = gravitation + centrifugal + Coriolis + drag and lift over mass. Lift-up is away from the centre."""
    fall = around.planet.fall(state.position, state.velocity)
    return PointState(state.velocity, fall + aerodynamic_acceleration(around, vehicle, state, bank, gusts))


def fly_point_mass(
    around: Surroundings,
    vehicle: PointMass,
    start: PointState,
    stop_height: Scalar,
    *,
    step: float = 0.05,
    longest: float = 1200.0,
    bank: BankLaw | None = None,
    height: Callable[[Vec3], Scalar] | None = None,
) -> PointMassFlight:
    """Fly until a height [m] is met from above: above the areoid, or as `height(position)` has it; for entries and their ensembles.

    The stop is located in the dense output of its step and reached by a partial step; times, speeds and their derivatives with
    respect to any input (forward mode) are those of the event. The peak deceleration is found inside its step, where the rate of
    deceleration changes sign. `bank(time, state)` [rad] replaces the vehicle's prescribed bank angle. A flight that has not come
    down after `longest` [s] gives `reached` false and its last state.
    Assumes no gusts and a constant areoid height. Use it under `jax.jit` and `jax.vmap`; `step` and `longest` are plain numbers.
    """
    law: BankLaw = bank if bank is not None else lambda time, _: vehicle.bank(time)
    most = math.ceil(longest / step)

    def below(position: Vec3) -> Scalar:
        return stop_height - (height_above_areoid(around, position) if height is None else height(position))

    def felt(time: Scalar, state: PointState) -> Scalar:
        return norm(aerodynamic_acceleration(around, vehicle, state, law(time, state)))

    def go_on(carry: tuple[Any, ...]) -> Scalar:
        return (carry[0] < most) & ~carry[2]

    def advance(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        n, state, _, best = carry
        after = _step(around, vehicle, law, n * step, state, jnp.asarray(step))
        done = below(after.position) >= 0.0
        now = _Peak(felt((n + 1.0) * step, after), n * step, state)
        best = _choose((now.deceleration > best.deceleration) & ~done, now, best)
        return jnp.where(done, n, n + 1.0), _choose(done, state, after), done, best

    start = _as_arrays(start)
    zero = jnp.asarray(0.0)
    first = _as_arrays(_Peak(felt(zero, start), zero, start))
    n, state, done, best = lax.while_loop(go_on, advance, (zero, start, jnp.asarray(False), first))
    part = _fraction(around, vehicle, law, n * step, state, step, below) * done
    end_time, end = (n + part) * step, _step(around, vehicle, law, n * step, state, part * step)
    peak_time, peak = _top(around, vehicle, law, felt, best, step)
    late = (peak_time > end_time) | (felt(end_time, end) > felt(peak_time, peak))
    peak_time, peak = _choose(late, (end_time, end), (peak_time, peak))
    return PointMassFlight(
        done, end_time, end, felt(peak_time, peak), peak_time, height_above_areoid(around, peak.position)
    )


def fly_to_height(
    around: Surroundings,
    body: PointMass,
    start: PointState,
    height_above_ground: Callable[[Vec3], Scalar],
    *,
    samples: int,
    every: float = 0.5,
    step: float = 0.05,
    together: tuple[str, ...] = (),
) -> FallenPath:
    """Let a loose body fall until `height_above_ground(position)` [m] is zero; give its path every so many seconds.

    The impact is located within a step to far below 1 ms, by bisection and one secant in the dense output. A body that is still
    in the air at the end has `impacted` false and an infinite impact time; one that starts below ground has its impact at time
    zero. `every` is rounded to whole steps. `together` names the axes of `jax.vmap` along which bodies fall side by side: they stop
    with the last of them, instead of each being held in a copy of its path. Assumes no gusts and, for a body without lift, no attitude.
    """
    law: BankLaw = lambda time, _: body.bank(time)  # noqa: E731
    inner = max(1, round(every / step))

    def below(position: Vec3) -> Scalar:
        return -height_above_ground(position)

    def advance(_: Any, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        n, state, down = carry
        after = _step(around, body, law, n * step, state, jnp.asarray(step))
        down = down | (below(after.position) >= 0.0)
        state = _choose(down, state, after)
        return jnp.where(down, n, n + 1.0), state, down

    def in_the_air(carry: tuple[Any, ...]) -> Scalar:
        k, falling, _ = carry
        flying = (~falling[2]).astype(float)
        return (k < samples) & ((lax.pmax(flying, together) if together else flying) > 0.5)

    def sample(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        k, falling, rows = carry
        row = jnp.stack(jax.tree.leaves(falling[1]))  # one array to write into: XLA copies several at every step
        rows = lax.dynamic_update_index_in_dim(rows, row, k, 0)
        return k + 1, lax.fori_loop(0, inner, advance, falling), rows

    start = _as_arrays(start)
    under = below(start.position) >= 0.0
    begin = (0, (jnp.asarray(0.0), start, under), jnp.zeros((samples, 6)))
    _, (n, state, down), rows = lax.while_loop(in_the_air, sample, begin)
    states = jax.tree.unflatten(jax.tree.structure(start), list(rows.T))
    part = jnp.where(under, 0.0, _fraction(around, body, law, n * step, state, step, below)) * down
    impact = _step(around, body, law, n * step, state, part * step)
    impact_time = jnp.where(down, (n + part) * step, jnp.inf)
    times = jnp.arange(samples) * (inner * step)
    fallen = times >= impact_time
    lying = PointState(impact.position, impact.velocity * 0.0)
    held = PointState(select(fallen, lying.position, states.position), select(fallen, lying.velocity, states.velocity))
    return FallenPath(times, held, down, impact_time, impact)


class _Peak(NamedTuple):
    """The hardest step so far: deceleration at its end, and time and state at its beginning."""

    deceleration: Scalar
    time: Scalar
    before: PointState


def _choose(condition: Scalar, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, else `no`, leaf by leaf."""
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)


def _as_arrays(tree: Any) -> Any:
    """Every number as a JAX array of floats."""
    return jax.tree.map(lambda x: jnp.asarray(x, float), tree)


def _step(
    around: Surroundings, vehicle: PointMass, law: BankLaw, time: Scalar, state: PointState, size: Scalar
) -> PointState:
    """One Runge-Kutta step in which the bank law sees the time inside the step."""

    def slope(timed: tuple[Scalar, PointState]) -> tuple[Scalar, PointState]:
        t, s = timed
        return jnp.ones_like(t), rates(around, vehicle, s, law(t, s))

    return rk4(slope, (time + 0.0 * size, state), size)[1]


def _fraction(
    around: Surroundings,
    vehicle: PointMass,
    law: BankLaw,
    time: Scalar,
    state: PointState,
    step: float,
    below: Callable[[Vec3], Scalar],
) -> Scalar:
    """Fraction of the step at which `below` becomes positive, in the cubic dense output."""
    after = _step(around, vehicle, law, time, state, jnp.asarray(step))
    slope = rates(around, vehicle, state, law(time, state))
    slope_after = rates(around, vehicle, after, law(time + step, after))
    return crossing(lambda s: below(hermite(state, slope, after, slope_after, step, s).position), polish=True)


def _top(
    around: Surroundings,
    vehicle: PointMass,
    law: BankLaw,
    felt: Callable[[Scalar, PointState], Scalar],
    best: _Peak,
    step: float,
) -> tuple[Scalar, PointState]:
    """Time and state at which deceleration stops growing, within the two steps about the hardest sample."""

    def at(s: Scalar) -> tuple[Scalar, PointState]:
        size = 2.0 * step * s
        return best.time + size, _step(around, vehicle, law, best.time, best.before, size)

    def slackening(s: Scalar) -> Scalar:
        time, state = at(s)
        slope = rates(around, vehicle, state, law(time, state))
        ahead, behind = (jax.tree.map(lambda x, dx, h=h: x + h * dx, state, slope) for h in (_APART, -_APART))
        return felt(time - _APART, behind) - felt(time + _APART, ahead)

    return at(crossing(slackening, polish=True))
