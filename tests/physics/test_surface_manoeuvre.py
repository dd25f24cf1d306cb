"""Every body of the manoeuvre: closed forms of bridles and pendulum, budgets through the cut, rest on the ground."""

import numpy as np
import pytest
from lowering import CYCLE, bodies, ends, hold, let_down, order, rover_of, stage_of, tensions, tilt
from rover_on_ground import GRAVITY, hardly_giving, preset_rover, rough_ground

from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import inclined_plane
from skycrane.surface.manoeuvre.bodies import Bodies
from skycrane.surface.settle import settle

LEVEL = inclined_plane(0.0, 0.0)
STAGE = 830.0  # [kg]


@pytest.fixture(scope="module")
def rover() -> Chassis:
    return preset_rover()


@pytest.fixture(scope="module")
def on_hard_ground(rover: Chassis) -> Chassis:
    return hardly_giving(rover)


def test_a_hanging_rover_stretches_its_bridles_as_springs_in_line_with_them(rover: Chassis) -> None:
    made = bodies(rover, LEVEL, 40.0)
    hold(made, 8.0)
    pulls, b = tensions(made), made.bridles
    tops, bottoms = ends(made)
    lengths = np.linalg.norm(tops - bottoms, axis=1)
    assert pulls == pytest.approx(float(b.stiffness[0]) * (lengths - float(b.length[0])), rel=1e-3)
    upward = ((tops - bottoms)[:, 2] / lengths) @ pulls
    assert upward == pytest.approx(rover.mass * GRAVITY, rel=3e-3)  # it still swings a little


def test_a_hanging_rover_bounces_with_the_frequency_of_its_springs(rover: Chassis) -> None:
    """Undamped bridles: w^2 = sum of k cos^2 over m, cos of the bridle against the vertical."""
    made = bodies(rover, LEVEL, 40.0)
    hold(made, 8.0)
    tops, bottoms = ends(made)
    line = tops[0] - bottoms[0]
    cosine = line[2] / np.linalg.norm(line)
    made.lines.damping[:] = 0.0
    made.machines.v[0, made.machines.v_rover + 2] = -0.02
    height = np.array(hold(made, 6.0, lambda m: rover_of(m).place[0, 2]))
    height = height - height.mean()
    crossings = np.flatnonzero((height[:-1] < 0.0) & (height[1:] >= 0.0))
    edges = crossings - height[crossings] / (height[crossings + 1] - height[crossings])
    period = CYCLE * float(np.mean(np.diff(edges)))
    stiffness = 3.0 * float(made.bridles.stiffness[0]) * cosine**2
    assert period == pytest.approx(2.0 * np.pi * np.sqrt(rover.mass / stiffness), rel=0.02)


