"""The MuJoCo side of a batch of landings: their models, their state in one array, and what steps them.

While nothing but lines, jets and air pushes the bodies, `mujoco.rollout` flies a control cycle of every landing in one call; near the
ground each is stepped by `step_one_by_one`, so that the ground can answer at every step. A landing is the same beside others and alone.
The only constraints are equalities and stops of joints: their solution does not depend on where the solver starts.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.surface.chassis import Chassis
from skycrane.surface.manoeuvre.bodies_text import bodies_text
from skycrane.surface.rover_model import FOLDING_BODIES, FOLDS
from skycrane.surface.settle import mujoco_module

Array = NDArray[np.float64]
Lanes = NDArray[np.intp]

CARRIER = (1, 2, 2, 3, 4, 4, 0)  # of the patches of the skin, in FOLDING_BODIES
SUSPENSION = ("rocker_left", "rocker_right", "bogie_left", "bogie_right")


class Machines:
    """Landings of one mission: `rovers` and `vehicles` (one each), x of the wheels' lowest points in body axes `ahead` (n,) [m], step [s].

    `state` (n, size) has time, positions, velocities and activations as MuJoCo's full physics state; `q`, `v` and `act` are views of it.
    """

    def __init__(self, rovers: list[Chassis], vehicles: list[Any], ahead: Array, step: float) -> None:
        self.mujoco = mujoco_module()
        text = [bodies_text(*each, step) for each in zip(rovers, vehicles, ahead.tolist(), strict=True)]
        self.models = [self.mujoco.MjModel.from_xml_string(each) for each in text]
        self.datas = [self.mujoco.MjData(model) for model in self.models]
        m = self.models[0]
        self.step = step
        self.stage, self.chassis = m.body("stage").id, m.body("rover").id
        self.v_stage, self.v_rover = int(m.joint("stage").dofadr[0]), int(m.joint("rover").dofadr[0])
        self.q_stage, self.q_rover = int(m.joint("stage").qposadr[0]), int(m.joint("rover").qposadr[0])
        self.folds = [m.equality(f"hold_{name}").id for name in FOLDS]
        self.fold_angles = [int(m.joint(name).qposadr[0]) for name in FOLDS]
        self.arms = [int(m.joint(name).qposadr[0]) for name in SUSPENSION]
        self.carriers = np.array([m.body(FOLDING_BODIES[k]).id for k in CARRIER])
        self.carry = np.zeros((m.nbody, len(self.carriers)))  # which body each patch pushes
        self.carry[self.carriers, np.arange(len(self.carriers))] = 1.0
        kinds = self.mujoco.mjtState
        self._whole = kinds.mjSTATE_FULLPHYSICS.value
        self._control = kinds.mjSTATE_CTRL.value | kinds.mjSTATE_XFRC_APPLIED.value
        self.state = np.zeros((len(rovers), self.mujoco.mj_stateSize(m, self._whole)))
        first = 1  # after time
        self.q = self.state[:, first : first + m.nq]
        self.v = self.state[:, first + m.nq : first + m.nq + m.nv]
        self.act = self.state[:, first + m.nq + m.nv : first + m.nq + m.nv + m.na]
        self.warm = np.zeros((len(rovers), m.nv))  # acceleration of the last step, from where the solver starts
        self._spare = self.mujoco.MjData(m)
        self.hubs_at_zero = self._at_zero()
        self.layout = SeenLayout(m.nbody, m.ntendon, m.nq, m.nv)
        self._seen = [[getattr(d, name).reshape(-1) for name in _OF_DATA] for d in self.datas]
        self._driven = [(d.ctrl, d.xfrc_applied) for d in self.datas]

    def _at_zero(self) -> Array:
        """Origins of the bodies that carry the patches, from the rover's, with all joints at zero (n, 7, 3) [m]."""
        places = []
        for model, data in zip(self.models, self.datas, strict=True):
            self.mujoco.mj_kinematics(model, data)
            places.append(data.xpos[self.carriers] - data.xpos[self.chassis])
        return np.array(places)

    # ----------------------------------------------------------------------------------------------------- properties
    def be(self, lanes: Lanes, mass: Array, centre: Array, inertia: Array, fall: Array) -> None:
        """Mass (n,), centre (n, 3) and inertia (n, 9) of the stages of these landings, and their free fall (n, 3) [m/s^2]."""
        s, axes = self.stage, np.zeros(9)
        for k, lane in enumerate(lanes):
            m = self.models[lane]
            m.body_mass[s] = m.body_subtreemass[s] = mass[k]
            m.body_ipos[s], m.opt.gravity[:] = centre[k], fall[k]
            self.mujoco.mju_eig3(m.body_inertia[s], axes, m.body_iquat[s], inertia[k])

    def fold(self, lanes: Lanes, angles: Array) -> None:
        """Hold the arms of these landings at angles (n, 4) [rad]."""
        for k, lane in enumerate(lanes):
            self.models[lane].eq_data[self.folds, 0] = angles[k]

    # --------------------------------------------------------------------------------------------------------- motion
    def lines(self, lanes: Lanes) -> tuple[Array, Array]:
        """Length (n, lines) [m] of bridles and umbilical, and how fast they grow [m/s]."""
        data, m, found = self._spare, self.mujoco, []
        for lane in lanes:
            data.qpos[:], data.qvel[:] = self.q[lane], self.v[lane]
            for compute in (m.mj_kinematics, m.mj_comPos, m.mj_tendon, m.mj_fwdVelocity):
                compute(self.models[lane], data)
            found.append([data.ten_length.copy(), data.ten_velocity.copy()])
        lengths, speeds = np.array(found).transpose(1, 0, 2)
        return lengths, speeds

    def lowest_wheel(self, lane: int | np.intp, rover: Chassis) -> Array:
        """Lowest point of the lowest wheel (3,) [m]."""
        data = self._spare
        data.qpos[:] = self.q[lane]
        self.mujoco.mj_kinematics(self.models[lane], data)
        some = self.carriers[:6]
        arms = rover.hubs - self.hubs_at_zero[lane, :6]
        hubs = data.xpos[some] + (data.xmat[some].reshape(-1, 3, 3) @ arms[:, :, None])[..., 0]
        return np.asarray(hubs[np.argmin(hubs[:, 2])] - [0.0, 0.0, 0.5 * rover.rover.wheel_diameter])

    def carried(self, lane: int | np.intp) -> tuple[Array, Array]:
        """Axes (7, 3, 3) and origins (7, 3) [m] of the bodies that carry the patches."""
        data = self._spare
        data.qpos[:] = self.q[lane]
        self.mujoco.mj_kinematics(self.models[lane], data)
        return data.xmat[self.carriers].reshape(-1, 3, 3), data.xpos[self.carriers]

    def roll(self, lanes: Lanes, control: Array, wrench: Array) -> tuple[Array, Array]:
        """A cycle of these landings in open loop: controls (n, steps, nu), wrenches (n, bodies, 6) held. Gives the states after each step
        (n, steps, size) and lengths and speeds of the lines before each (n, steps, 2 lines); `state` is left alone."""
        from mujoco import rollout

        steps = control.shape[1]
        held = np.broadcast_to(wrench.reshape(len(lanes), 1, -1), (len(lanes), steps, wrench[0].size))
        states, sensed = rollout.rollout(
            [self.models[lane] for lane in lanes],
            self._spare,
            self.state[lanes],
            np.concatenate([control, held], axis=2),
            control_spec=self._control,
            nstep=steps,
            initial_warmstart=self.warm[lanes],
        )
        return states, sensed

    def step_one_by_one(
        self, lanes: Lanes, rows: Array, steps: int, drive: Callable[[int, "Seen"], tuple[Array, Array]]
    ) -> Array:
        """A cycle of these landings step by step; `drive(k, seen)` gives controls (n, nu) and wrenches (n, bodies, 6) for step k. The rows
        (n, at least `layout.size`) begin with what is seen. Gives the states (n, steps, size) half-way and after the last two steps;
        `state` is left alone."""
        mujoco = self.mujoco
        each = [(self.models[k], self.datas[k], *self._driven[k], self._seen[k]) for k in lanes]
        for lane, (model, data, *_) in zip(lanes, each, strict=True):
            mujoco.mj_setState(model, data, self.state[lane], self._whole)
            data.qacc_warmstart[:] = self.warm[lane]
        states, kept = np.empty((len(lanes), steps, self.state.shape[1])), {steps // 2 - 1, steps - 2, steps - 1}
        first = [row[: self.layout.size] for row in rows]
        seen = self.layout.split(rows)
        for k in range(steps):
            for (model, data, _, _, there), row in zip(each, first, strict=True):
                mujoco.mj_step1(model, data)
                np.concatenate(there, out=row)
            controls, wrenches = drive(k, seen)
            for n, (model, data, control, wrench, _) in enumerate(each):
                control[:], wrench[:] = controls[n], wrenches[n]
                mujoco.mj_step2(model, data)
                if k in kept:
                    mujoco.mj_getState(model, data, states[n, k], self._whole)
        return states

    def take(self, lanes: Lanes, states: Array) -> None:
        """Go on from the end of a cycle whose states were (n, steps, size)."""
        first = 1 + self.q.shape[1]
        before, last = (states[:, k, first : first + self.v.shape[1]] for k in (-2, -1))
        self.state[lanes], self.warm[lanes] = states[:, -1], (last - before) / self.step


_OF_DATA = ("xpos", "xmat", "cvel", "subtree_com", "xipos", "ten_length", "ten_velocity", "qpos", "qvel")


class Seen(NamedTuple):
    """What MuJoCo has of some landings within a step, a row each (or of one alone): places (n, bodies, 3), axes (n, bodies, 9) and spatial
    velocities (n, bodies, 6) of the bodies, centres of mass of trees, centres of bodies, lengths and speeds of the lines, positions
    and velocities of the joints."""

    xpos: Any
    xmat: Any
    cvel: Any
    subtree_com: Any
    xipos: Any
    length: Any
    speed: Any
    q: Any
    v: Any


class SeenLayout(NamedTuple):
    """How many bodies, lines, positions and velocities there are: where each part of `Seen` lies in a row."""

    bodies: int
    lines: int
    positions: int
    velocities: int

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of the parts, in the order of `Seen`."""
        b, n = self.bodies, self.lines
        return (b, 3), (b, 9), (b, 6), (b, 3), (b, 3), (n,), (n,), (self.positions,), (self.velocities,)

    @property
    def size(self) -> int:
        """Numbers of a row."""
        return sum(math.prod(shape) for shape in self.shapes)

    def split(self, rows: Any) -> Seen:
        """The parts of rows (..., at least `size`): views of NumPy arrays, parts of JAX ones."""
        parts, first = [], 0
        for shape in self.shapes:
            last = first + math.prod(shape)
            parts.append(rows[..., first:last].reshape(*rows.shape[:-1], *shape))
            first = last
        return Seen(*parts)
