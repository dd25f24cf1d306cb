"""What the record shows of a parachute that was fired, or let go of, in the wrong place."""

import math

import numpy as np

from skycrane.experience.loss_flight import Cause, Flight, length, rounded, speed

#: of a canopy: what is called how, the channel, its unit, and the two limits in the mission
BOX = (
    ("Mach number at mortar fire", "mach", "1", "mach_low", "mach_high"),
    ("Dynamic pressure at mortar fire", "dynamic_pressure", "Pa", "dynamic_pressure_low_Pa", "dynamic_pressure_high_Pa"),
)  # fmt: skip


def outside_box(flight: Flight) -> list[tuple[str, float, str, float | None]]:
    """The figures at mortar fire that lay outside what canopies of the kind were tested in, each with the limit that it passed."""
    fired = flight.event("parachute_deploy")
    if fired is None:
        return []
    found: list[tuple[str, float, str, float | None]] = []
    for name, channel, unit, low, high in BOX:
        value, least, most = fired.state[channel], *_limits(flight, low, high)
        if not least <= value <= most:
            found.append((name, value, unit, least if value < least else most))
    return found


def fired_outside(flight: Flight) -> Cause | None:
    """Where it was fired; when it would have been inside, where it had been there before."""
    fired = flight.event("parachute_deploy")
    if flight.name != "parachute_outside_box" or fired is None:
        return None
    (slow, fast), (thin, thick) = (_limits(flight, low, high) for _, _, _, low, high in BOX)
    told = (
        f"Canopies of its kind have been tested from Mach {slow:.2f} to {fast:.2f} and from {rounded(thin)} to {rounded(thick)} Pa. "
        f"The mortar was fired {length(fired.state['height_above_terrain'])} up, at Mach {fired.state['mach']:.2f} and "
        f"{fired.state['dynamic_pressure']:,.0f} Pa."
    )
    inside = _inside(flight, fired.t_s)
    if inside is not None:
        return Cause(
            told, saved=f"Mortar fire from {inside[0]:.1f} s to {inside[1]:.1f} s: there it was within both limits."
        )
    when = "later" if fired.state["mach"] > fast else "earlier or higher up"
    return Cause(told, f"Would mortar fire {when}, or another entry angle, have been within both limits?")


def _limits(flight: Flight, low: str, high: str) -> tuple[float, float]:
    return flight.limit(f"vehicle.parachute.{low}"), flight.limit(f"vehicle.parachute.{high}")


def _inside(flight: Flight, until: float) -> tuple[float, float] | None:
    """The last stretch of time before mortar fire in which both figures were within their limits."""
    times = flight.channels["time"].values
    within = times < until
    for _, channel, _, low, high in BOX:
        least, most = _limits(flight, low, high)
        values = flight.channels[channel].values
        within = within & (values >= least) & (values <= most)
    there = np.flatnonzero(within)
    if not len(there):
        return None
    last = there[-1]
    first = there[np.flatnonzero(np.diff(there, prepend=there[0] - 2) > 1)[-1]]
    return float(times[first]), float(times[last])


def held_on(flight: Flight) -> Cause | None:
    """What flight software waited for under the parachute, and what it took itself to be at the ground."""
    if flight.name != "backshell_never_left":
        return None
    height, down = flight.at("navigated_height_above_terrain"), -float(flight.vector("velocity_site")[2])
    base, slope = flight.limit("triggers.backshell_intercept_m"), flight.limit("triggers.backshell_slope_s")
    if not math.isfinite(height + down + base + slope):
        return None
    needed = base + slope * down
    return Cause(
        f"It lets go of the backshell once it takes itself to be lower than {length(needed)} at the {speed(down)} at which it fell. "
        f"At the ground it took itself to be {length(height)} up.",
        "Would a trigger that leaves the rockets more height have let it go in time?",
    )
