"""The bodies of some landings between rover separation and rest: MuJoCo moves them, bridles, jets, air and ground push them.

One call flies one control cycle with the commands held. Site axes throughout (x east, y north, z up), taken as standing still: what the
turning planet adds is in the free fall of each cycle. Assumes that stage and rover never touch each other (the landing ends where
they would), that propellant lies still in its tanks, and that drag and jets are steady through a cycle.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core import attitude
from skycrane.core.attitude import Quaternion
from skycrane.core.vector import Vec3
from skycrane.flight.phases.sky_crane import CYCLE
from skycrane.surface.chassis import Chassis
from skycrane.surface.manoeuvre.contacts import meet
from skycrane.surface.manoeuvre.faults import Faults, rocks_under
from skycrane.surface.manoeuvre.ground_below import GroundBelow
from skycrane.surface.manoeuvre.grounds import Grounds
from skycrane.surface.manoeuvre.machines import Machines, Seen
from skycrane.surface.manoeuvre.motion import (
    BODY_FROM_ROVER,
    ROVER_FROM_BODY,
    Motion,
    inward,
    motion,
    outward,
    rows,
    sums,
)
from skycrane.surface.manoeuvre.reel import NEVER, Lines, Spring, lines_of
from skycrane.surface.manoeuvre.steady import steady_wrench
from skycrane.surface.soil import PATCHES, cross, skin

Array = NDArray[np.float64]
Lane = int | np.intp
Lanes = NDArray[np.intp]

LOOK_AHEAD = 3.0  # [m] over the flight's ground at which the wheels' own ground is laid out
_ROOM = 2.0  # [m] that the rover may move after it first touched: the wheels are then still on that ground
_STILL, _STILL_FOR = 1e-3, 0.3  # [m/s, rad/s] of any joint of the rover, [s]
_TOUCHING = 1.5  # [m] between the centres of mass of stage and rover that hangs or stands below
_FASTEST = 300.0  # [m/s], [rad/s]: beyond, numbers are lost

#: what a landing can end by before the rover rests
ENDINGS = ("rover_dragged", "descent_stage_on_rover", "descent_stage_capsized", "out_of_control")


class Bodies:
    """Landings side by side; numbers of one are rows (n, ...).

    `cases` are their models (numbers of shape (n,)), `rovers` their chassis, `given` the touchdown section of the mission file, `faults`
    what goes wrong in each, `below` their ground, `carry` the state with which powered descent ended.
    """

    def __init__(
        self, cases: Any, rovers: list[Chassis], given: Any, faults: list[Faults], below: GroundBelow, carry: Any
    ) -> None:
        v, n = cases.vehicle, len(rovers)
        self.cases, self.rovers, self.given, self.faults, self.below = cases, rovers, given, faults, below
        self.engines, self.bridles, self.every = v.engines, v.bridles, np.arange(n)
        self.steps = max(1, round(CYCLE / given.step))
        self.step = CYCLE / self.steps
        self.ahead = np.mean(
            [np.broadcast_to(x, n) for x in v.feet.place_x], axis=0
        )  # of the wheels' lowest points, body x
        self.machines = Machines(rovers, [_one(v, k) for k in range(n)], self.ahead, self.step)
        self.body_centre = np.array([each.body_centre for each in rovers])
        self.stage_area = np.broadcast_to(cases.powered_descent.drag_area, n)
        self.rover_centre, self.centre = np.array([each.centre for each in rovers]), rows(carry.centre)
        self._place(carry)
        b = self.bridles
        spans = np.stack([np.linalg.norm(rows(b.bottom(i)) - rows(b.top(i)), axis=-1) for i in range(b.count())], -1)
        self.lines = Lines(b, np.broadcast_to(spans, (n, b.count())), np.array([each.jam for each in faults]), given)
        self.started, self.now = np.array(carry.started, float), np.array(carry.time, float)
        self.propellant = np.array(carry.two.stage.propellant, float)
        e = self.engines
        self.nozzles = np.stack([rows((e.place_x[i], e.place_y[i], e.place_z[i])) for i in range(e.count())], -2)
        self.pushes = np.stack([rows(e.push(i)) for i in range(e.count())], -2)
        weak = [dict(each.weak) for each in faults]
        self.gives = np.array([[each.get(i, 1.0) for i in range(e.count())] for each in weak])
        self.early = np.array([each.early for each in faults])
        self.wind = np.array([[*each.wind, 0.0] for each in faults])
        self.grounds = Grounds(rovers[0].rover.soil, self.machines, n)
        self.noted: list[dict[str, tuple[float, tuple[float, ...]]]] = [{} for _ in rovers]
        self.lost = np.zeros(n, bool)
        self.cut_command, self.cut_at, self.still = np.full(n, NEVER), np.full(n, NEVER), np.zeros(n)
        self.first_place, self.unfolded = np.zeros((n, 3)), np.zeros(n)
        self.loads, self.deck_push, self.dust = np.zeros((n, PATCHES)), np.zeros(n), np.zeros(n)
        self.largest_load, self.largest_pull = np.zeros((n, PATCHES)), np.zeros((n, b.count()))  # in the last cycle
        self.aloft = np.zeros(n)  # [s] since the last wheel left the ground again
        self.taut, self.dry, self.touched = _never(n, 2), _never(n, 1), _never(n, 4)
        self.velocity_change, self.turn = np.zeros((n, 3)), np.zeros((n, 3))
        self.above, self.hanging = self.stage_motion(self.every), self.rover_motion(self.every)
        self.springs = self.lines.springs(self.now - self.started)

    def _place(self, carry: Any) -> None:
        """State of both bodies from the carry of the phase."""
        m, two, frame = self.machines, carry.two, self.below.frame
        site_from_mcmf = attitude.conjugate(attitude.from_matrix(frame.axes))
        spin = frame.vector(Vec3(0.0, 0.0, 1.0)) * self.cases.planet.rotation_rate
        own = Quaternion(1.0, 0.0, 0.0, 0.0)
        for body, centre, body_from_own, at, dof in (
            (two.stage.body, self.centre, own, m.q_stage, m.v_stage),
            (two.lander, self.rover_centre, BODY_FROM_ROVER, m.q_rover, m.v_rover),
        ):
            q = attitude.multiply(attitude.multiply(site_from_mcmf, body.attitude), body_from_own)
            m.q[:, at + 3 : at + 7] = rows(q)
            axes = motion(m.q[:, at : at + 7], m.v[:, dof : dof + 6], centre).axes
            rate = rows(attitude.matrix(body_from_own).undo(body.angular_rate)) - inward(axes, rows(spin))
            m.q[:, at : at + 3] = rows(frame.position(body.position)) - outward(axes, centre)
            m.v[:, dof : dof + 3] = rows(frame.vector(body.velocity)) - outward(axes, cross(rate, centre))
            m.v[:, dof + 3 : dof + 6] = rate
        m.act[:] = rows(two.thrust)
        angles = self._folded(np.zeros(len(self.rovers)))
        m.q[:, m.fold_angles] = angles
        m.fold(self.every, angles)

    # ----------------------------------------------------------------------------------------------------- one cycle
    def fly(self, order: Any, lanes: Lanes | None = None) -> None:
        """One control cycle of these landings (all by default) under the orders of flight software (`mind.Orders`, numbers (n,))."""
        lanes = self.every if lanes is None else lanes
        m, own = self.machines, lambda v: rows(v)[lanes]
        self.now[lanes] = order.time[lanes]
        for lane in lanes[(self.cut_at[lanes] == NEVER) & (self.now[lanes] >= self.cut_command[lanes] - 1e-9)]:
            self.cut(lane, self.now[lane])
        fall = own(order.fall)
        self.centre[lanes] = own(order.centre)
        xx, yy, zz, xy, xz, yz = order.inertia
        inertia = np.array([xx, xy, xz, xy, yy, yz, xz, yz, zz]).T[lanes]
        m.be(lanes, order.mass[lanes], self.centre[lanes], inertia, fall)
        before, hanging = self.stage_motion(lanes), self.rover_motion(lanes)
        clear = self.below.height_under(np.stack([m.q[:, at : at + 3] for at in (m.q_stage, m.q_rover)]))
        wrench = steady_wrench(self, order, lanes, before, hanging, clear[0, lanes])
        self._look_down(lanes, clear[1])
        asked = own(order.asked) * self.gives[lanes] * (self.propellant[lanes] > 0.0)[:, None]
        begun = m.act[lanes]
        states = self._move(lanes, asked, wrench)
        m.take(lanes, states)
        first = 1 + m.q.shape[1] + m.v.shape[1]
        half = states[:, self.steps // 2 - 1, first : first + begun.shape[1]]
        self._burn(lanes, (begun, half, m.act[lanes]))
        self.now[lanes] += CYCLE
        self.above, self.hanging = self.stage_motion(self.every), self.rover_motion(self.every)
        self.velocity_change[lanes], self.turn[lanes] = sums(before, self.above.part(lanes), fall * CYCLE)
        self._watch(lanes)

    def _move(self, lanes: Lanes, asked: Array, wrench: Array) -> Array:
        """States (n, steps, size) of a cycle: in open loop where only lines and jets pull, step by step where the ground may push, or
        a line comes taut with a jerk."""
        m = self.machines
        times = (self.now - self.started) + self.step * np.arange(self.steps + 1)[:, None]
        springs = self.lines.springs(times)
        self.springs = Spring(*(each[-1] for each in springs))
        springs = Spring(*(each[:-1] for each in springs))
        close = self.grounds.laid(lanes)
        close[close] = [self.grounds.near(lane, CYCLE) for lane in lanes[close]]
        states, jerked = np.empty((len(lanes), self.steps, m.state.shape[1])), np.zeros(len(lanes), bool)
        apart = np.flatnonzero(~close)
        if len(apart):
            some = lanes[apart]
            at = self.lines.asked(some, springs)
            control = self.lines.control(at, some).swapaxes(0, 1)
            engines = np.broadcast_to(asked[apart, None], (len(apart), self.steps, asked.shape[1]))
            states[apart], sensed = m.roll(some, np.concatenate([engines, control], 2), wrench[apart])
            jerked[apart] = self._jerked(some, at, sensed)
            self._in_the_air(some[~jerked[apart]], springs, sensed[~jerked[apart]])
        for which, on_ground in ((jerked, False), (close, True)):
            some = np.flatnonzero(which)
            if len(some):
                states[some] = self._stand(lanes[some], asked[some], wrench[some], springs, on_ground)
        return states

    def _jerked(self, lanes: Lanes, at: Spring, sensed: Array) -> NDArray[np.bool_]:
        """Whether a line was slack and its damper would have pulled, or the umbilical was stretched: what the open loop leaves out."""
        lengths, speeds = lines_of(sensed)
        pull = at.stiffness * (lengths[..., :-1] - at.free) + self.lines.damping[lanes, None] * (
            speeds[..., :-1] - at.paying
        )
        early = self.lines.attached[lanes] & (lengths[..., :-1] <= at.free) & (pull > 0.0)
        stretched = self.lines.tied[lanes] & (lengths[..., -1] > self.lines.reach)
        return np.asarray((early.any(axis=-1) | stretched).any(axis=0))

    def _in_the_air(self, lanes: Lanes, springs: Spring, sensed: Array) -> None:
        """After a cycle in the air: no load on the wheels, the largest pulls, and the moment at which a first bridle was taut."""
        self.loads[lanes] = self.largest_load[lanes] = 0.0
        lengths, speeds = lines_of(sensed)
        pulls = self.lines.tensions(self.lines.asked(lanes, springs), lengths[..., :-1], speeds[..., :-1], lanes)
        self.largest_pull[lanes] = pulls.max(axis=0)
        new = self.taut[lanes, 0] == NEVER
        if new.any():
            pulling = (pulls > 0.0).any(axis=-1)
            for k in np.flatnonzero(new & pulling.any(axis=0)):
                self._come_taut(lanes[k], int(np.argmax(pulling[:, k])))

    def _come_taut(self, lane: Lane, k: int) -> None:
        since = self.now - self.started + k * self.step
        self.taut[lane] = self.started[lane] + since[lane], self.lines.paid_out(since)[0][lane]

    def _stand(self, lanes: Lanes, asked: Array, wrench: Array, springs: Spring, on_ground: bool) -> Array:
        """States of a cycle step by step, with the push of the ground where it is near."""
        m, at = self.machines, self.lines.asked(lanes, springs)
        attached, bridles = self.lines.attached[lanes], slice(asked.shape[1], -1)
        held = np.broadcast_to(asked, (self.steps, *asked.shape))
        control = np.concatenate([held, self.lines.control(at, lanes)], 2)
        tied, loose = attached.any(), (self.taut[lanes, 0] == NEVER).any()
        rows = self.grounds.begin(lanes) if on_ground else np.empty((len(lanes), m.layout.size))
        loads = np.zeros((self.steps, len(lanes), PATCHES))
        reaches, speeds = np.empty((2, self.steps, len(lanes), attached.shape[1]))

        def drive(k: int, seen: Seen) -> tuple[Array, Array]:
            if tied:
                reaches[k], speeds[k] = seen.length[:, :-1], seen.speed[:, :-1]
                taut = reaches[k] > at.free[k]
                if not taut.all():
                    control[k, :, bridles] *= np.repeat(taut, 3, axis=1)
                if loose:
                    self._note_taut(lanes, seen, Spring(*(each[k] for each in at)), k)
                control[k, :, -1] = -self.lines.umbilical(seen.length[:, -1], lanes)
            if not on_ground:
                return control[k], wrench
            pushed = self.grounds.push(rows)
            loads[k] = pushed.load
            if ((self.touched[lanes, 0] == NEVER) | (self.aloft[lanes] > 0.0)).any():
                meet(self, lanes, pushed, seen, k)
            return control[k], wrench + pushed.wrench

        states = m.step_one_by_one(lanes, rows, self.steps, drive)
        self.loads[lanes], self.largest_load[lanes] = loads[-1], loads.max(axis=0)
        self.largest_pull[lanes] = self.lines.tensions(at, reaches, speeds, lanes).max(axis=0) if tied else 0.0
        if on_ground:
            self.grounds.end(lanes, rows)
        return states

    def _note_taut(self, lanes: Lanes, seen: Seen, at: Spring, k: int) -> None:
        pulls = self.lines.tensions(at, seen.length[:, :-1], seen.speed[:, :-1], lanes)
        for n in np.flatnonzero((self.taut[lanes, 0] == NEVER) & (pulls > 0.0).any(axis=1)):
            self._come_taut(lanes[n], k)

    # ------------------------------------------------------------------------------------------------ between cycles
    def _look_down(self, lanes: Lanes, clear: Array) -> None:
        """Unfold the wheels in time, and lay out their ground once it is near."""
        g, m = self.given, self.machines
        since = self.now[lanes] - self.started[lanes]
        share = np.minimum(np.maximum((since - g.unfold_start) / g.unfold_time, 0.0), 1.0)
        moving = share != self.unfolded[lanes]
        if moving.any():
            self.unfolded[lanes] = share
            m.fold(lanes[moving], self._folded(share[moving]))
        for lane in lanes[(since >= g.unfold_start - 1e-9) & (since < g.unfold_start + CYCLE)]:
            self.noted[lane].setdefault("mobility_deploy", (self.now[lane], (self.now[lane] - self.started[lane],)))
        for lane in lanes[~self.grounds.laid(lanes) & (clear[lanes] < LOOK_AHEAD)]:
            self._lay_out(int(lane))

    def _lay_out(self, lane: Lane) -> None:
        m, rover, faults = self.machines, self.rovers[lane], self.faults[lane]
        here, below = np.array([lane]), self.below.of(lane)
        place = m.q[lane, m.q_rover : m.q_rover + 3]
        axes = self.rover_motion(here).axes[0]
        rocks = (
            rocks_under(faults, (rover.hubs @ axes.T)[:, :2], float(below.height_under(place)))
            if faults.rocks
            else None
        )
        found = below.near(place, faults.slope, rocks)
        self.grounds.lay(lane, found, skin(rover).carried(m.hubs_at_zero[lane]))
        for number, (x, y, diameter, height) in enumerate([] if rocks is None else rocks.tolist()):
            own = (1.0 + faults.rocks[number][0], float(place[0]) + x, float(place[1]) + y, diameter, height)
            self.noted[lane][f"rock_under_wheel_{number + 1}"] = float(self.now[lane]), own

    def cut(self, lane: Lane, time: float) -> None:
        """Part the bridles, but for those that are stuck, and the umbilical."""
        self.cut_at[lane] = time
        self.lines.attached[lane] = [k in self.faults[lane].stuck for k in range(self.lines.attached.shape[1])]
        self.lines.tied[lane] = False

    def _watch(self, lanes: Lanes) -> None:
        """What ends a landing, and what makes it done."""
        m, v = self.machines, self.machines.v[lanes]
        for lane in lanes[~(np.abs(v).max(axis=1) < _FASTEST)]:
            self._lose(lane, "out_of_control", float(np.abs(m.v[lane, m.v_stage + 3 : m.v_stage + 6]).max()))
        place = m.q[lanes, m.q_rover : m.q_rover + 3]
        for lane in lanes[(self.cut_at[lanes] == NEVER) & (self.early[lanes] > -np.inf)]:
            wheel = m.lowest_wheel(lane, self.rovers[lane])
            if float(self.below.of(lane).height_under(wheel)) < self.early[lane]:
                self.cut(lane, self.now[lane])
        tied = self.lines.attached[lanes].any(axis=1)
        for k in np.flatnonzero(tied & (self.above.axes[lanes, 2, 0] > 0.0)):  # its floor looks up
            height = float(self.below.of(lanes[k]).height_under(self.above.place[lanes[k]]))
            self._lose(lanes[k], "descent_stage_capsized", height)
        touched = self.touched[lanes, 0] < NEVER
        moved = np.linalg.norm(place - self.first_place[lanes], axis=1)
        between = np.linalg.norm((self.above.place - self.hanging.place)[lanes], axis=1)
        for k in np.flatnonzero(touched & (moved > _ROOM)):
            self._lose(lanes[k], "rover_dragged", moved[k], float(self.lines.attached[lanes[k]].sum()))
        for k in np.flatnonzero(touched & (between < _TOUCHING)):
            self._lose(lanes[k], "descent_stage_on_rover", between[k])
        up = touched & (self.loads[lanes] == 0.0).all(axis=1)
        self.aloft[lanes] = np.where(up, self.aloft[lanes] + CYCLE, 0.0)
        quiet = touched & (np.abs(v[:, m.v_rover :]).max(axis=1) < _STILL)
        self.still[lanes] = np.where(quiet, self.still[lanes] + CYCLE, 0.0)
        for lane in lanes[self.done[lanes]]:
            self.noted[lane].setdefault("rover_at_rest", (self.now[lane], (self.still[lane],)))

    def _lose(self, lane: Lane, key: str, *figures: float) -> None:
        self.noted[lane].setdefault(key, (self.now[lane], figures))
        self.lost[lane] = True

    @property
    def done(self) -> NDArray[np.bool_]:
        """The rover stands and nothing ties it to the stage (n,)."""
        return (self.cut_at < NEVER) & ~self.lines.attached.any(axis=1) & (self.still > _STILL_FOR - 1e-9)

    def _folded(self, share: Array) -> Array:
        """Angles (n, 4) of the arms with a share of the way down (n,)."""
        left = 0.5 * (1.0 + np.cos(np.pi * share))
        front, rear = -left * self.given.stowed_front, left * self.given.stowed_rear
        return np.stack([front, rear, front, rear], -1)

    def _burn(self, lanes: Lanes, thrust: tuple[Array, Array, Array]) -> None:
        """Propellant of the cycle by Simpson's rule; dry tanks give no thrust from the next cycle on."""
        every = np.zeros((3, *self.machines.act.shape))
        every[:, lanes] = thrust
        first, half, last = np.asarray(self.engines.mass_flow(tuple(np.moveaxis(every, -1, 0))))[:, lanes]
        used = CYCLE * (first + 4.0 * half + last) / 6.0
        left = self.propellant[lanes]
        for k in np.flatnonzero((left > 0.0) & (used >= left)):
            self.dry[lanes[k]] = self.now[lanes[k]] + CYCLE * left[k] / used[k]
            self.machines.act[lanes[k]] = 0.0
        self.propellant[lanes] = np.maximum(left - used, 0.0)

    # -------------------------------------------------------------------------------------------------------- motion
    def stage_motion(self, lanes: Lanes) -> Motion:
        """Of the stage's centre of mass."""
        m = self.machines
        return motion(m.q[lanes, m.q_stage : m.q_stage + 7], m.v[lanes, m.v_stage : m.v_stage + 6], self.centre[lanes])

    def rover_motion(self, lanes: Lanes) -> Motion:
        """Of the rover's centre of mass with wheels down."""
        m = self.machines
        q, v = m.q[lanes, m.q_rover : m.q_rover + 7], m.v[lanes, m.v_rover : m.v_rover + 6]
        return motion(q, v, self.rover_centre[lanes])

    def flown(self, valid: Array, go: Array) -> Array:
        """Leaves of `mind.Flown` in order (leaves, n)."""
        above, below = self.above, self.hanging
        body = attitude.multiply(below.attitude, attitude.conjugate(BODY_FROM_ROVER))
        out = self.started + self.lines.out_at()
        return np.concatenate(
            [
                valid[None], go[None], above.place.T, above.velocity.T, rows(above.attitude).T, above.rate.T,
                self.velocity_change.T, self.turn.T, self.propellant[None], self.dry.T, self.machines.act.T,
                below.place.T, below.velocity.T, rows(body).T, (below.rate @ ROVER_FROM_BODY).T, self.taut.T,
                np.where(out <= self.now + 1e-9, out, NEVER)[None], self.touched.T,
            ]
        )  # fmt: skip

    def readings(self) -> dict[str, Array]:
        """What the record has of this moment besides the state, (n, numbers): names of `recorder`, SI."""
        lengths, speeds = self.machines.lines(self.every)
        tensions = self.lines.tensions(self.springs, lengths[:, :-1], speeds[:, :-1], self.every)
        return {
            "tensions": tensions,
            "largest_tensions": np.maximum(self.largest_pull, tensions),
            "wheel_loads": self.loads[:, :6].copy(),
            "largest_wheel_loads": self.largest_load[:, :6].copy(),
            "belly_load": self.loads[:, 6:].copy(),
            "paid_out": self.springs.paid[:, :1],
            "suspension": self.machines.q[:, self.machines.arms],
            "unfolded": self.unfolded[:, None].copy(),
            "umbilical": self.lines.umbilical(lengths[:, -1], self.every)[:, None],
            "deck_push": self.deck_push[:, None].copy(),
            "dust": self.dust[:, None].copy(),
        }


def _one(tree: Any, lane: int) -> Any:
    """Numbers of one landing."""
    import jax

    return jax.tree.map(lambda x: np.asarray(x)[lane], tree)


def _never(count: int, figures: int) -> Array:
    """Marks of what has not happened: a time, and figures."""
    marks = np.zeros((count, figures))
    marks[:, 0] = NEVER
    return marks
