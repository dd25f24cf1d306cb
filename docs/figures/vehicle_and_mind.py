"""Draws the plots of the vehicle, sensing and gnc theory pages from the code itself. Run it when a model or the preset changes."""

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import pyplot as plt
from numpy.polynomial.polynomial import polyval
from scipy.integrate import solve_ivp

from skycrane.core import attitude
from skycrane.core.vector import Vec3, dot, unit
from skycrane.flight.masses import entry_parts
from skycrane.flight.models import assemble as models_of
from skycrane.flight.start import body_axes
from skycrane.flight.tables import plan_entry, planar_model
from skycrane.gnc.control.entry_attitude import flight_angles
from skycrane.gnc.guidance import reference
from skycrane.gnc.guidance.polynomial_descent import on_profile, plan_approach
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.mission import load_mission
from skycrane.vehicle.aeroshell import aero_table, newtonian
from skycrane.vehicle.mass import assemble
from skycrane.vehicle.parachute import parachute_table
from skycrane.vehicle.trim import trim

INK, OTHER, SOFT = "#8a4b2d", "#2d5f8a", "#9a9a9a"
PARAMETERS = load_mission("mars2020").parameters
MODELS = models_of(PARAMETERS)
CD_FIT = (2.598e4, -1022.0, -2904.0, 678.6, -44.33, 1.373), (1.505e4, 1687.0, -2651.0, 544.1, -34.11, 1.0)
CL_FIT = (1.172e4, -3654.0, 485.6, -14.61, 0.4192), (2.53e4, -7846.0, 1086.0, -28.35, 1.0)


def aeroshell() -> Any:
    """Coefficients against angle, and trim against the public fit."""
    figure, axes = plt.subplots(1, 3, figsize=(8.4, 3.0), layout="constrained")
    shape = PARAMETERS.vehicle.aeroshell
    angle = np.linspace(0.0, 30.0, 61)
    ca, cn, cm = newtonian(shape, np.radians(angle))
    axes[0].plot(angle, ca, color=INK, label="CA")
    axes[0].plot(angle, 10.0 * cn, color=OTHER, label="10 CN")
    axes[0].plot(angle, -10.0 * cm, color=SOFT, label="−10 Cm")
    axes[0].set(xlabel="total angle of attack, deg", title="modified Newtonian")
    mach = np.linspace(1.5, 30.0, 200)
    for gone, style in ((0.0, "-"), (3.0, "--")):
        found, drag, ratio = trim(
            shape, aero_table(shape), assemble(entry_parts(PARAMETERS.vehicle, gone)).centre, mach
        )
        name = "with ballast" if gone == 0.0 else "without"
        axes[1].plot(mach, np.abs(np.degrees(found)), style, color=INK, label=name)
        axes[2].plot(mach, drag, style, color=INK, label=f"CD, {name}")
        axes[2].plot(mach, ratio * drag, style, color=OTHER, label=f"CL, {name}")
    for fit in (CD_FIT, CL_FIT):
        axes[2].plot(mach[::8], (polyval(mach, fit[0]) / polyval(mach, fit[1]))[::8], ".", color="black", ms=3)
    axes[1].set(xlabel="Mach", title="trim angle, deg", ylim=(0.0, 22.0))
    axes[2].set(xlabel="Mach", title="at trim; dots: public fit", ylim=(0.0, 2.0))
    for axis in axes:
        axis.legend(frameon=False, fontsize=7)
    return figure


def parachute() -> Any:
    """Drag area over its steady value, and steady drag coefficient."""
    figure, axes = plt.subplots(1, 2, figsize=(7.4, 2.8), layout="constrained")
    chute, t = MODELS.vehicle.parachute, np.linspace(0.0, 5.0, 1001)
    axes[0].plot(t, chute.inflation(t), color=INK)
    axes[0].axvline(chute.inflation_time, color=SOFT, lw=0.8, ls="--")
    axes[0].set(xlabel="since line stretch, s", title="drag area / steady drag area")
    mach = np.linspace(0.0, 3.0, 200)
    table = parachute_table(PARAMETERS.vehicle.parachute)
    axes[1].plot(mach, chute.drag_area(table, mach, 1e3) / chute.area(), color=INK)
    axes[1].set(xlabel="Mach", title="steady CD on S0 (assumed shape)", ylim=(0.4, 0.75))
    return figure


def entry_guidance() -> Any:
    """Reference bank, range and the three gains against speed; dots by finite difference."""
    figure, axes = plt.subplots(1, 4, figsize=(9.6, 2.8), layout="constrained")
    plan, (model, _) = plan_entry(PARAMETERS), planar_model(PARAMETERS)
    t = plan.table
    speed = float(t.origin) + np.arange(reference.KNOTS) / float(t.inverse_step)
    assert plan.profile is not None
    axes[0].plot(speed, np.degrees([plan.profile.bank(v) for v in speed]), color=INK)
    axes[0].set(title="reference bank, deg", ylim=(0.0, 90.0))
    titles = ("dR/dD, km per m/s²", "dR/dḣ, km per m/s", "dR/d(L/D)v, km")
    for axis, column, title in zip(axes[1:], (t.by_drag, t.by_height_rate, t.by_lift), titles, strict=True):
        axis.plot(speed, column / 1e3, color=INK)
        axis.set_title(title)
    for v, gains in differences(model, plan):
        for axis, gain in zip(axes[1:], gains, strict=True):
            axis.plot(v, gain / 1e3, "o", color="black", ms=3)
    for axis in axes:
        axis.set_xlabel("speed, m/s")
    return figure