def test_a_rover_let_down_at_touchdown_speed_pulls_as_much_as_three_springs_must(rover: Chassis) -> None:
    """Undamped, caught at v on bridles that just carry it: largest pull along the vertical m g + v sqrt(m K), K = sum of k cos^2."""
    made = bodies(rover, LEVEL, 40.0)
    hold(made, 8.0)
    tops, bottoms = ends(made)
    cosine = (tops - bottoms)[:, 2] / np.linalg.norm(tops - bottoms, axis=1)
    made.lines.damping[:] = 0.0
    m, largest = made.machines, 0.0
    m.v[0, m.v_rover + 2] = -0.75
    roll = m.roll

    def seen(lanes: np.ndarray, control: np.ndarray, wrench: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        nonlocal largest
        states, sensed = roll(lanes, control, wrench)
        stretch = np.maximum(sensed[0, :, :3] - made.bridles.length, 0.0)
        largest = max(largest, float((made.bridles.stiffness * stretch @ cosine).max()))
        return states, sensed

    m.roll = seen  # type: ignore[method-assign]
    hold(made, 0.4)
    stiffness = float(made.bridles.stiffness[0]) * np.sum(cosine**2)
    assert largest == pytest.approx(rover.mass * GRAVITY + 0.75 * np.sqrt(rover.mass * stiffness), rel=0.01)


def test_a_hanging_rover_swings_as_a_compound_pendulum_about_the_spool(rover: Chassis) -> None:
    """Three taut bridles from one spool make one stiff body: T = 2 pi sqrt((I + m L^2) / (m g L))."""
    made = bodies(rover, LEVEL, 40.0)
    m = made.machines
    m.models[0].dof_damping[m.v_rover + 6 :] = 1e5  # rockers and bogies stay
    hold(made, 8.0)
    arm = ends(made)[0].mean(axis=0) - rover_of(made).place[0]
    m.v[0, m.v_rover] = 0.15
    m.v[0, m.v_rover + 3 : m.v_rover + 6] = 0.0
    side = np.array(hold(made, 20.0, lambda m: rover_of(m).place[0, 0]))
    side = side - side.mean()
    crossings = np.flatnonzero((side[:-1] < 0.0) & (side[1:] >= 0.0))
    edges = crossings - side[crossings] / (side[crossings + 1] - side[crossings])
    period = CYCLE * float(np.mean(np.diff(edges)))
    length = float(np.linalg.norm(arm))
    inertia = 850.0  # about the nose, which looks north: body z of the preset's lander
    swing = 2.0 * np.pi * np.sqrt((inertia + rover.mass * length**2) / (rover.mass * GRAVITY * length))
    assert period == pytest.approx(swing, rel=4e-3)  # bridles give, the spool has a width


def test_bodies_that_draw_apart_keep_their_momentum_and_only_lose_energy_as_the_bridles_come_taut(
    rover: Chassis,
) -> None:
    made = bodies(rover, LEVEL, 400.0, apart=6.3)
    m = made.machines
    m.v[0, m.v_rover + 2] = -0.6

    def momentum_and_energy() -> tuple[np.ndarray, float]:
        model, data = m.models[0], m.datas[0]
        data.qpos[:], data.qvel[:] = m.q[0], m.v[0]
        m.mujoco.mj_step1(model, data)
        m.mujoco.mj_subtreeVel(model, data)
        masses = np.array([STAGE, model.body_subtreemass[m.chassis]])
        linear = masses[:, None] * data.subtree_linvel[[m.stage, m.chassis]]
        m.mujoco.mj_energyVel(model, data)
        return linear.sum(axis=0), float(data.energy[1])

    coast = lambda: made.fly(order(made, STAGE, 0.0, 0.0))  # noqa: E731
    coast()
    before, energy = momentum_and_energy()
    largest = 0.0
    for _ in range(60):
        coast()
        largest = max(largest, *tensions(made))
    after, left = momentum_and_energy()
    assert largest > 1000.0
    assert after == pytest.approx(before, abs=1e-5 * abs(before[2]))
    assert left < energy
    closing = stage_of(made).velocity[0, 2] - rover_of(made).velocity[0, 2]
    assert closing == pytest.approx(-rebound(made, 0.6, STAGE * rover.mass / (STAGE + rover.mass)), rel=0.02)


def rebound(made: Bodies, speed: float, mass: float) -> float:
    """Speed with which a mass [kg] leaves three bridles that it meets at a speed [m/s]: m s'' = -max(K s + C s', 0) until s is 0 again."""
    tops, bottoms = ends(made)
    share = float(np.sum(((tops - bottoms)[:, 2] / np.linalg.norm(tops - bottoms, axis=1)) ** 2))
    k, c = share * float(made.bridles.stiffness[0]), share * float(made.bridles.damping[0])
    stretch, step = 0.0, 2e-5
    while stretch >= 0.0:
        speed -= max(k * stretch + c * speed, 0.0) / mass * step
        stretch += speed * step
    return -speed


def test_through_the_cut_velocities_are_continuous_and_each_body_moves_on_under_its_own_forces(rover: Chassis) -> None:
    """The stretch's energy leaves with the bridles; momentum changes by weight and thrust alone: v = v0 - g t, v = v0 + (F / m - g) t."""
    made = bodies(rover, LEVEL, 400.0)
    hold(made, 8.0)
    lift = (STAGE + rover.mass) * GRAVITY
    made.machines.act[:] = np.array(order(made, STAGE, lift).asked).T
    stage, below = stage_of(made).velocity[0], rover_of(made).velocity[0]
    made.cut(0, made.now[0])
    made.fly(order(made, STAGE, lift))
    assert tensions(made).tolist() == [0.0, 0.0, 0.0]
    seconds = CYCLE
    for _ in range(9):
        made.fly(order(made, STAGE, lift))
        seconds += CYCLE
    assert rover_of(made).velocity[0] == pytest.approx(below - np.array([0.0, 0.0, GRAVITY * seconds]), abs=0.02)
    rise = lift / STAGE - GRAVITY
    assert stage_of(made).velocity[0] == pytest.approx(stage + np.array([0.0, 0.0, rise * seconds]), abs=2e-3)


def test_through_the_cut_energy_is_what_engines_give_and_dampers_take_and_the_stretch_leaves_with_the_bridles(
    rover: Chassis,
) -> None:
    """d(kinetic + potential + 1/2 k s^2) = power of the engines - c (ds/dt)^2 at every step; at the cut 1/2 k s^2 is gone, nothing else."""
    made = bodies(rover, LEVEL, 400.0)
    m, b = made.machines, made.bridles
    m.models[0].dof_damping[m.v_rover + 6 :] = 1e5  # rockers and bogies stay
    hold(made, 8.0)
    m.v[0, m.v_rover + 2] = -0.12  # it bounces
    lift = (STAGE + rover.mass) * GRAVITY
    m.act[:] = np.array(order(made, STAGE, lift).asked).T
    model, data, roll, found = m.models[0], m.datas[0], m.roll, []

    def seen(lanes: np.ndarray, control: np.ndarray, wrench: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        before = m.state.copy()
        states, sensed = roll(lanes, control, wrench)
        for state, line in zip([before[0], *states[0, :-1]], sensed[0], strict=True):
            data.qpos[:], data.qvel[:] = state[1 : 1 + model.nq], state[1 + model.nq : 1 + model.nq + model.nv]
            m.mujoco.mj_step1(model, data)
            m.mujoco.mj_energyPos(model, data)
            m.mujoco.mj_energyVel(model, data)
            held = made.lines.attached[0]
            stretch = np.where(held, np.maximum(line[:3] - float(b.length[0]), 0.0), 0.0)
            stored = 0.5 * float(b.stiffness[0]) * np.sum(stretch**2)
            lost = float(b.damping[0]) * np.sum(np.where(stretch > 0.0, line[4:7], 0.0) ** 2)
            each = m.act[0, 0] * made.pushes[0]
            push = data.xmat[m.stage].reshape(3, 3) @ each.sum(axis=0)
            torque = np.cross(made.nozzles[0], each).sum(axis=0)
            speed, rate = data.qvel[m.v_stage : m.v_stage + 3], data.qvel[m.v_stage + 3 : m.v_stage + 6]
            found.append([data.energy.sum(), stored, push @ speed + torque @ rate - lost, lost])
        return states, sensed

    m.roll = seen  # type: ignore[method-assign]
    cut = 12
    for k in range(20):
        if k == cut:
            made.cut(0, made.now[0])
        made.fly(order(made, STAGE, lift))
    moving, stored, power, lost = np.array(found).T
    at = cut * made.steps
    given = np.cumsum(power) * made.step
    largest = np.ptp(moving[:at])
    assert largest > 5.0
    assert lost[:at].sum() * made.step > 0.3
    assert stored[at - 1] > 50.0
    assert np.all(stored[at:] == 0.0)
    whole = moving[:at] + stored[:at] - given[:at]
    assert np.ptp(whole) < 0.01 * largest + 0.3
    assert moving[at] - moving[at - 1] == pytest.approx(0.0, abs=2.0)  # a step's worth: the cut moves nothing
    alone = moving[at:] - given[at:]
    assert np.ptp(alone) < 0.01 * np.ptp(moving[at:])  # of first order in the step


@pytest.mark.parametrize(("slope_deg", "azimuth_deg"), [(1.0, 0.0), (9.0, 140.0), (15.0, 0.0), (15.0, 90.0)])
def test_let_down_on_a_hard_plane_the_rover_is_tilted_as_the_plane(
    on_hard_ground: Chassis, slope_deg: float, azimuth_deg: float
) -> None:
    steep, turn = np.tan(np.radians(slope_deg)), np.radians(azimuth_deg)
    made = bodies(on_hard_ground, inclined_plane(steep * np.sin(turn), steep * np.cos(turn)), 7.5, 0.75)
    let_down(made, 16.0)
    assert made.done[0]
    assert tilt(made) == pytest.approx(slope_deg, abs=0.05)
    left, right = np.degrees(made.readings()["suspension"][0, :2])
    assert left + right == pytest.approx(0.0, abs=0.005), "the differential gives"


def test_at_rest_wheels_and_belly_carry_the_weight(rover: Chassis) -> None:
    made = bodies(rover, rough_ground(), 7.5, 0.75)
    let_down(made)
    assert made.done[0]
    readings = made.readings()
    upward = readings["wheel_loads"].sum() + readings["belly_load"].sum()
    assert upward == pytest.approx(rover.mass * GRAVITY, rel=2e-3)
    m = made.machines
    assert m.models[0].body_subtreemass[m.chassis] == pytest.approx(rover.mass, rel=1e-6)


def test_rest_does_not_depend_on_the_step(rover: Chassis) -> None:
    found = []
    for step in (0.004, 0.002):
        made = bodies(rover, rough_ground(), 7.5, 0.75, step)
        let_down(made)
        assert made.done[0]
        found.append(rover_of(made).axes[0])
    between = np.degrees(np.arccos(np.clip((np.trace(found[0].T @ found[1]) - 1.0) / 2.0, -1.0, 1.0)))
    assert between < 0.1


def test_let_down_on_bridles_the_rover_rests_near_where_it_is_set_down_without_speed(rover: Chassis) -> None:
    made = bodies(rover, rough_ground(), 7.5, 0.75)
    let_down(made)
    rest = settle(rover, rough_ground(), 0.0, GRAVITY)
    assert tilt(made) == pytest.approx(np.degrees(rest.tilt), abs=1.0)
