"""Entry guidance: the gains are the derivatives they claim to be, and range, cross-range and bank have the signs of the planet."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from skycrane import load_mission
from skycrane.core import attitude
from skycrane.core.vector import Vec3, cross, dot, unit
from skycrane.flight.models import assemble
from skycrane.flight.tables import EntryPlan, plan_entry, planar_model
from skycrane.gnc.guidance import reference
from skycrane.gnc.guidance.apollo_entry import (
    EntryCommand,
    Target,
    range_and_crossrange,
    sensed_drag,
    sensed_lift_to_drag,
)
from skycrane.gnc.guidance.parachute_trigger import time_to_parachute
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet import shape

PARAMETERS = load_mission("mars2020").parameters
GUIDANCE = assemble(PARAMETERS).entry_guidance
SPEEDS = (
    5041.0,
    3488.0,
    1997.0,
    1400.0,
)  # before the peak of deceleration, after it, and on the way to heading alignment
STILL = Vec3(0.0, 0.0, 0.0)
RATIO = 0.25  # sensed lift to drag


@cache
def plan() -> tuple[EntryPlan, reference.PlanarModel, np.ndarray]:
    """The plan of the preset, its model, and the control along the reference (one value a row of the path)."""
    model, _ = planar_model(PARAMETERS)
    made = plan_entry(PARAMETERS)
    assert made.profile is not None
    lift = reference.lift_of(model, made.profile)
    return made, model, np.array([lift(row[2], row[2] / model.sound(row[4])) for row in made.path])


def column(name: str, speed: float) -> float:
    """A column of the table that flies, at a speed."""
    row = GUIDANCE._reference(plan()[0].table, speed)
    return float(getattr(row, name))


def row_at(speed: float) -> np.ndarray:
    """(t, s, V, gamma, h) of the reference where it passes a speed on the way down."""
    path = plan()[0].path
    falling = path[int(np.argmax(path[:, 2])) :]
    return np.array([np.interp(-speed, -falling[:, 2], c) for c in falling.T])


def range_flown(row: np.ndarray, more_lift: float = 0.0) -> float:
    """Range flown from a state until the final speed of the reference, the control scheduled on speed as in flight: SciPy's integrator."""
    made, model, _ = plan()
    last = made.path[-1, 2]
    assert made.profile is not None
    lift = reference.lift_of(model, made.profile)

    def rates(t: float, x: np.ndarray) -> np.ndarray:
        return np.array(reference.rates(model, tuple(x), lambda v, mach: lift(v, mach) + more_lift))

    def slow(t: float, x: np.ndarray) -> float:
        return x[1] - last

    slow.terminal = True  # type: ignore[attr-defined]
    flown = solve_ivp(rates, (row[0], row[0] + 600.0), row[1:], events=slow, rtol=1e-9, atol=1e-6, max_step=2.0)
    return float(flown.y_events[0][0][0])


def drag(row: np.ndarray) -> float:
    """Deceleration along the velocity that would be sensed in the pre-flight model, its wind included."""
    model = plan()[1]
    climb, level = row[2] * np.sin(row[3]), row[2] * np.cos(row[3]) - model.wind(row[4])
    air = np.hypot(climb, level)
    mach = air / model.sound(row[4])
    force = 0.5 * model.density(row[4]) * air**2 * model.drag_area_over_mass(mach)
    tilt = np.arctan2(climb, level) - row[3]
    control = np.interp(-row[2], -plan()[0].path[:, 2], plan()[2])
    return float(force * (np.cos(tilt) + control * np.sin(tilt)))


def changed(row: np.ndarray, place: int, by: float) -> np.ndarray:
    """A row with one number changed."""
    new = row.copy()
    new[place] += by
    return new


@pytest.mark.parametrize("speed", SPEEDS)
def test_gain_on_drag_is_the_derivative_of_range(speed: float) -> None:
    """More drag at a speed is flight lower in the air: the heights of a finite difference, divided by the drag they change."""
    row = row_at(speed)
    higher, lower = changed(row, 4, 100.0), changed(row, 4, -100.0)
    difference = (range_flown(higher) - range_flown(lower)) / (drag(higher) - drag(lower))
    assert difference < 0.0
    assert column("by_drag", speed) == pytest.approx(
        difference, rel=0.04
    )  # the gain leaves out how CD and wind vary with height


@pytest.mark.parametrize("speed", SPEEDS)
def test_gain_on_height_rate_is_the_derivative_of_range(speed: float) -> None:
    row, step = row_at(speed), 2e-4
    rate = lambda r: r[2] * np.sin(r[3])  # noqa: E731
    up, down = changed(row, 3, step), changed(row, 3, -step)
    difference = (range_flown(up) - range_flown(down)) / (rate(up) - rate(down))
    assert difference > 0.0
    assert column("by_height_rate", speed) == pytest.approx(difference, rel=0.03)


