"""What the record of a hard landing, or of dry tanks, shows of what was there to brake with."""

import math

import numpy as np

from skycrane.experience.loss_flight import Cause, Flight, length, rounded, speed
from skycrane.record import Event

_LAST = 10.0  # s before the ground that are looked at
_WEAK = 0.9  # delivered over commanded thrust below which engines are said to be weak
_SHORT = 10.0  # s under engines below which they were lit too late to be blamed for anything else
_G = 3.71  # m/s2 on Mars, to say weights with
_EARTH_G = 9.80665  # m/s2, the g of the page
_FULL = 0.99  # throttle from which an engine gives all it has


def braked_by_engines(flight: Flight) -> Cause | None:
    """Engines that gave all they had, in a landing that was too hard."""
    start = flight.event("powered_descent_start")
    if flight.name != "hard_landing" or start is None or "engine_throttle" not in flight.channels:
        return None
    if flight.time - start.t_s < _SHORT:
        return _lit_late(flight, start)
    if (share := _delivered(flight, start.t_s)) < _WEAK:
        return Cause(
            f"Its engines delivered {share:.0%} of the thrust that was asked of them.",
            "Would engines that give what is asked of them have been enough?",
        )
    times = flight.channels["time"].values
    last = (times > max(flight.time - _LAST, start.t_s)) & (times <= flight.time)
    throttle = flight.channels["engine_throttle"].values[last]
    if not len(throttle) or not np.isfinite(throttle).all():
        return None
    full = float(np.mean((throttle >= _FULL).any(axis=1)))
    if full < 0.5:
        return None
    span = flight.time - max(flight.time - _LAST, start.t_s)
    return Cause(
        f"In {rounded(full * span)} of its last {rounded(span)} s its engines gave all they had.",
        "Would stronger engines, a lighter vehicle, or less speed at the start of the powered descent have been enough?",
    )


def one_engine_less(flight: Flight) -> Cause | None:
    """An engine that did not light: what the others could have carried, and how the vehicle turned instead."""
    out = flight.event("engine_out")
    if flight.name != "engine_out" or out is None or "engine_thrust" not in flight.channels:
        return None
    times = flight.channels["time"].values
    after = times > out.t_s
    throttle, thrust = (flight.channels[name].values[after] for name in ("engine_throttle", "engine_thrust"))
    if not (open_ := throttle > _FULL).any():
        return None
    engines, one = throttle.shape[1], float(np.median(thrust[open_]))
    carried = (engines - 1) * one / (_G * float(flight.at("mass")))
    tilt = flight.channels["tilt"].values[after] if "tilt" in flight.channels else np.array([np.nan])
    turned = (
        f" Instead it swung up to {rounded(float(np.nanmax(tilt)))} deg from upright."
        if np.isfinite(tilt).any()
        else ""
    )
    enough = "thrust was there, balance was not" if carried > 1.0 else "that is not enough to slow down"
    return Cause(
        f"{rounded(one / 1e3)} kN of thrust were missing on one side, {length(out.state['height_above_terrain'])} up at "
        f"{speed(out.state['speed_planet_relative'])}. "
        f"The other {engines - 1} could push {rounded(carried)} times its weight: {enough}.{turned}",
        "Would guidance that knows which engine is out, and leaves the one across from it low, have kept it upright?"
        if carried > 1.0
        else "Would a lighter vehicle have been carried?",
    )


def _lit_late(flight: Flight, start: Event) -> Cause | None:
    """What stopping would have taken from where the engines were lit, and what they give: v^2 / 2h and weight against thrust."""
    high, fast = start.state.get("height_above_terrain"), start.state.get("speed_planet_relative")
    if not high or high <= 0.0 or fast is None:
        return None
    engines = flight.channels["engine_throttle"].shape[1]
    most = engines * flight.limit("vehicle.engines.maximum_thrust_N") / float(flight.at("mass")) - _G
    can = f"; its engines can brake with {rounded(most / _EARTH_G)} g at most" if math.isfinite(most) else ""
    return Cause(
        f"Its engines were lit {length(high)} up at {speed(fast)}, {rounded(flight.time - start.t_s)} s before the ground. To stop in that "
        f"height takes {rounded(fast * fast / (2.0 * high) / _EARTH_G)} g{can}.",
        "Would lighting them higher up have been enough?",
    )


def _delivered(flight: Flight, since: float) -> float:
    """Delivered over commanded throttle, in the middle of engines and samples; NaN where there is nothing to compare."""
    times = flight.channels["time"].values
    then = (times > since) & (times <= flight.time)
    if "engine_throttle_commanded" not in flight.channels or not then.any():
        return math.nan
    given, asked = (flight.channels[name].values[then] for name in ("engine_throttle", "engine_throttle_commanded"))
    told = np.isfinite(given) & (asked > 0.1)
    return float(np.median(given[told] / asked[told])) if told.any() else math.nan


def braked_by_canopy(flight: Flight) -> Cause | None:
    """A canopy alone, in a landing that was too hard."""
    wide = flight.limit("vehicle.parachute.nominal_diameter_m")
    if flight.name != "hard_landing" or flight.event("parachute_inflated") is None or not math.isfinite(wide):
        return None
    if flight.event("powered_descent_start") is not None:
        return None
    down = -float(flight.vector("velocity_site")[2])
    return Cause(
        f"It hung under a canopy of {length(wide)} to the end and fell at {speed(down)}: nothing else brakes it.",
        "Would a larger canopy, or thicker air, have let it down gently?",
    )


def tanks(flight: Flight) -> Cause | None:
    """How much there was, and for what, where tanks ran dry in the powered descent."""
    start = flight.event("powered_descent_start")
    if flight.name != "propellant_empty":
        return None
    if start is None:
        mass = flight.limit("vehicle.propellant.mass_kg")
        return Cause(
            f"All {rounded(mass)} kg went through its small thrusters, which steer it, before its engines were lit.",
            "Would fuller tanks, or an entry with less to correct, have been enough?",
        )
    had = start.state.get("propellant_mass")
    fast, high = start.state.get("speed_planet_relative"), start.state.get("height_above_terrain")
    if had is None or fast is None or high is None:
        return None
    return Cause(
        f"It lit its engines {length(high)} up at {speed(fast)} with {rounded(had)} kg in its tanks; "
        f"they lasted {rounded(flight.time - start.t_s)} s."
    )
