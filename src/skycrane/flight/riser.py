"""Vehicle and canopy, and the riser between them: where it is fixed, how far it reaches, its load, and the catch at line stretch."""

from typing import Any, NamedTuple

from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, dot, norm
from skycrane.flight import occurrences as occ
from skycrane.flight.rigid_body import blow
from skycrane.flight.state import Craft
from skycrane.vehicle.mass import MassProperties
from skycrane.vehicle.parachute import Canopy


class Pair(NamedTuple):
    """Vehicle and canopy, and the clock that inflation runs on."""

    craft: Craft
    canopy: Canopy
    time: Scalar


def caught(models: Any, pair: Pair, body: MassProperties, inverse: Any) -> Pair:
    """Line stretch: an impulse along the line ends the speed at which both draw apart; the inertial unit feels it."""
    chute = models.vehicle.parachute
    end = attachment(models, pair.craft, body)
    line = pair.canopy.position - end.position
    along = line * (1.0 / norm(line))
    apart = fn.maximum(dot(pair.canopy.velocity - end.velocity, along), 0.0)
    axes = attitude.matrix(pair.craft.body.attitude)
    snatch = blow(body, inverse, Vec3(*chute.attachment), axes.undo(along), chute.mass, apart)
    canopy = pair.canopy._replace(velocity=pair.canopy.velocity - along * (snatch.size / chute.mass))
    craft, was = pair.craft, pair.craft.body
    velocity, rate = was.velocity + axes.apply(snatch.velocity), was.angular_rate + snatch.rate
    moved = was._replace(velocity=velocity, angular_rate=rate)
    felt = craft.velocity_change + snatch.velocity
    return pair._replace(craft=craft._replace(body=moved, velocity_change=felt), canopy=canopy)


def attachment(models: Any, craft: Craft, body: MassProperties) -> Canopy:
    """Place and velocity of the riser's attachment on the vehicle (mcmf)."""
    axes = attitude.matrix(craft.body.attitude)
    arm = Vec3(*models.vehicle.parachute.attachment) - body.centre
    spin = Vec3(axes.cx.z, axes.cy.z, axes.cz.z) * models.planet.rotation_rate
    return Canopy(
        craft.body.position + axes.apply(arm),
        craft.body.velocity + axes.apply(cross(craft.body.angular_rate - spin, arm)),
    )


def distance(models: Any, pair: Pair, body: MassProperties) -> Scalar:
    """Between the attachment and the canopy [m]."""
    return norm(pair.canopy.position - attachment(models, pair.craft, body).position)


def tension(models: Any, pair: Pair, body: MassProperties, stretched: Scalar) -> Scalar:
    """Riser load [N]."""
    _, tension, _ = models.vehicle.parachute.riser(attachment(models, pair.craft, body), pair.canopy)
    return jnp.where(stretched < occ.NEVER, tension, 0.0)