@pytest.mark.parametrize("speed", SPEEDS)
def test_gain_on_lift_is_the_derivative_of_range(speed: float) -> None:
    row = row_at(speed)
    difference = (range_flown(row, 0.002) - range_flown(row, -0.002)) / 0.004
    assert difference > 0.0
    assert column("by_lift", speed) == pytest.approx(difference, rel=0.03)


def test_the_reference_is_a_flight_of_its_own_model() -> None:
    """Columns against a flight by SciPy from entry: range to go, drag, height rate; and it ends at the design Mach number."""
    made, model, _ = plan()
    for speed in SPEEDS:
        row = row_at(speed)
        assert column("drag", speed) == pytest.approx(drag(row), rel=0.01)
        assert column("height_rate", speed) == pytest.approx(row[2] * np.sin(row[3]), rel=0.01)
        to_go = made.parachute_range + range_flown(row) - row[1]
        assert column("range_to_go", speed) == pytest.approx(to_go, rel=2e-3)
    end = made.path[-1]
    air = np.hypot(end[2] * np.sin(end[3]), end[2] * np.cos(end[3]) - model.wind(end[4]))
    assert air / model.sound(end[4]) == pytest.approx(PARAMETERS.entry_guidance.design_mach, abs=0.01)


def test_the_reference_covers_the_distance_to_the_target() -> None:
    made, model, _ = plan()
    p = PARAMETERS
    here = shape.position_from_spherical(p.entry.latitude, p.entry.longitude, 1.0)
    there = shape.position_from_spherical(p.site.entry_target_latitude, p.site.entry_target_longitude, 1.0)
    distance = model.radius * np.arccos(dot(here, there))
    assert made.path[-1, 1] + made.parachute_range == pytest.approx(distance, abs=500.0)


# ------------------------------------------------------------------------------------------------------- on the sphere


def seen(
    latitude: float, longitude: float, azimuth: float, speed: float = 3000.0, climb: float = -0.1, drag: float = 50.0
) -> Estimate:
    """An estimate by angles [rad], 20 km up, with a sensed drag [m/s^2] and L/D, the lift upwards."""
    position = shape.position_from_spherical(latitude, longitude, 3.415e6)
    local = shape.east_north_up(position)
    ahead = local.apply(Vec3(np.sin(azimuth) * np.cos(climb), np.cos(azimuth) * np.cos(climb), np.sin(climb)))
    above = unit(position - ahead * dot(position, ahead))
    felt = ahead * (-drag) + above * (RATIO * drag)
    return Estimate(position, ahead * speed, attitude.IDENTITY, STILL, felt, STILL, STILL, STILL)


@pytest.mark.parametrize("azimuth", [0.3, 1.7, 3.5, 5.8])
@pytest.mark.parametrize("bearing", [-0.2, 0.0, 0.15])
def test_range_and_crossrange_are_those_of_the_sphere(azimuth: float, bearing: float) -> None:
    """A target at an arc of 8 degrees, `bearing` to the right of the flight: sine rule of the spherical triangle."""
    arc, radius = np.radians(8.0), 3.394e6
    e = seen(0.32, 1.2, azimuth)
    local = shape.east_north_up(e.position)
    towards = local.apply(Vec3(np.sin(azimuth + bearing), np.cos(azimuth + bearing), 0.0))
    direction = unit(e.position) * np.cos(arc) + towards * np.sin(arc)
    to_go, crossrange = range_and_crossrange(e, Target(direction, radius))
    assert to_go == pytest.approx(radius * arc)
    assert crossrange == pytest.approx(radius * np.arcsin(np.sin(arc) * np.sin(bearing)), abs=1e-3)
    assert np.sign(round(crossrange)) == np.sign(bearing)


def test_drag_is_sensed_along_the_velocity_and_lift_across_it() -> None:
    e = seen(0.32, 1.2, 1.7, drag=60.0)
    across = unit(cross(e.position, e.velocity))
    assert sensed_drag(e) == pytest.approx(60.0)
    assert sensed_lift_to_drag(e) == pytest.approx(RATIO)
    turned = e._replace(specific_force=unit(e.velocity) * -60.0 + across * 18.0)
    assert sensed_drag(turned) == pytest.approx(60.0)
    assert sensed_lift_to_drag(turned) == pytest.approx(0.3)  # whichever way it points
    assert sensed_lift_to_drag(e._replace(specific_force=STILL)) == pytest.approx(
        0.1
    )  # nothing felt yet: held within limits


# ------------------------------------------------------------------------------------------------------------- command


