"""What is true: the state that the equations of motion integrate, and what surrounds it. The mind never sees these types."""

from typing import Any, NamedTuple

import jax
from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import CubicPiece, cubic_piece
from skycrane.core.vector import Vec3, cross, dot
from skycrane.flight.rigid_body import RigidState
from skycrane.flight.tables import Tables
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import Air, Gusts, air_from_table, air_nearby
from skycrane.vehicle.aeroshell import Flow, flow

_FASTEST = 1e5  # m/s, beyond any entry from any orbit about the sun: only a broken integration gets there


class Craft(NamedTuple):
    """The vehicle: motion, propellant [kg], heat load [J/m^2], and this cycle's sums of specific force and turn (body)."""

    body: RigidState
    propellant: Scalar
    heat_load: Scalar
    velocity_change: Vec3
    turn: Vec3


class Surroundings(NamedTuple):
    """Air and flow around the vehicle, and its attitude as a matrix (mcmf_from_body)."""

    air: Air
    flow: Flow
    axes: attitude.Mat3
    height_above_areoid: Scalar


class Neighbourhood(NamedTuple):
    """Where the vehicle is as an integration step begins, and what is looked up there once for all of its stages.

    A stage is some hundred metres away at most (`air_in`): the piece of the atmosphere's table serves beyond its ends for that long.
    """

    place: Vec3
    up: Vec3  # normal of the ellipsoid
    curvature: Scalar  # 1/2R [1/m]
    height: Scalar  # above the areoid [m]
    east: Vec3
    north: Vec3
    piece: CubicPiece


def surroundings(models: Any, tables: Tables, body: RigidState, gusts: Gusts) -> Surroundings:
    """Air at the vehicle's place and its flow."""
    return surroundings_in_air(body, *air_at(models, tables, body.position, gusts))


def surroundings_in(models: Any, tables: Tables, near: Neighbourhood, body: RigidState, gusts: Gusts) -> Surroundings:
    """As `surroundings`, within a step that began in a neighbourhood."""
    return surroundings_in_air(body, *air_in(models, tables, near, body.position, gusts))


def surroundings_in_air(body: RigidState, air: Air, wind: Vec3, height: Scalar) -> Surroundings:
    """As `surroundings`, where the air is known: what `air_at` gives."""
    axes = attitude.matrix(body.attitude)
    around = flow(axes.undo(body.velocity - wind), air.density, air.speed_of_sound)
    return Surroundings(air, around, axes, height)


def neighbourhood(models: Any, tables: Tables, position: Vec3) -> Neighbourhood:
    """What stages of a step that begins here need of the air."""
    planet = models.planet
    height, up = shape.height_and_vertical(position, planet.equatorial_radius, planet.polar_radius)
    height = height - tables.areoid_above_ellipsoid
    local = shape.east_north_up(position)
    piece = cubic_piece(tables.atmosphere, height)
    return Neighbourhood(position, up, 0.5 / planet.equatorial_radius, height, local.cx, local.cy, piece)


def air_in(models: Any, tables: Tables, near: Neighbourhood, position: Vec3, gusts: Gusts) -> tuple[Air, Vec3, Scalar]:
    """As `air_at`, by what is known of the neighbourhood: a height over its tangent plane, east and north as there.

    400 m away heights are 1 cm wrong at most (the ellipsoid's own curvature against 1/R) and a wind of 100 m/s is turned by 1e-4 rad.
    """
    away = position - near.place
    along = dot(away, near.up)
    climbed = along + (dot(away, away) - along * along) * near.curvature
    height = near.height + climbed
    air = air_nearby(near.piece, tables.atmosphere, models.planet.gas, models.atmosphere, height, climbed, gusts)
    return air, near.east * air.wind_east + near.north * air.wind_north, height


def air_at(models: Any, tables: Tables, position: Vec3, gusts: Gusts) -> tuple[Air, Vec3, Scalar]:
    """Air and wind (mcmf) at a place, and its height above the areoid [m]."""
    height = models.planet.height_above_ellipsoid(position) - tables.areoid_above_ellipsoid
    air = air_from_table(tables.atmosphere, models.planet.gas, models.atmosphere, height, gusts)
    local = shape.east_north_up(position)
    return air, local.cx * air.wind_east + local.cy * air.wind_north, height


def sums_rate(force_body: Vec3, mass: Scalar, rate: Vec3) -> tuple[Vec3, Vec3]:
    """Rates of an ideal inertial unit's sums: specific force and turn."""
    return force_body * (1.0 / mass), rate


def cleared(craft: Craft) -> Craft:
    """The craft with its inertial sums set to zero for the next cycle."""
    zero = Vec3(0.0 * craft.propellant, 0.0 * craft.propellant, 0.0 * craft.propellant)
    return craft._replace(velocity_change=zero, turn=zero)


def renormalised(body: RigidState) -> RigidState:
    """The attitude brought back to unit length."""
    return body._replace(attitude=attitude.normalised(body.attitude))


def recentred(models: Any, craft: Craft, estimate: Estimate, before: Vec3, after: Vec3) -> tuple[Craft, Estimate]:
    """The same structure followed at another centre of mass (body axes [m]): what changes is the point, not the motion.

    Needed whenever a part leaves or propellant is used; the believed state moves with the believed attitude.
    """
    arm = after - before

    def moved(q: attitude.Quaternion, rate: Vec3) -> tuple[Vec3, Vec3]:
        axes = attitude.matrix(q)
        spin = Vec3(axes.cx.z, axes.cy.z, axes.cz.z) * models.planet.rotation_rate
        return axes.apply(arm), axes.apply(cross(rate - spin, arm))

    place, speed = moved(craft.body.attitude, craft.body.angular_rate)
    body = craft.body._replace(position=craft.body.position + place, velocity=craft.body.velocity + speed)
    place, speed = moved(estimate.attitude, estimate.angular_rate)
    return craft._replace(body=body), estimate._replace(
        position=estimate.position + place, velocity=estimate.velocity + speed
    )


def kicked(craft: Craft, estimate: Estimate, velocity: Vec3, rate: Vec3) -> tuple[Craft, Estimate]:
    """Both after a sudden change of velocity [m/s, body] and rate [rad/s, body], such as the recoil of a part; the unit feels it."""
    body = craft.body
    pushed = body.velocity + attitude.matrix(body.attitude).apply(velocity)
    felt = estimate.velocity + attitude.matrix(estimate.attitude).apply(velocity)
    body = body._replace(velocity=pushed, angular_rate=body.angular_rate + rate)
    return craft._replace(body=body), estimate._replace(velocity=felt, angular_rate=estimate.angular_rate + rate)


def select(condition: Scalar, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, else `no`, leaf by leaf of any state."""
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)


def planet_relative_speed(body: RigidState) -> Scalar:
    """Speed relative to the rotating planet [m/s]."""
    return fn.sqrt(dot(body.velocity, body.velocity))


def out_of_control(body: RigidState, step: float) -> tuple[Scalar, Scalar]:
    """True once the body turns by more than a radian in one integration step or its motion is no number; and its rate [rad/s]."""
    rate, speed = fn.sqrt(dot(body.angular_rate, body.angular_rate)), planet_relative_speed(body)
    followed = (rate < 1.0 / step) & (speed < _FASTEST)
    return ~followed, fn.where(followed, rate, 1.0 / step)
