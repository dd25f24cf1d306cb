"""One control cycle of the flight software on the bridles and in the flyaway, compiled: what it senses of the cycle that was flown,
and what it commands for the next.

These are the laws of `flight/phases/sky_crane.py` and `flight/phases/flyaway.py`, called one cycle at a time, so that something else
than their own integration can fly the bodies in between. All lanes of a batch go through one program.
"""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.attitude import Quaternion
from skycrane.core.vector import Vec3
from skycrane.flight import masses
from skycrane.flight import occurrences as occ
from skycrane.flight.burning import Burning
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.packing import Packed, pack
from skycrane.flight.phases import flyaway, sky_crane
from skycrane.flight.phases.sky_crane import CYCLE
from skycrane.flight.rigid_body import RigidState
from skycrane.flight.state import Craft, air_at, recentred, select
from skycrane.vehicle.mass import assemble

Array = NDArray[np.float64]

_TOGETHER = 8  # lanes


class Flown(NamedTuple):
    """What the bodies of one landing did in a control cycle, in site axes: state at its end, and what happened in it.

    Places and velocities of the stage's centre of mass (that of the cycle's beginning) and of the lander's [m, m/s], attitudes
    site_from_body, rates against the ground [rad/s, body]; `velocity_change` and `turn` are an ideal inertial unit's sums (body, turning
    of the planet left out). Times are `occ.NEVER` for what has not happened.
    """

    valid: Any  # 1 where a cycle was flown
    go: Any  # 1 where the next one is to be
    position: Vec3
    velocity: Vec3
    attitude: Quaternion
    angular_rate: Vec3
    velocity_change: Vec3
    turn: Vec3
    propellant: Any
    dry: Any
    thrust: tuple[Any, ...]
    lander_position: Vec3
    lander_velocity: Vec3
    lander_attitude: Quaternion
    lander_rate: Vec3
    taut: Any
    taut_length: Any
    out: Any
    touched: Any
    closing: Any
    across: Any
    foot: Any


class Orders(NamedTuple):
    """What the bodies need to fly one control cycle (`active` is 1 where there is one): thrust that each engine settles at [N], mass [kg],
    centre of mass [m] and inertia [kg m^2] (xx, yy, zz, xy, xz, yz) of the stage (body), free fall [m/s^2] and wind [m/s] in site axes,
    air density [kg/m^3]."""

    active: Any
    time: Any
    asked: tuple[Any, ...]
    mass: Any
    centre: Vec3
    inertia: Any
    fall: Vec3
    wind: Vec3
    density: Any


def _rigid(models: Any, frame: Any, place: Vec3, velocity: Vec3, q: Quaternion, rate: Vec3) -> RigidState:
    """Planet-fixed state from site axes; the rate against inertial space."""
    mcmf_from_body = attitude.multiply(attitude.from_matrix(frame.axes), q)
    axes = attitude.matrix(mcmf_from_body)
    spin = Vec3(axes.cx.z, axes.cy.z, axes.cz.z) * models.planet.rotation_rate
    return RigidState(frame.origin + frame.axes.apply(place), frame.axes.apply(velocity), mcmf_from_body, rate + spin)


def _craft(models: Any, frame: Any, flown: Flown, before: Craft) -> Craft:
    body = _rigid(models, frame, flown.position, flown.velocity, flown.attitude, flown.angular_rate)
    turn = flown.turn + (body.angular_rate - flown.angular_rate) * CYCLE
    return Craft(body, flown.propellant, before.heat_load, flown.velocity_change, turn)


def _orders(
    models: Any, tables: Any, frame: Any, active: Any, time: Any, asked: Any, stage: Any, craft: Any, gusts: Any
) -> Orders:
    air, wind, _ = air_at(models, tables, craft.body.position, gusts)
    i = stage.inertia
    fall = frame.vector(models.planet.fall(craft.body.position, craft.body.velocity))
    return Orders(
        fn.where(active, 1.0, 0.0),
        time,
        asked,
        stage.mass,
        stage.centre,
        (i.xx, i.yy, i.zz, i.xy, i.xz, i.yz),
        fall,
        frame.vector(wind),
        air.density,
    )