def command(speed: float, to_go: float, right: float = 0.0, mode: float = 1.0, sign: float = 1.0, drag: float | None = None,
            height_rate: float | None = None) -> EntryCommand:  # fmt: skip
    """Command at a state on the reference unless told otherwise, the target `right` metres to the right of the flight."""
    d = column("drag", speed) if drag is None else drag
    rate = column("height_rate", speed) if height_rate is None else height_rate
    e = seen(0.0, 1.2, 0.5 * np.pi, speed, np.arcsin(rate / speed), d)
    radius = 3.394e6
    across = -np.arcsin(np.sin(right / radius))  # flying east, right is south
    along = np.arccos(np.cos(to_go / radius) / np.cos(across))
    target = Target(shape.position_from_spherical(across, 1.2 + along, 1.0), radius)
    last = EntryCommand(0.3, mode, sign, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    made = GUIDANCE.command(plan()[0].table, target, e, last)
    assert made.range_to_go == pytest.approx(to_go, rel=1e-9)
    return made


@pytest.mark.parametrize("speed", SPEEDS)
def test_on_the_reference_the_reference_bank_is_flown(speed: float) -> None:
    made = command(speed, column("range_to_go", speed))
    assert np.cos(made.bank) * RATIO == pytest.approx(column("lift", speed), rel=1e-3)


def test_too_far_to_go_lifts_up_and_too_near_lifts_down() -> None:
    banks = [command(3488.0, column("range_to_go", 3488.0) + more).bank for more in (-5e3, 0.0, 5e3)]
    assert banks[0] > banks[1] > banks[2] > 0.0


def test_drag_above_the_reference_lifts_up_and_climbing_lifts_down() -> None:
    to_go, d, rate = (column(name, 3488.0) for name in ("range_to_go", "drag", "height_rate"))
    neutral = command(3488.0, to_go).bank
    assert command(3488.0, to_go, drag=1.1 * d).bank < neutral
    assert command(3488.0, to_go, height_rate=rate + 10.0).bank > neutral


def test_correction_is_the_range_error_over_its_derivative_times_the_overcontrol_gain() -> None:
    to_go = column("range_to_go", 3488.0)
    made = command(3488.0, to_go + 2000.0)
    more = GUIDANCE.overcontrol_gain * 2000.0 / column("by_lift", 3488.0)
    assert np.cos(made.bank) * RATIO == pytest.approx(column("lift", 3488.0) + more, rel=1e-3)


def test_it_banks_to_the_target_only_beyond_the_deadband_and_right_is_positive() -> None:
    to_go, band = column("range_to_go", 3488.0), command(3488.0, column("range_to_go", 3488.0)).deadband
    assert command(3488.0, to_go, right=1.1 * band, sign=-1.0).bank > 0.0
    assert command(3488.0, to_go, right=-1.1 * band, sign=1.0).bank < 0.0
    for sign in (1.0, -1.0):
        assert np.sign(command(3488.0, to_go, right=0.9 * band, sign=sign).bank) == sign
        assert np.sign(command(3488.0, to_go, right=-0.9 * band, sign=sign).bank) == sign


def test_modes_follow_each_other() -> None:
    high = command(5300.0, 4e5, mode=0.0, drag=1.9)
    assert (high.mode, high.bank) == (0.0, 0.3)  # pre-bank held
    assert command(5300.0, 4e5, mode=0.0, drag=2.0).mode == 1.0
    assert command(1090.0, 4e4, mode=1.0).mode == 2.0
    assert command(5300.0, 4e5, mode=1.0, drag=0.5).mode == 1.0  # no way back


def test_heading_alignment_turns_to_the_target_within_its_limit() -> None:
    limit = PARAMETERS.entry_guidance.heading_bank_limit
    for right in (-8e3, -1e3, 1e3, 8e3):
        bank = command(800.0, 2.5e4, right=right, mode=2.0).bank
        assert bank == pytest.approx(np.clip(GUIDANCE.heading_gain * np.arctan(right / 2.5e4), -limit, limit), rel=0.01)


def test_a_target_out_of_reach_gets_the_reference_that_comes_nearest() -> None:
    made, model, _ = plan()
    assert made.profile is not None
    start = (0.0, *made.path[0, 2:])
    ends = {}
    for wanted in (1e5, 6.5e5, 2.0e6):
        profile, path = reference.solve_shift(model, start, made.profile, 1.8, wanted)
        ends[wanted] = (np.degrees(profile.shift), path[-1, 1])
    assert ends[1e5][0] == pytest.approx(60.0)  # steepest: all that bank can take away
    assert ends[2.0e6][0] == pytest.approx(-60.0)
    assert 1e5 < ends[1e5][1] < ends[6.5e5][1] < ends[2.0e6][1] < 2.0e6
    assert ends[6.5e5][1] == pytest.approx(6.5e5, abs=100.0)


def test_straighten_up_waits_for_the_speed_at_which_the_parachute_is_armed() -> None:
    """Beyond its target at 4700 m/s, braked at 20 m/s^2: mortar fire can only come when the arming speed is reached."""
    trigger = PARAMETERS.triggers.parachute
    left = float(time_to_parachute(trigger, 8e3, 4700.0, 0.0, 4600.0, 20.0))
    assert left == pytest.approx((4700.0 - trigger.armed_below_speed) / 20.0)
    below = float(time_to_parachute(trigger, 8e3, trigger.armed_below_speed - 10.0, 12e3, 400.0, 0.0))
    assert below == pytest.approx(10.0)  # 4 km at 400 m/s
