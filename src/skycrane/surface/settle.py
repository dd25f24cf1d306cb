"""Let the rover down on its ground and wait until it rests: pose, loads of the wheels, how deep they stand.

The rover starts along the plane under its wheels, these braked, touching the ground at one place, and is let go without speed: what
the bridles and the engines do in the last second is not in it. Rigid bodies by MuJoCo (semi-implicit steps), forces of the ground
by `soil`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.errors import InputError
from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import LocalGround, bilinear
from skycrane.surface.rover_model import BODIES, CARRIER, model_text
from skycrane.surface.soil import PATCHES, Pose, Push, Skin, cross, push_of_ground, skin
from skycrane.surface.touchdown_place import Stance

Array = NDArray[np.float64]

STEP = 0.004  # [s] rest moves by less than 0.01 degree down to a quarter of it
_CARRIERS = (*CARRIER, 0)  # of the patches: six wheels and the belly
_STILL = 2e-4  # [m/s], [rad/s] of any joint
_STILL_FOR, _LONGEST = 0.3, 20.0  # [s]
_ARMS = ("rocker_left", "rocker_right", "bogie_left", "bogie_right")
_ROOM = 1.5  # [m] that it may slide: the wheels are then still on the ground
_FASTEST = 50.0  # [m/s], [rad/s]: nothing that is let down without speed gets there


@dataclass(frozen=True)
class Rest:
    """How the rover stands, in local axes (x east, y north, z up).

    axes: columns forward, left, up (3, 3); origin of the rover axes (3,) [m]; hubs (6, 3) [m]; load along the vertical (6,) [N];
    depth in the soil (6,) [m]; share of the load on rock (6,); load on the belly [N]; angles of left and right rocker, left and right
    bogie (4,) [rad].
    """

    axes: Array
    origin: Array
    hubs: Array
    load: Array
    sink: Array
    on_rock: Array
    belly_load: float
    suspension: Array
    at_rest: bool
    seconds: float

    @property
    def tilt(self) -> float:
        """Deck against the level plane [rad]."""
        return float(np.arccos(np.clip(self.axes[2, 2], -1.0, 1.0)))

    @property
    def pitch(self) -> float:
        """Nose up is positive [rad]."""
        return float(np.arcsin(np.clip(self.axes[2, 0], -1.0, 1.0)))

    @property
    def roll(self) -> float:
        """Right side down is positive [rad]."""
        return float(np.arctan2(self.axes[2, 1], self.axes[2, 2]))

    @property
    def heading(self) -> float:
        """Of the nose, clockwise from north [rad], 0 to 2 pi."""
        return float(np.arctan2(self.axes[0, 0], self.axes[1, 0]) % (2.0 * np.pi))


def settle(
    rover: Chassis,
    ground: LocalGround,
    heading: float,
    gravity: float,
    step: float = STEP,
    stance: Stance | None = None,
) -> Rest:
    """Where the rover comes to rest, let down with its nose to `heading` [rad, clockwise from north] under `gravity` [m/s^2].

    With a `stance` it is put down as a record left it and stays so: pose, loads and angles are the record's, and only how deep the wheels
    stand is found here.
    """
    standing = _Standing(rover, ground, heading, gravity, step)
    if stance is not None:
        standing.take(stance)
    found = standing.rest(rover, standing.run())
    if stance is None:
        return found
    return replace(
        found, axes=stance.axes, suspension=stance.suspension, load=stance.load, belly_load=stance.belly_load, at_rest=True,
        seconds=stance.seconds,
    )  # fmt: skip


class _Standing:
    """The MuJoCo model, its state and the soil under it."""

    def __init__(self, rover: Chassis, ground: LocalGround, heading: float, gravity: float, step: float) -> None:
        self.mujoco = mujoco_module()
        self.model = self.mujoco.MjModel.from_xml_string(model_text(rover, gravity, step))
        self.data = self.mujoco.MjData(self.model)
        self.ids = np.array([self.model.body(BODIES[each]).id for each in _CARRIERS])
        self.mujoco.mj_kinematics(self.model, self.data)
        whole, self.joints_at_zero = skin(rover), self.data.xpos[self.ids].copy()
        self.soil, self.ground, self.skin = rover.rover.soil, ground, whole.carried(self.joints_at_zero)
        self.shear = np.zeros((PATCHES, 3))
        self.data.qpos[:7] = _start(rover, whole, ground, heading)

    def take(self, stance: Stance) -> None:
        """Stand as a record says, the lowest element touching."""
        data = self.data
        self.mujoco.mju_mat2Quat(data.qpos[3:7], stance.axes.ravel())
        for name, angle in zip(_ARMS, stance.suspension, strict=True):
            data.joint(name).qpos[0] = angle
        data.qpos[2] = 0.0
        self.mujoco.mj_kinematics(self.model, data)
        axes = data.xmat[self.ids].reshape(-1, 3, 3)
        x, y, z = (axes @ self.skin.place + data.xpos[self.ids][:, :, None]).transpose(1, 0, 2)
        data.qpos[2] = np.max(bilinear(self.ground.top, x, y) - z)

    def run(self) -> bool:
        """Step until nothing moves; False when that never comes or it slides away from the ground that is known."""
        mujoco, model, data, still = self.mujoco, self.model, self.data, 0.0
        while data.time < _LONGEST and np.hypot(data.qpos[0], data.qpos[1]) < _ROOM:
            mujoco.mj_step1(model, data)
            self._apply(self._push())
            mujoco.mj_step2(model, data)
            _sound(model, data)
            still = still + model.opt.timestep if np.abs(data.qvel).max() < _STILL else 0.0
            if still >= _STILL_FOR:
                return True
        return False

    def rest(self, rover: Chassis, at_rest: bool) -> Rest:
        """What there is to know at the end."""
        self.mujoco.mj_step1(self.model, self.data)
        push, data = self._push(), self.data
        load = push.force[:, 2]
        axes, origins = data.xmat[self.ids].reshape(-1, 3, 3), data.xpos[self.ids]
        arms = rover.hubs - self.joints_at_zero[:6]
        return Rest(
            axes=axes[6].copy(),
            origin=origins[6].copy(),
            hubs=origins[:6] + np.einsum("nij,nj->ni", axes[:6], arms),
            load=load[:6],
            sink=np.where(load[:6] > 0.0, push.depth[:6], 0.0),
            on_rock=np.clip(push.on_rock[:6] / np.maximum(np.linalg.norm(push.force[:6], axis=1), 1e-9), 0.0, 1.0),
            belly_load=float(load[6]),
            suspension=np.array([float(data.joint(name).qpos[0]) for name in _ARMS]),
            at_rest=at_rest,
            seconds=float(data.time),
        )

    def _push(self) -> Push:
        data, ids = self.data, self.ids
        spin = data.cvel[ids]
        pose = Pose(
            data.xmat[ids].reshape(-1, 3, 3), data.xpos[ids], spin[:, :3], spin[:, 3:], data.subtree_com[ids[6]]
        )
        push = push_of_ground(
            self.soil, self.ground.fields, self.skin, pose, self.shear, float(self.model.opt.timestep)
        )
        self.shear = push.shear
        return push

    def _apply(self, push: Push) -> None:
        data = self.data
        data.xfrc_applied[:] = 0.0
        force, place = push.force, push.place
        wrench = np.concatenate([force, cross(place - data.xipos[self.ids], force)], 1)
        np.add.at(data.xfrc_applied, self.ids, np.where(force[:, 2:] != 0.0, wrench, 0.0))


def _start(rover: Chassis, rover_skin: Skin, ground: LocalGround, heading: float) -> Array:
    """Nose to the heading, deck along the plane under the wheels, lowest element touching: place and quaternion (7,)."""
    along, across = np.array([np.sin(heading), np.cos(heading)]), np.array([-np.cos(heading), np.sin(heading)])
    feet = rover.hubs[:, :1] * along + rover.hubs[:, 1:2] * across
    heights = bilinear(ground.heights, feet[:, 0], feet[:, 1])
    plane = np.concatenate([feet, np.ones((6, 1))], 1)
    (to_east, to_north, _), *_ = np.linalg.lstsq(plane, heights, rcond=None)
    up = np.array([-to_east, -to_north, 1.0]) / np.sqrt(1.0 + to_east**2 + to_north**2)
    forward = np.array([*along, along @ [to_east, to_north]])
    forward /= np.linalg.norm(forward)
    axes = np.stack([forward, np.cross(up, forward), up], 1)
    x, y, z = (axes @ rover_skin.place).transpose(1, 0, 2)
    lift = np.max(bilinear(ground.top, x, y) - z)
    quaternion = np.zeros(4)
    mujoco_module().mju_mat2Quat(quaternion, axes.ravel())
    return np.array([0.0, 0.0, float(lift), *quaternion])


def mujoco_module() -> Any:
    """MuJoCo, quiet; InputError where it is not installed."""
    try:
        import mujoco
    except ImportError:
        raise InputError("setting the rover down needs MuJoCo, which is not installed; `pip install mujoco`") from None
    mujoco.set_mju_user_warning(
        lambda _message: None
    )  # MuJoCo's own way is a file in the working folder; `_sound` looks for them
    return mujoco


def _sound(model: Any, data: Any) -> None:
    """InputError when the motion has left all bounds: the soil is too stiff or the parts are too light for the step."""
    if data.time == 0.0 or not np.abs(data.qvel).max() < _FASTEST:  # MuJoCo starts anew when numbers are lost
        raise InputError(
            f"the rover does not settle with steps of {1e3 * model.opt.timestep:g} ms: rover.soil.bearing_pressure_Pa is too high for "
            "the masses of [rover]"
        )
