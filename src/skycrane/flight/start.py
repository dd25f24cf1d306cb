"""The beginning: the true state at entry interface, and what navigation believes of it after minutes of coasting.

Navigation starts `lead_time` before entry from a wrong position, velocity and attitude; both the true and the believed state are
carried to entry interface by the same gravity, so that the error grows as it would in flight. Gyro bias adds to the attitude error.
"""

from typing import Any

import jax
from jax import lax
from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.attitude import Mat3
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, unit
from skycrane.flight import landing_frame
from skycrane.flight import occurrences as occ
from skycrane.flight.integrator import rk4
from skycrane.flight.phases.entry import EVENTS, EntryCarry, properties
from skycrane.flight.rigid_body import RigidState
from skycrane.flight.state import Craft
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance.apollo_entry import ApolloEntryGuidance, EntryCommand, range_and_crossrange
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import Gusts

_COAST_STEPS = 60


def entry_state(models: Any) -> RigidState:
    """True state at entry interface: position and velocity from the mission's angles, attitude from angle of attack and bank."""
    e = models.entry
    position = shape.position_from_spherical(e.latitude, e.longitude, e.radius)
    local = shape.east_north_up(position)
    c, s = fn.cos(e.flight_path_angle), fn.sin(e.flight_path_angle)
    ahead = local.cx * (c * fn.sin(e.azimuth)) + local.cy * (c * fn.cos(e.azimuth)) + local.cz * s
    velocity = ahead * e.speed
    axes = body_axes(position, velocity, e.angle_of_attack, e.bank_angle)
    spin = Vec3(axes.cx.z, axes.cy.z, axes.cz.z) * models.planet.rotation_rate
    rate = spin + Vec3(e.spin_rate + 0.0 * e.speed, 0.0 * e.speed, 0.0 * e.speed)
    return RigidState(position, velocity, attitude.from_matrix(axes), rate)


def body_axes(position: Vec3, velocity: Vec3, angle_of_attack: Scalar, bank: Scalar) -> Mat3:
    """mcmf_from_body for a velocity, an angle of attack and a bank angle, without sideslip."""
    ahead, up = unit(velocity), unit(position)
    right = unit(cross(ahead, up))
    above = cross(right, ahead)
    lift = above * fn.cos(bank) + right * fn.sin(bank)
    c, s = fn.cos(angle_of_attack), fn.sin(angle_of_attack)
    x = ahead * c + lift * s
    z = ahead * s - lift * c
    return Mat3(x, cross(z, x), z)


def first_estimate(models: Any, tables: Tables, truth: RigidState) -> Estimate:
    """What navigation believes at entry interface."""
    start, n = models.navigation_start, models.navigation
    step = jnp.maximum(start.lead_time, 1e-3) / _COAST_STEPS

    def coast(state: tuple[Vec3, Vec3], direction: float) -> tuple[Vec3, Vec3]:
        rate = lambda s: (s[1] * direction, models.planet.fall(s[0], s[1]) * direction)  # noqa: E731
        return lax.fori_loop(0, _COAST_STEPS, lambda _, s: rk4(rate, s, step), state)

    position, velocity = coast((truth.position, truth.velocity), -1.0)
    radial = unit(position)
    across = unit(cross(radial, velocity))
    along = cross(across, radial)
    frame = Mat3(radial, along, across)
    believed = coast(
        (position + frame.apply(Vec3(*start.position_error)), velocity + frame.apply(Vec3(*start.velocity_error))), 1.0
    )
    there_and_back = coast((position, velocity), 1.0)
    drift = Vec3(*models.inertial_unit.gyro_bias) * start.lead_time
    wrong = attitude.from_rotation_vector(Vec3(*start.attitude_error) + drift)
    zero = 0.0 * models.entry.speed
    o = Vec3(zero, zero, zero)
    wide = lambda a, b, c: Vec3(zero + a * a, zero + b * b, zero + c * c)  # noqa: E731
    return Estimate(
        truth.position + (believed[0] - there_and_back[0]),
        truth.velocity + (believed[1] - there_and_back[1]),
        attitude.normalised(attitude.multiply(truth.attitude, wrong)),
        truth.angular_rate,
        o,
        wide(n.position_sigma, n.position_sigma, n.height_sigma),
        wide(n.velocity_sigma, n.velocity_sigma, n.velocity_sigma),
        o,
        o,
        tables.assumed.propellant.mass + zero if tables.assumed.propellant is not None else zero,
    )


def start_entry(models: Any, tables: Tables, key: jax.Array, noise: Scalar) -> EntryCarry:
    """The first carry of the flight."""
    body = entry_state(models)
    zero = 0.0 * models.entry.speed
    o = Vec3(zero, zero, zero)
    estimate = first_estimate(models, tables, body)
    to_go, crossrange = range_and_crossrange(estimate, landing_frame.entry_target(models))
    propellant = models.vehicle.propellant.mass + zero if models.vehicle.propellant is not None else zero
    return EntryCarry(
        time=zero,
        active=zero == 0.0,
        craft=Craft(body, propellant, zero, o, o),
        gusts=Gusts(zero, zero, zero),
        estimate=estimate,
        command=_first_command(models, zero, to_go, crossrange),
        held=zero,
        reversals=zero,
        pairs_gone=zero,
        centre=properties(models.vehicle, propellant, zero).centre,
        events=occ.none_yet(EVENTS, zero),
        key=key,
        noise=noise,
    )


def _first_command(models: Any, zero: Scalar, to_go: Scalar, crossrange: Scalar) -> EntryCommand:
    """Pre-bank: the reference bank at the high reference speed, towards the target; without guidance the bank at entry."""
    sign = jnp.where(crossrange >= 0.0, 1.0, -1.0)
    if isinstance(models.entry_guidance, ApolloEntryGuidance):
        bank = sign * models.entry_guidance.reference_bank_high
    else:
        bank = models.entry_guidance.bank + zero
    return EntryCommand(bank, zero, sign, to_go, crossrange, zero, zero, zero, zero)