def differences(model: reference.PlanarModel, plan: Any) -> list[tuple[float, tuple[float, float, float]]]:
    """The three gains at some speeds by re-flying the reference from changed states, the control held in time."""
    path, lift = plan.path, reference.lift_of(model, plan.profile)
    control = np.array([lift(row[2], row[2] / model.sound(row[4])) for row in path])

    def flown(row: np.ndarray, more: float = 0.0) -> float:
        def rates(t: float, x: np.ndarray) -> Any:
            u = float(np.interp(t, path[:, 0], control)) + more
            return reference.rates(model, tuple(x), lambda v, m: u)

        def slow(t: float, x: np.ndarray) -> float:
            return x[1] - path[-1, 2]

        slow.terminal = True  # type: ignore[attr-defined]
        span = (row[0], row[0] + 600.0)
        return float(solve_ivp(rates, span, row[1:], events=slow, rtol=1e-9, atol=1e-6, max_step=2.0).y_events[0][0][0])

    def drag(row: np.ndarray) -> float:
        return 0.5 * model.density(row[4]) * row[2] ** 2 * model.drag_area_over_mass(row[2] / model.sound(row[4]))

    rows = []
    for index in range(int(np.argmax(path[:, 2])) + 40, len(path) - 60, 30):
        row = path[index]
        ends = []
        for place, size in ((4, 100.0), (3, 2e-4)):
            up, down = row.copy(), row.copy()
            up[place] += size
            down[place] -= size
            change = drag(up) - drag(down) if place == 4 else row[2] * (np.sin(up[3]) - np.sin(down[3]))
            ends.append((flown(up) - flown(down)) / change)
        rows.append((row[2], (ends[0], ends[1], (flown(row, 0.002) - flown(row, -0.002)) / 0.004)))
    return rows


def bank_reversal() -> Any:
    """Bank and its rate of an undisturbed body through a reversal of 150 degrees."""
    figure, axes = plt.subplots(1, 2, figsize=(7.4, 2.8), layout="constrained")
    control, still = MODELS.attitude_control, Vec3(0.0, 0.0, 0.0)
    position, velocity = Vec3(3.4e6, 0.0, 0.0), Vec3(-600.0, 2900.0, 100.0)
    bank, rate, cycle, rows = np.radians(75.0), 0.0, 0.05, []
    for k in range(500):
        axes_now = body_axes(position, velocity, np.radians(-16.0), bank)
        ahead = axes_now.undo(unit(velocity))
        e = Estimate(position, velocity, attitude.from_matrix(axes_now), ahead * rate, still, still, still, still)
        torque = control.entry_torque(e, np.radians(-75.0), Vec3(1.0, 1.0, 1.0))
        push = float(dot(torque, ahead))
        rows.append((k * cycle, flight_angles(position, velocity, axes_now).bank, rate))
        bank, rate = bank + rate * cycle + 0.5 * push * cycle**2, rate + push * cycle
    t, b, r = np.array(rows).T
    axes[0].plot(t, np.degrees(b), color=INK)
    axes[0].set(xlabel="s", title="bank, deg")
    axes[1].plot(np.degrees(b), np.degrees(r), color=INK)
    axes[1].set(xlabel="bank, deg", title="bank rate, deg/s")
    return figure


def approach() -> Any:
    """The polynomial profile from backshell height to the end of the approach with a divert of 500 m."""
    figure, axes = plt.subplots(1, 3, figsize=(8.4, 2.8), layout="constrained")
    end, slow = Vec3(500.0, 0.0, 250.0), Vec3(0.0, 0.0, -32.0)
    a = plan_approach(0.0, Vec3(0.0, 0.0, 2100.0), Vec3(0.0, 0.0, -84.0), end, slow)
    t = np.linspace(0.0, float(a.duration), 200)
    p, v, push = on_profile(a, t)
    axes[0].plot(p.x, p.z, color=INK)
    axes[0].set(xlabel="divert, m", title="height over terrain, m")
    axes[1].plot(t, -v.z, color=INK, label="sink rate")
    axes[1].plot(t, v.x, color=OTHER, label="horizontal")
    axes[1].set(xlabel="s", title="m/s")
    axes[1].legend(frameon=False, fontsize=8)
    tilt = np.degrees(np.arctan2(np.abs(push.x), push.z + 3.71))
    axes[2].plot(t, tilt, color=INK)
    axes[2].set(xlabel="s", title="tilt of the thrust, deg")
    return figure


FIGURES = {
    "aeroshell": aeroshell,
    "parachute": parachute,
    "entry_guidance": entry_guidance,
    "bank_reversal": bank_reversal,
    "approach": approach,
}

if __name__ == "__main__":
    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "skycrane",
            "font.size": 8,
            "axes.titlesize": 8,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    for name, make in FIGURES.items():
        make().savefig(Path(__file__).with_name(f"{name}.svg"), metadata={"Date": None})
