"""What the record shows of losses on the cords and on the ground: from rover separation to rest."""

import math

import numpy as np
from numpy.typing import NDArray

from skycrane.experience.loss_flight import Cause, Flight, because, length, rounded, speed

_WEAK = 0.9  # delivered over commanded thrust below which an engine is said to be weak
_UPRIGHT = 0.5  # of its tilt that a lander takes on after contact, from which the ground is said to have tilted it


def believed_in_the_air(flight: Flight) -> Cause | None:
    """Touchdown that was declared with the rover on its cords."""
    told = flight.event("touchdown_declared")
    if flight.name != "dropped" or told is None:
        return None
    force, enough = because(told, "values", "force_N"), because(told, "thresholds", "force_threshold_N")
    held, mass = because(told, "values", "held_s"), flight.limit("vehicle.lander.mass_kg")
    rover, stage = flight.vector("rover_position_site")[2], flight.vector("position_site")[2]
    up = rover - (stage - flight.at("height_above_terrain"))
    return Cause(
        f"Touchdown is believed once the stage asks its engines for less than {rounded(enough)} N, as it does when nothing hangs from it. "
        f"With a rover of {rounded(mass)} kg on its cords it had asked for {rounded(force)} N for {rounded(held)} s; "
        f"the middle of the rover was {length(float(up))} above the ground.",
        "Would a test for touchdown that knows so light a rover, or a longer wait, have been enough?",
        f"A threshold below {rounded(force)} N would not have taken this for touchdown.",
    )


def parted_early(flight: Flight) -> Cause | None:
    """Cords that let go before the wheels were down."""
    cut, down = flight.event("bridle_cut"), flight.event("touchdown")
    if flight.name != "hard_landing" or cut is None or down is None or not cut.t_s < down.t_s:
        return None
    sank = -float(flight.until(cut.t_s).vector("rover_velocity_site")[2])
    return Cause(
        f"The cords let go {rounded(down.t_s - cut.t_s)} s before its wheels touched the ground, and it fell.",
        "",
        f"Cords that hold until touchdown: until they let go it sank at {speed(sank)}." if math.isfinite(sank) else "",
    )


def tilted(flight: Flight) -> Cause | None:
    """A lander that stands, or lies, tilted: by the ground, or before it met it."""
    landing = flight.outcome.get("touchdown") or {}
    tilt, down = landing.get("tilt_deg"), landing.get("vertical_speed_m_s")
    met = flight.event("touchdown") or flight.event("ground_contact")
    if flight.name != "tip_over" or tilt is None or down is None or met is None:
        return None
    turned = _turned(flight, met.t_s)
    if not turned > _UPRIGHT * float(tilt):
        return Cause(f"It was tilted already as it met the ground, at {speed(float(down))}.")
    ramp = math.degrees(
        math.atan(math.hypot(_or_zero(flight.limit("site.slope_east")), _or_zero(flight.limit("site.slope_north"))))
    )
    ground = f" The ground of this mission is ramped by {rounded(ramp)} deg as a whole." if ramp > 0.0 else ""
    return Cause(
        f"It met the ground at {speed(float(down))} and then turned by {rounded(turned)} deg until it lay still: what stands under its "
        f"wheels is not level.{ground}",
        "Would a spot with less of a slope have kept it upright?",
    )


def _turned(flight: Flight, since: float) -> float:
    """Angle between the long axes of the lander at a time and at the end of the record [deg]; NaN where that is not known."""
    who = "rover_attitude_mcmf_from_body"
    name = who if who in flight.channels else "attitude_mcmf_from_body"
    if name not in flight.channels:
        return math.nan
    values, times = flight.channels[name].values, flight.channels["time"].values
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    before = known[times[known] <= since]
    if not len(before):
        return math.nan
    first, last = (_long_axis(values[n]) for n in (before[-1], known[-1]))
    return math.degrees(math.acos(float(np.clip(first @ last, -1.0, 1.0))))


def _long_axis(q: NDArray[np.float64]) -> NDArray[np.float64]:
    """The body's x axis under a unit quaternion, scalar first."""
    w, x, y, z = q
    return np.array([1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y)])


