"""The bodies of one landing between rover separation and rest: MuJoCo moves them, bridles, jets, air and ground push them.

One call flies one control cycle with the commands held. Site axes throughout (x east, y north, z up), taken as standing still: what the
turning planet adds is in the free fall of each cycle. Assumes that stage and rover never touch each other (the landing ends where
they would), that propellant lies still in its tanks, and that drag and jets are steady through a cycle.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core import attitude
from skycrane.core.vector import Vec3
from skycrane.flight.phases.sky_crane import CYCLE
from skycrane.surface.chassis import Chassis
from skycrane.surface.manoeuvre.bodies_text import ROVER_FROM_BODY, bodies_text
from skycrane.surface.manoeuvre.faults import Faults, rocks_under
from skycrane.surface.manoeuvre.ground_below import Below, GroundBelow
from skycrane.surface.manoeuvre.plume import Jets, dust_number, push_on_deck
from skycrane.surface.manoeuvre.reel import NEVER, Reel, Umbilical
from skycrane.surface.rover_model import FOLDING_BODIES, FOLDS
from skycrane.surface.settle import mujoco_module
from skycrane.surface.soil import Pose, Push, Soil, cross, skin

Array = NDArray[np.float64]

_CARRIER = (1, 2, 2, 3, 4, 4, 0)  # of the patches, in FOLDING_BODIES
_REACH = 1.7  # [m] of a wheel from the middle of the rover
LOOK_AHEAD = 3.0  # [m] over the flight's ground at which the wheels' own ground is laid out
_ROOM = 2.0  # [m] that the rover may move after it first touched: the wheels are then still on that ground
_STILL, _STILL_FOR = 1e-3, 0.3  # [m/s, rad/s] of any joint of the rover, [s]
_TOUCHING = 1.5  # [m] between the centres of mass of stage and rover that hangs or stands below
_FASTEST = 300.0  # [m/s], [rad/s]: beyond, numbers are lost

SUSPENSION = ("rocker_left", "rocker_right", "bogie_left", "bogie_right")


class Bodies:
    """One landing. `case` are the models of this case, `rover` its chassis, `given` the touchdown section of the mission file."""

    def __init__(self, case: Any, rover: Chassis, given: Any, faults: Faults, below: GroundBelow, carry: Any) -> None:
        self.mujoco = mujoco_module()
        self.case, self.rover, self.given, self.faults, self.below = case, rover, given, faults, below
        v = case.vehicle
        self.engines, self.bridles = v.engines, v.bridles
        self.ahead = float(np.mean([float(x) for x in v.feet.place_x]))  # of the wheels' lowest points, body x
        self.steps = max(1, round(CYCLE / given.step))
        self.step = CYCLE / self.steps
        text = bodies_text(rover, v, self.ahead, self.step)
        self.model = self.mujoco.MjModel.from_xml_string(text)
        self.data = self.mujoco.MjData(self.model)
        self._find_names()
        self._place(carry)
        spans = [
            float(np.linalg.norm(_vec(self.bridles.bottom(i)) - _vec(self.bridles.top(i)))) for i in range(self.count)
        ]
        self.reel = Reel(self.bridles, spans, faults.jam)
        self.umbilical = Umbilical(given.umbilical_tension, given.umbilical_length, given.umbilical_stiffness)
        self.started, self.now = float(carry.started), float(carry.time)
        self.propellant = float(carry.two.stage.propellant)
        self.ground: Below | None = None
        self.soil: Soil | None = None
        self.top = self.near = -np.inf  # of that ground; height of the rover's origin below which wheels may touch [m]
        self.noted: dict[str, tuple[float, tuple[float, ...]]] = {}
        self.lost = False
        self.cut_command = NEVER
        self.still, self.cut_at, self.umbilical_pull, self.first_place = 0.0, NEVER, 0.0, np.zeros(3)
        self.loads, self.pulls, self.deck_push, self.dust = np.zeros(7), [0.0] * self.count, 0.0, 0.0
        self.marks = {"taut": (NEVER, 0.0), "touched": (NEVER, 0.0, 0.0, 0.0), "dry": (NEVER,)}
        self.velocity_change, self.turn = np.zeros(3), np.zeros(3)
        self._prepare(self.centre, np.zeros(3))
        self.mujoco.mj_step1(self.model, self.data)

    # ------------------------------------------------------------------------------------------------------- building
    def _find_names(self) -> None:
        m = self.model
        self.stage, self.chassis = m.body("stage").id, m.body("rover").id
        self.at_stage, self.at_rover = int(m.joint("stage").dofadr[0]), int(m.joint("rover").dofadr[0])
        self.q_stage, self.q_rover = int(m.joint("stage").qposadr[0]), int(m.joint("rover").qposadr[0])
        self.folds = [m.equality(f"hold_{name}").id for name in FOLDS]
        self.fold_angles = [int(m.joint(name).qposadr[0]) for name in FOLDS]
        self.arms = [int(m.joint(name).qposadr[0]) for name in SUSPENSION]
        self.carriers = np.array([m.body(FOLDING_BODIES[k]).id for k in _CARRIER])
        self.count = len(self.bridles.top_x)
        self.lines = slice(self.engines.count(), self.engines.count() + self.count + 1)
        self.burning = slice(0, self.engines.count())
        self.mujoco.mj_kinematics(m, self.data)
        self.zero = self.data.xpos[self.carriers] - self.data.xpos[self.chassis]
        self.rover_dofs = slice(self.at_rover, m.nv)

    def _place(self, carry: Any) -> None:
        """State of both bodies from the carry of the phase."""
        two, frame = carry.two, self.below.frame
        site_from_mcmf = np.array([[*column] for column in frame.axes], float)
        spin = site_from_mcmf @ np.array([0.0, 0.0, float(self.case.planet.rotation_rate)])
        q, v = self.data.qpos, self.data.qvel
        self.centre = _vec(carry.centre)
        for body, centre, turned, at, dof in (
            (two.stage.body, self.centre, np.eye(3), self.q_stage, self.at_stage),
            (two.lander, self.rover.centre, ROVER_FROM_BODY, self.q_rover, self.at_rover),
        ):
            axes = site_from_mcmf @ _matrix(body.attitude) @ turned.T
            rate = turned @ _vec(body.angular_rate) - axes.T @ spin
            q[at : at + 3] = _vec(frame.position(body.position)) - axes @ centre
            self.mujoco.mju_mat2Quat(q[at + 3 : at + 7], axes.ravel())
            v[dof : dof + 3] = _vec(frame.vector(body.velocity)) - axes @ _cross(rate, centre)
            v[dof + 3 : dof + 6] = rate
        self.data.act[:] = [float(t) for t in two.thrust]
        for name, at in zip(FOLDS, self.fold_angles, strict=True):
            q[at] = self._folded(name, 0.0)
        self._fold(0.0)

    # ----------------------------------------------------------------------------------------------------- one cycle
    def fly(self, order: Any) -> None:
        """One control cycle under the orders of flight software (`mind.Orders`, numbers of this lane)."""
        data, mujoco, model = self.data, self.mujoco, self.model
        self.now = float(order.time)
        if self.cut_at == NEVER and self.now >= self.cut_command - 1e-9:
            self.cut(self.now)
        since = self.now - self.started
        fall = _vec(order.fall)
        self._be(order)
        self._prepare(_vec(order.centre), fall)
        self._push_steadily(order)
        self._look_down(since)
        data.ctrl[self.burning] = self._asked(order.asked)
        mujoco.mj_step1(model, data)
        _, speed, quaternion = self._stage_motion()
        flows = [self._flow()]
        for k in range(self.steps):
            if k == self.steps // 2:
                flows.append(self._flow())
            self._pull(since + k * self.step)
            if data.qpos[self.q_rover + 2] < self.near:
                self._stand(self.now + k * self.step)
            elif self.loads.any():
                self._hang()
            mujoco.mj_step2(model, data)
            mujoco.mj_step1(model, data)
        flows.append(self._flow())
        self._burn(flows)
        self.now += CYCLE
        if not np.abs(data.qvel).max() < _FASTEST:
            self._lose("out_of_control", float(np.abs(data.qvel[3:6]).max()))
        after = self._stage_motion()
        mujoco.mju_subQuat(self.turn, after[2], quaternion)
        middle, half = quaternion.copy(), np.zeros(9)
        mujoco.mju_quatIntegrate(middle, self.turn, 0.5)
        mujoco.mju_quat2Mat(half, middle)
        self.velocity_change = half.reshape(3, 3).T @ (after[1] - speed - fall * CYCLE)
        self._watch()

    def _asked(self, asked: Any) -> Array:
        thrust = np.array([float(each) for each in asked])
        for engine, factor in self.faults.weak:
            thrust[engine] *= factor
        return thrust * (self.propellant > 0.0)

    def _be(self, order: Any) -> None:
        """Mass properties of the stage in this cycle."""
        model, s = self.model, self.stage
        xx, yy, zz, xy, xz, yz = (float(each) for each in order.inertia)
        moments, axes = np.linalg.eigh(np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]))
        axes[:, 2] *= np.sign(np.linalg.det(axes))
        model.body_mass[s] = model.body_subtreemass[s] = float(order.mass)
        model.body_inertia[s] = moments
        self.mujoco.mju_mat2Quat(model.body_iquat[s], np.ascontiguousarray(axes).ravel())

    def _prepare(self, centre: Array, fall: Array) -> None:
        self.centre = centre
        self.model.body_ipos[self.stage] = centre
        self.model.opt.gravity[:] = fall

    def _push_steadily(self, order: Any) -> None:
        """Drag on both bodies and the jets on the deck, held through the cycle."""
        data = self.data
        wind = _vec(order.wind) + np.array([*self.faults.wind, 0.0])
        density = float(order.density)
        self.steady = np.zeros((self.model.nbody, 6))
        for body, at, area in (
            (self.stage, self.at_stage, float(self.case.powered_descent.drag_area)),
            (self.chassis, self.at_rover, self.given.rover_drag_area),
        ):
            through = data.qvel[at : at + 3] - wind
            self.steady[body, :3] = -0.5 * density * area * np.linalg.norm(through) * through
        jets = self._jets()
        axes, r = data.xmat[self.chassis].reshape(3, 3), self.rover.rover
        deck = data.xpos[self.chassis] + axes @ [0.0, 0.0, r.belly_height + r.body_height]
        push = push_on_deck(jets, deck, axes[:, 2], r.body_length * r.body_width, self.given.plume.spread_exponent)
        self.steady[self.chassis, :3] += push
        self.steady[self.chassis, 3:] += _cross(deck - data.xipos[self.chassis], push)
        self.deck_push = float(np.linalg.norm(push))
        level = float(data.xpos[self.stage][2]) - self.below.height_under(data.xpos[self.stage])
        self.dust = dust_number(jets, level, self.given.plume.spread_exponent, self.given.plume.dust_pressure)
        data.xfrc_applied[:] = self.steady

    def _jets(self) -> Jets:
        axes = self.data.xmat[self.stage].reshape(3, 3)
        e = self.engines
        places = np.array([[e.place_x[i], e.place_y[i], e.place_z[i]] for i in range(e.count())], float)
        pushes = np.array([_vec(e.push(i)) for i in range(e.count())])
        return Jets(places @ axes.T + self.data.xpos[self.stage], -pushes @ axes.T, self.data.act.copy())

    def _pull(self, since: float) -> None:
        """Bridles and umbilical at this step."""
        data = self.data
        lengths, speeds = data.ten_length.tolist(), data.ten_velocity.tolist()
        self.pulls = self.reel.tensions(since, lengths, speeds)
        self.umbilical_pull = self.umbilical.pull(lengths[-1])
        data.ctrl[self.lines] = [*(-pull for pull in self.pulls), -self.umbilical_pull]
        if self.marks["taut"][0] == NEVER and any(pull > 0.0 for pull in self.pulls):
            self.marks["taut"] = (self.started + since, self.reel.paid_out(since)[0])

    def _stand(self, time: float) -> None:
        """Push of the ground at this step."""
        data, push = self.data, self._push()
        self.loads = push.force[:, 2]
        data.xfrc_applied[:] = self.steady
        if not push.force.any():
            return
        wrench = np.concatenate([push.force, cross(push.place - data.xipos[self.carriers], push.force)], 1)
        np.add.at(data.xfrc_applied, self.carriers, wrench)
        if self.marks["touched"][0] == NEVER:
            speed = self.rover_motion()[1]
            low = -float(np.max(push.depth)) + float(-speed[2]) * CYCLE
            self.marks["touched"] = (time, float(-speed[2]), float(np.hypot(speed[0], speed[1])), low)
            self.first_place = data.xpos[self.chassis].copy()

    def _hang(self) -> None:
        """The wheels have left the ground again."""
        self.loads = np.zeros(7)
        self.data.xfrc_applied[:] = self.steady

    def _push(self) -> Push:
        assert self.soil is not None, "wheels are near a ground that is laid out"
        assert self.ground is not None, "soil lies on a ground"
        data, ids, place = self.data, self.carriers, self.ground.place
        axes, spin = data.xmat[ids].reshape(-1, 3, 3), data.cvel[ids]
        pose = Pose(axes, data.xpos[ids] - place, spin[:, :3], spin[:, 3:], data.subtree_com[self.chassis] - place)
        push = self.soil.push(pose, self.step)
        return replace(push, place=push.place + place)

    # ------------------------------------------------------------------------------------------------ between cycles
    def _look_down(self, since: float) -> None:
        """Unfold the wheels in time, and lay out their ground once it is near."""
        g = self.given
        if since >= g.unfold_start - 1e-9:
            self.noted.setdefault("mobility_deploy", (self.now, (since,)))
        self._fold(np.clip((since - g.unfold_start) / g.unfold_time, 0.0, 1.0))
        place = self.data.xpos[self.chassis] if since > 0.0 else self.data.qpos[self.q_rover : self.q_rover + 3]
        if self.ground is None and self.below.height_under(place) < LOOK_AHEAD:
            self._lay_out(place)
        leaning = float(np.sqrt(max(1.0 - self.data.xmat[self.chassis][8] ** 2, 0.0)))
        self.near = self.top + 0.1 + _REACH * leaning

    def _lay_out(self, place: Array) -> None:
        axes = self.data.xmat[self.chassis].reshape(3, 3)
        hubs = (self.rover.hubs @ axes.T)[:, :2]
        rocks = rocks_under(self.faults, hubs, self.below.height_under(place)) if self.faults.rocks else None
        self.ground = self.below.near(place, self.faults.slope, rocks)
        self.soil = Soil(self.rover.rover.soil, self.ground.ground, skin(self.rover).carried(self.zero))
        self.top = float(self.ground.place[2] + self.ground.ground.top.max())

    def cut(self, time: float) -> None:
        """Part the bridles, but for those that are stuck, and the umbilical."""
        self.cut_at = time
        self.reel.attached = [k in self.faults.stuck for k in range(self.count)]
        self.umbilical.attached = False

    def _watch(self) -> None:
        """What ends a landing, and what makes it done."""
        data, place = self.data, self.data.xpos[self.chassis]
        low = float(self.data.qpos[self.q_rover + 2]) - (self.ground.place[2] if self.ground else -np.inf)
        if self.cut_at == NEVER and low < self.faults.early:
            self.cut(self.now)
        touched = self.marks["touched"][0] < NEVER
        moved = float(np.linalg.norm(place - self.first_place)) if touched else 0.0
        if moved > _ROOM:
            self._lose("rover_dragged", moved, float(sum(self.reel.attached)))
        apart = float(np.linalg.norm(self._stage_motion()[0] - self.rover_motion()[0]))
        if touched and apart < _TOUCHING:
            self._lose("descent_stage_on_rover", apart)
        quiet = touched and np.abs(data.qvel[self.rover_dofs]).max() < _STILL
        self.still = self.still + CYCLE if quiet else 0.0
        if self.done and "rover_at_rest" not in self.noted:
            self.noted["rover_at_rest"] = (self.now, (self.still,))

    def _lose(self, key: str, *figures: float) -> None:
        self.noted.setdefault(key, (self.now, figures))
        self.lost = True

    @property
    def done(self) -> bool:
        """The rover stands and nothing ties it to the stage."""
        free = self.cut_at < NEVER and not any(self.reel.attached)
        return free and self.still > _STILL_FOR - 1e-9

    def _fold(self, share: float) -> None:
        for name, row in zip(FOLDS, self.folds, strict=True):
            self.model.eq_data[row, 0] = self._folded(name, share)
        self.unfolded = float(share)

    def _folded(self, name: str, share: float) -> float:
        left = 0.5 * (1.0 + np.cos(np.pi * share))
        return float(-left * self.given.stowed_front if name.startswith("front") else left * self.given.stowed_rear)

    # ---------------------------------------------------------------------------------------------------- propellant
    def _flow(self) -> float:
        return float(self.engines.mass_flow(tuple(self.data.act.tolist())))

    def _burn(self, flows: list[float]) -> None:
        """Propellant of the cycle by Simpson's rule; dry tanks give no thrust from the next cycle on."""
        used = CYCLE * (flows[0] + 4.0 * flows[1] + flows[2]) / 6.0
        if self.propellant > 0.0 and used >= self.propellant:
            self.marks["dry"] = (self.now + CYCLE * self.propellant / used,)
            self.data.act[:] = 0.0
        self.propellant = max(self.propellant - used, 0.0)

    # -------------------------------------------------------------------------------------------------------- motion
    def _stage_motion(self) -> tuple[Array, Array, Array]:
        """Place and velocity of the stage's centre of mass, and its attitude."""
        return self._motion(self.q_stage, self.at_stage, self.stage, self.centre)

    def rover_motion(self) -> tuple[Array, Array, Array]:
        """Place and velocity of the rover's centre of mass with wheels down, and its attitude."""
        return self._motion(self.q_rover, self.at_rover, self.chassis, self.rover.centre)

    def _motion(self, at: int, dof: int, body: int, centre: Array) -> tuple[Array, Array, Array]:
        data = self.data
        axes = data.xmat[body].reshape(3, 3)
        rate = data.qvel[dof + 3 : dof + 6]
        speed = data.qvel[dof : dof + 3] + axes @ _cross(rate, centre)
        return data.qpos[at : at + 3] + axes @ centre, speed, data.qpos[at + 3 : at + 7].copy()

    def flown(self, valid: bool, go: bool) -> list[float]:
        """Leaves of `mind.Flown` in order."""
        place, speed, q = self._stage_motion()
        below, moving, p = self.rover_motion()
        data, marks = self.data, self.marks
        body = np.zeros(9)
        self.mujoco.mju_quat2Mat(body, p)
        self.mujoco.mju_mat2Quat(p, np.ascontiguousarray(body.reshape(3, 3) @ ROVER_FROM_BODY).ravel())
        rates = data.qvel[self.at_stage + 3 : self.at_stage + 6], data.qvel[self.at_rover + 3 : self.at_rover + 6]
        out = self.started + self.reel.out_at()
        return [
            float(valid), float(go), *place, *speed, *q, *rates[0], *self.velocity_change, *self.turn,
            self.propellant, *marks["dry"], *data.act, *below, *moving, *p, *(ROVER_FROM_BODY.T @ rates[1]),
            *marks["taut"], out if out <= self.now + 1e-9 else NEVER, *marks["touched"],
        ]  # fmt: skip

    def readings(self) -> dict[str, list[float]]:
        """What the record has of this moment besides the state: names of `recorder`, SI."""
        since = self.now - self.started
        lengths, speeds = self.data.ten_length.tolist(), self.data.ten_velocity.tolist()
        return {
            "tensions": self.reel.tensions(since, lengths, speeds),
            "wheel_loads": self.loads[:6].tolist(),
            "belly_load": [float(self.loads[6])],
            "paid_out": [self.reel.paid_out(since)[0]],
            "suspension": self.data.qpos[self.arms].tolist(),
            "unfolded": [self.unfolded],
            "umbilical": [self.umbilical.pull(lengths[-1])],
            "deck_push": [self.deck_push],
            "dust": [self.dust],
        }


def _cross(a: Array, b: Array) -> Array:
    (x, y, z), (u, v, w) = a.tolist(), b.tolist()
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


def _vec(v: Vec3 | Any) -> Array:
    return np.array([float(v[0]), float(v[1]), float(v[2])])


def _matrix(q: Any) -> Array:
    m = attitude.matrix(attitude.Quaternion(*(float(each) for each in q)))
    return np.array([_vec(m.cx), _vec(m.cy), _vec(m.cz)]).T
