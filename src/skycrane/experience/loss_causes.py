"""What the record of a loss shows of how it came about, and what its numbers leave worth trying.

Nothing is said that the record does not hold; what would come of a change is asked, not promised.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from skycrane.experience.loss_braking import braked_by_canopy, braked_by_engines, tanks
from skycrane.experience.loss_flight import Cause, Flight, because, length, rounded, speed
from skycrane.record import FlightRecord


def causes(record: FlightRecord, loss: Mapping[str, Any]) -> list[Cause]:
    """What led to a loss, earliest first; empty where the record shows nothing but the loss."""
    flight = Flight(record, float(loss["t_s"]), str(loss["name"]))
    return [found for look in _LOOKS if (found := look(flight)) is not None]


def _out_of_reach(flight: Flight) -> Cause | None:
    event = flight.event("target_out_of_reach")
    if event is None or not math.isfinite(short := because(event, "values", "short_by_m")):
        return None
    if short > 0.0:
        return Cause(
            f"At the top of the air it was already out of reach: it would come down {length(short)} short of its target.",
            "Would a flatter entry angle or thinner air have carried it farther?",
        )
    return Cause(
        f"At the top of the air it was already out of reach: it would come down {length(-short)} beyond its target.",
        "Would a steeper entry angle or thicker air have stopped it sooner?",
    )


def _parachute_waited(flight: Flight) -> Cause | None:
    needed = flight.limit("triggers.parachute.armed_below_speed_m_s")
    slowest = flight.lowest("speed_planet_relative", 0.0)
    if flight.name != "parachute_never_opened" or not slowest > needed:
        return None
    return Cause(
        f"The parachute waits until it is slower than {speed(needed)}; it never was slower than {speed(slowest)}.",
        "Would more air on its way have slowed it: thicker air, or an entry that stays high for longer?",
    )


def _shield_stayed(flight: Flight) -> Cause | None:
    opened = flight.event("parachute_inflated")
    if flight.name != "radar_never_locked" or opened is None or flight.event("heatshield_separation") is not None:
        return None
    needed, slowest = flight.limit("triggers.heat_shield_mach"), flight.lowest("mach", opened.t_s)
    if slowest > needed:
        return Cause(
            f"The heat shield leaves below Mach {needed:.2g}, as flight software reckons it; under the parachute it never fell "
            f"slower than Mach {slowest:.2g}. So it stayed on, and the radar was blind.",
            "Would a larger parachute have slowed it enough?",
        )
    return Cause("The heat shield was still on when it met the ground, and the radar was blind behind it.")


def _parachute_pulled(flight: Flight) -> Cause | None:
    fired = flight.event("parachute_deploy")
    over = (flight.outcome.get("margins") or {}).get("parachute_load_N")
    limit, wide = (
        1e3 * flight.limit("vehicle.parachute.load_limit_kN"),
        flight.limit("vehicle.parachute.nominal_diameter_m"),
    )
    if flight.name != "parachute_overload" or fired is None or over is None or not math.isfinite(limit + wide):
        return None
    pressure = fired.state["dynamic_pressure"]
    return Cause(
        f"The mortar was fired at a dynamic pressure of {rounded(pressure)} Pa, for a canopy of {rounded(wide)} m.",
        "Would a smaller canopy, or a lower pressure at mortar fire, have held? By how much smaller the record does not say.",
    )


def _far_spot(flight: Flight) -> Cause | None:
    chosen = flight.event("landing_target_selected")
    if chosen is None:
        return None
    far, limit = because(chosen, "values", "divert_m"), because(chosen, "thresholds", "divert_limit_m")
    if not far > limit:
        return None
    return Cause(
        f"The nearest spot that it knew to be safe was {length(far)} away; its rockets can carry it {length(limit)}."
        + (" It flew towards it all the same." if flight.event("powered_approach_start") else "")
    )


def _too_thin(flight: Flight) -> Cause | None:
    if flight.name != "skip_out":
        return None
    low, still = flight.lowest("height_above_areoid", 0.0), flight.at("speed_planet_relative")
    if not math.isfinite(low + still):
        return None
    return Cause(
        f"It came no lower than {length(low)} and was still going {speed(still)} when it left the air again.",
        ""
        if flight.event("target_out_of_reach")
        else "Would a steeper entry angle, or thicker air, have braked it enough to stay?",
    )


def _came_back(flight: Flight) -> Cause | None:
    """The loose body that is nearest at the loss."""
    if flight.name != "recontact" or "loose_body_position_site" not in flight.channels:
        return None
    times = flight.channels["time"].values
    here = flight.channels["position_site"].values[:, None]
    away = np.linalg.norm(flight.channels["loose_body_position_site"].values - here, axis=2)[times <= flight.time]
    if not len(away) or not np.isfinite(away[-1]).any():
        return None
    one = away[:, int(np.nanargmin(away[-1]))]
    loose = np.flatnonzero(np.isfinite(one))
    since = flight.time - float(times[loose[0]])
    return Cause(
        f"It had been let go {rounded(since)} s before and had been {length(float(np.nanmax(one)))} away at most: "
        "vehicle and part fell at nearly the same rate.",
    )


def _drifted(flight: Flight) -> Cause | None:
    if flight.name != "sideways_landing" or flight.event("powered_descent_start") is not None:
        return None
    if "wind_site" not in flight.channels:
        return None
    wind = flight.vector("wind_site")[:2]
    if not np.linalg.norm(wind) > flight.limit("success.horizontal_speed_m_s"):
        return None
    return Cause(
        f"It hung in the wind, which blew at {speed(float(np.linalg.norm(wind)))} over the ground, and nothing on board stops a drift.",
        "Would a day with less wind have been gentle enough?",
    )


def _stage_sank(flight: Flight) -> Cause | None:
    stood = flight.event("touchdown")
    if flight.name != "descent_stage_contact" or stood is None or flight.event("touchdown_declared") is not None:
        return None
    return Cause(
        f"The rover had stood for {rounded(flight.time - stood.t_s)} s and its computer had not believed it yet: the stage went on down.",
        "Would a bolder test for touchdown have cut the cords in time?",
    )


_LOOKS: tuple[Callable[[Flight], Cause | None], ...] = (
    _out_of_reach, _too_thin, _parachute_waited, _parachute_pulled, _shield_stayed, _came_back, _far_spot,
    braked_by_engines, braked_by_canopy, tanks, _drifted, _stage_sank,
)  # fmt: skip