def crane_cycle(models: Any, tables: Any, scene: Any, c: Any, flown: Flown, cycle: Any) -> tuple[Any, Any, Orders]:
    """Sense the cycle that was flown, think, and log: the carry, one row, and the orders for the next cycle."""
    frame, b = scene.frame, models.vehicle.bridles
    lander = _rigid(
        models, frame, flown.lander_position, flown.lander_velocity, flown.lander_attitude, flown.lander_rate
    )
    time = c.time + CYCLE
    two = c.two._replace(stage=_craft(models, frame, flown, c.two.stage), thrust=flown.thrust, lander=lander, time=time)
    events = occ.note(c.events, "bridle_taut", flown.taut < occ.NEVER, flown.taut, flown.taut_length)
    events = occ.note(events, "propellant_empty", flown.dry < occ.NEVER, flown.dry, flown.propellant)
    events = occ.note(
        events, "touchdown", flown.touched < occ.NEVER, flown.touched, flown.closing, flown.across, flown.foot
    )
    events = occ.note(events, "bridle_deployed", flown.out < occ.NEVER, flown.out, b.length)
    estimate = c.estimate.spent(tables.assumed.engines.mass_flow(c.commanded) * CYCLE)
    sensed = c._replace(time=time, two=two, estimate=estimate, events=events)
    sensed = sky_crane.sense_and_end(models, tables, scene, sensed)
    c = select(flown.valid > 0.5, sensed, c)
    stage = assemble(masses.powered_parts(models.vehicle, c.two.stage.propellant, 0.0))
    craft, estimate = recentred(models, c.two.stage, c.estimate, c.centre, stage.centre)
    thinking = c._replace(two=c.two._replace(stage=craft), estimate=estimate, centre=stage.centre)
    thinking = sky_crane.command(models, tables, thinking, frame)
    engines = models.vehicle.engines
    asked = engines.answer(thinking.commanded, engines.hover_set)
    decided = thinking._replace(active=c.active & ~occ.happened(thinking.events, "touchdown_declared"))
    go = (flown.go > 0.5) & c.active
    row = sky_crane.log(decided._replace(active=decided.active & go), stage)
    orders = _orders(models, tables, frame, decided.active & go, c.time, asked, stage, craft, c.gusts)
    return select(go, decided, c), row, orders


def flyaway_cycle(models: Any, tables: Any, scene: Any, c: Any, flown: Flown, cycle: Any) -> tuple[Any, Any, Orders]:
    """The same in the flyaway; the rows have the lander too."""
    frame = scene.frame
    before = height_above_terrain(models, tables, frame, c.burning.craft.body.position)
    craft = _craft(models, frame, flown, c.burning.craft)
    lander = _rigid(
        models, frame, flown.lander_position, flown.lander_velocity, flown.lander_attitude, flown.lander_rate
    )
    moved = c._replace(time=c.time + CYCLE, burning=Burning(craft, flown.thrust))
    dry = fn.where(flown.dry < occ.NEVER, flown.dry - c.time, occ.NEVER)
    sensed = flyaway.sense_and_end(models, tables, scene, moved, c.time, dry, before, cycle - 1)
    c = select(flown.valid > 0.5, sensed, c)
    stage = assemble(masses.powered_parts(models.vehicle, c.burning.craft.propellant, 0.0))
    lit, commanded = flyaway.command(models, tables, c, frame)
    asked = models.vehicle.engines.answer(commanded, lit)
    go = (flown.go > 0.5) & c.active
    row = flyaway.log(c._replace(active=go), stage, commanded) | {"lander": lander, "started": c.started}
    orders = _orders(models, tables, frame, go, c.time, asked, stage, c.burning.craft, c.gusts)
    return select(go, c._replace(commanded=commanded), c), row, orders


