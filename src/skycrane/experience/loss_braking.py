"""What the record of a hard landing, or of dry tanks, shows of what was there to brake with."""

import math

import numpy as np

from skycrane.experience.loss_flight import Cause, Flight, length, rounded, speed

_LAST = 10.0  # s before the ground that are looked at
_WEAK = 0.9  # delivered over commanded thrust below which engines are said to be weak
_FULL = 0.99  # throttle from which an engine gives all it has


def braked_by_engines(flight: Flight) -> Cause | None:
    """Engines that gave all they had, in a landing that was too hard."""
    start = flight.event("powered_descent_start")
    if flight.name != "hard_landing" or start is None or "engine_throttle" not in flight.channels:
        return None
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
    if flight.name != "propellant_empty" or start is None:
        return None
    had = start.state.get("propellant_mass")
    fast, high = start.state.get("speed_planet_relative"), start.state.get("height_above_terrain")
    if had is None or fast is None or high is None:
        return None
    return Cause(
        f"It lit its engines {length(high)} up at {speed(fast)} with {rounded(had)} kg in its tanks; "
        f"they lasted {rounded(flight.time - start.t_s)} s."
    )
