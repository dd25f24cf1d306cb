"""A rigid body under throttled engines, for one control cycle: powered descent and flyaway."""

from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import norm
from skycrane.flight import occurrences as occ
from skycrane.flight.integrator import rk4
from skycrane.flight.rigid_body import rates
from skycrane.flight.state import Craft, air_in, cleared, neighbourhood, renormalised, sums_rate
from skycrane.flight.tables import Tables
from skycrane.planet.atmosphere.air import Gusts
from skycrane.vehicle.mass import MassProperties


class Burning(NamedTuple):
    """The craft and the thrust of each engine [N]."""

    craft: Craft
    thrust: tuple[Scalar, ...]


def burn(
    models: Any,
    tables: Tables,
    burning: Burning,
    gusts: Gusts,
    body: MassProperties,
    commanded: tuple[Scalar, ...],
    cycle: float,
    steps: int,
) -> tuple[Burning, Scalar]:
    """One control cycle of a rigid body under engines: lagging thrust, drag, gravity.

    An empty tank gives no thrust, in every stage of the integrator. Returns also how long after the start of the cycle it ran dry [s],
    `NEVER` where it did not: what was left over the flow, which changes by a per cent within a step.
    """
    engines = models.vehicle.engines
    inverse = settled(body.inertia.inverse())
    near = settled(neighbourhood(models, tables, burning.craft.body.position))

    def derivative(b: Burning) -> Burning:
        craft, wet = b.craft, fn.where(b.craft.propellant > 0.0, 1.0, 0.0)
        thrust = tuple(t * wet for t in b.thrust)
        axes = settled(attitude.matrix(craft.body.attitude))
        air, wind, _ = settled(air_in(models, tables, near, craft.body.position, gusts))
        through = axes.undo(craft.body.velocity - wind)
        drag = through * (-0.5 * air.density * norm(through) * models.powered_descent.drag_area)
        force, torque = settled(engines.force_and_torque(thrust, body.centre))
        force = force + drag
        motion = rates(models.planet, craft.body, force, torque, body.mass, body.inertia, inverse)
        sensed, turned = sums_rate(force, body.mass, craft.body.angular_rate)
        zero = 0.0 * craft.heat_load
        return Burning(
            Craft(motion, -engines.mass_flow(thrust), zero, sensed, turned), engines.thrust_rate(commanded, b.thrust)
        )

    def step(i: Any, carry: tuple[Burning, Scalar]) -> tuple[Burning, Scalar]:
        b, dry_after = carry
        new = settled(rk4(derivative, b, size))
        dries = (b.craft.propellant > 0.0) & (new.craft.propellant <= 0.0)
        lasts = b.craft.propellant / fn.maximum(engines.mass_flow(b.thrust), 1e-9)
        return new, jnp.where(dries, i * size + fn.minimum(lasts, size), dry_after)

    start = burning._replace(craft=cleared(burning.craft))
    size = jnp.asarray(cycle / steps)
    after, dry_after = lax.fori_loop(0, steps, step, (start, occ.NEVER + 0.0 * start.craft.propellant))
    craft = after.craft._replace(
        body=renormalised(after.craft.body), propellant=fn.maximum(after.craft.propellant, 0.0)
    )
    alive = fn.where(craft.propellant > 0.0, 1.0, 0.0)
    return Burning(craft, tuple(fn.maximum(t, 0.0) * alive for t in after.thrust)), dry_after