class Mind:
    """The compiled control cycle of one phase for a whole batch; lanes do not touch each other.

    Eight lanes, as many as a processor's vector has numbers, are thought for at once, and only for the eights up to the last that flies.
    """

    def __init__(self, kind: str, models: Any, scenes: Any, tables: Any, carry: Any, engines: int) -> None:
        import jax

        from skycrane.flight.programs import load_or_compile

        self.fixed = jax.device_put((models, scenes, pack(jax.tree.map(np.asarray, tables))))
        self.carry = carry
        shape = _flown_shape(engines)
        one = {"sky_crane": crane_cycle, "flyaway": flyaway_cycle}[kind]
        self.leaves = len(jax.tree.leaves(shape))
        flown = np.zeros((self.leaves, carry.arrays[0].shape[-1]))
        arguments = (*self.fixed, carry, flown, np.int64(0), np.int64(0))
        self.program = load_or_compile(f"mind-{kind}-{_digest()}", lambda: _program(one, shape), arguments)

    def think(self, flown: Array, cycle: int, lanes: list[int]) -> tuple[Any, Orders]:
        """Row (packed, lanes last) of cycle `cycle`, and orders for some lanes, in order; `flown` (leaves, lanes) has those of `Flown`.
        A lane without a landing has flown nothing and flies nothing: 0 for both."""
        eights = np.int64(lanes[-1] // _TOGETHER + 1)
        self.carry, row, orders = self.program(*self.fixed, self.carry, flown, np.int64(cycle), eights)
        return row, Packed(orders.layout, [np.asarray(each)[:, lanes] for each in orders.arrays]).unpack()


def _program(one: Any, shape: Any) -> Any:
    import jax
    from jax import lax
    from jax import numpy as jnp

    def run(
        models: Packed, scenes: Packed, packed_tables: Any, carry: Packed, flown: Any, cycle: Any, eights: Any
    ) -> Any:
        tables = packed_tables.unpack()

        def lane(model: Any, place: Any, state: Any, column: Any) -> Any:
            leaves = [column[k] for k in range(column.shape[0])]
            return one(model, tables, place, state, jax.tree.unflatten(jax.tree.structure(shape), leaves), cycle)

        def eight(first: Any, every: Any) -> Any:
            own = jax.tree.map(lambda x: lax.dynamic_slice_in_dim(x, first, _TOGETHER, 1), every)
            model, place, state = (each.unpack() for each in own[:3])
            new, row, orders = jax.vmap(lane, in_axes=(0, 0, 0, 1), axis_name="lane")(model, place, state, own[3])
            return pack(new, jnp.stack), pack(row, jnp.stack), pack(orders, jnp.stack)

        def turn(n: Any, found: Any) -> Any:
            write = lambda whole, part: lax.dynamic_update_slice_in_dim(whole, part, n * _TOGETHER, 1)  # noqa: E731
            return jax.tree.map(write, found, eight(n * _TOGETHER, (models, scenes, found[0], flown)))

        wide = lambda x: jnp.zeros((x.shape[0], carry.arrays[0].shape[1], *x.shape[2:]), x.dtype)  # noqa: E731
        nothing = jax.tree.map(wide, jax.eval_shape(eight, jnp.zeros_like(eights), (models, scenes, carry, flown)))
        return lax.fori_loop(0, eights, turn, (carry, *nothing[1:]))

    return run


def _flown_shape(engines: int) -> Flown:
    o, q = Vec3(0.0, 0.0, 0.0), Quaternion(1.0, 0.0, 0.0, 0.0)
    return Flown(
        valid=0.0, go=1.0, position=o, velocity=o, attitude=q, angular_rate=o, velocity_change=o, turn=o, propellant=0.0,
        dry=occ.NEVER, thrust=(0.0,) * engines, lander_position=o, lander_velocity=o, lander_attitude=q, lander_rate=o,
        taut=occ.NEVER, taut_length=0.0, out=occ.NEVER, touched=occ.NEVER, closing=0.0, across=0.0, foot=0.0,
    )  # fmt: skip


def _digest() -> str:
    """Of this file: the compile cache looks at the rooms below alone."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