def _or_zero(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def tied(flight: Flight) -> Cause | None:
    """Cords that still held, or let go late, as the stage flew away."""
    told, away, drag = (flight.event(key) for key in ("touchdown_declared", "flyaway", "rover_dragged"))
    if flight.name not in ("rover_dragged", "rover_dropped") or told is None:
        return None
    cut = flight.event("bridle_cut")
    held = because(drag, "values", "bridles_held") if drag is not None else math.nan
    which = "One cord" if held == 1.0 else f"{held:.0f} cords" if held > 1.0 else "Cords"
    left = f"; the stage flew away at {away.t_s:.1f} s" if away is not None else ""
    if cut is None:
        still = f"The order to cut came at {told.t_s:.1f} s, and the cords still held{left}."
    elif held >= 1.0:
        still = f"The cords were cut at {cut.t_s:.1f} s. {which} did not let go{left}."
    else:
        still = f"The order to cut came at {told.t_s:.1f} s, and the cords let go {rounded(cut.t_s - told.t_s)} s later{left}."
    return Cause(still, "", f"Cords that all let go when they are told to, at {told.t_s:.1f} s.")


def paid_out_short(flight: Flight) -> Cause | None:
    """A reel that stopped before its cords were out."""
    if flight.name != "descent_stage_on_rover" or "bridle_length_paid_out" not in flight.channels:
        return None
    lengths = flight.channels["bridle_length_paid_out"].values[flight.channels["time"].values <= flight.time]
    lengths, full = lengths[np.isfinite(lengths)], flight.limit("vehicle.bridles.length_m")
    if not len(lengths) or not float(lengths.max()) < 0.99 * full:
        return None
    return Cause(
        f"The reel let out {length(float(lengths.max()))} of its {length(full)} of cord and stopped: the stage was that much nearer to "
        "the rover.",
        "Would a reel that pays out to its end have kept them apart?",
    )


def one_weak_engine(flight: Flight) -> Cause | None:
    """An engine that gave less than was asked of it, under a stage that turned over."""
    if flight.name != "descent_stage_capsized" or "engine_throttle_commanded" not in flight.channels:
        return None
    start = flight.event("powered_descent_start")
    times = flight.channels["time"].values
    then = (times > (start.t_s if start else 0.0)) & (times <= flight.time)
    given, asked = (flight.channels[name].values[then] for name in ("engine_throttle", "engine_throttle_commanded"))
    shares = [_share(given[:, n], asked[:, n]) for n in range(given.shape[1])]
    if not np.isfinite(shares).any() or not float(np.nanmin(shares)) < _WEAK:
        return None
    n = int(np.nanargmin(shares))
    return Cause(
        f"Engine {n + 1} gave {shares[n]:.0%} of what was asked of it. Once only half of the engines burned, the others could not make "
        "up for it.",
        "Would it have stayed upright with an engine that gives what is asked of it?",
    )


def _share(given: NDArray[np.float64], asked: NDArray[np.float64]) -> float:
    told = np.isfinite(given) & (asked > 0.9)
    return float(np.median(given[told] / asked[told])) if told.any() else math.nan


def not_believed(flight: Flight) -> Cause | None:
    """A rover that stands and a computer that has not noticed when the record ends."""
    stood = flight.event("touchdown")
    if flight.name != "touchdown_not_declared" or stood is None:
        return None
    wanted = flight.limit("powered_descent.touchdown_persistence_s")
    return Cause(
        f"It had stood for {rounded(flight.time - stood.t_s)} s when the record ended; its computer believes in touchdown once the "
        f"stage has asked for little thrust, and steadily, for {rounded(wanted)} s.",
        "Would a shorter wait have been enough?",
    )


def steered_wrong(flight: Flight) -> Cause | None:
    """A rover that swung on its cords, or a vehicle that was wrong about its own sideways speed, as it touched down under engines."""
    if flight.name != "sideways_landing" or flight.event("powered_descent_start") is None:
        return None
    stage, rover, error = (
        _across(flight, name) for name in ("velocity_site", "rover_velocity_site", "navigation_velocity_error_site")
    )
    if rover > 2.0 * stage:
        return Cause(
            f"The stage moved over the ground at {speed(stage)}, the rover below it at {speed(rover)}: it swung on its cords.",
            "Would more time for the swinging to die out have been enough?",
        )
    if not error > 0.5 * stage:
        return None
    return Cause(
        f"Flight software was wrong about its own speed over the ground by {speed(error)}: what it does not see it does not stop.",
        "Would a radar with less noise, or a touchdown that may be less gentle, have been enough?",
    )


def _across(flight: Flight, channel: str) -> float:
    """The level part of a vector in the site frame, at the loss; NaN where it is not known."""
    return float(np.linalg.norm(flight.vector(channel)[:2])) if channel in flight.channels else math.nan
