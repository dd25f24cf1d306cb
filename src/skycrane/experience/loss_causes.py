"""What the record of a loss shows of how it came about, and what its numbers leave worth trying.

Nothing is said that the record does not hold; what would come of a change is asked, not promised.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from skycrane.experience.loss_braking import braked_by_canopy, braked_by_engines, one_engine_less, tanks
from skycrane.experience.loss_bridles import (
    believed_in_the_air,
    not_believed,
    one_weak_engine,
    paid_out_short,
    parted_early,
    steered_wrong,
    tied,
    tilted,
)
from skycrane.experience.loss_canopy import fired_outside, held_on
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


def _radar_blind(flight: Flight) -> Cause | None:
    """How many beams saw the ground with the heat shield gone."""
    gone = flight.event("heatshield_separation")
    if flight.name != "radar_never_locked" or gone is None or "radar_valid" not in flight.channels:
        return None
    times = flight.channels["time"].values
    seen = (flight.channels["radar_valid"].values[(times > gone.t_s) & (times <= flight.time)] > 0).sum(axis=1)
    far = flight.limit("radar.range_high_m")
    if not len(seen) or not math.isfinite(far):
        return None
    return Cause(
        f"The heat shield left {rounded(flight.time - gone.t_s)} s before the ground. From then on {seen.max()} beams at most saw it at "
        f"one time, and three are needed: the radar sees no farther than {length(far)}.",
        "Would a radar that sees farther have locked?",
    )


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


def _spun(flight: Flight) -> Cause | None:
    """How fast it turned, where, and what its thrusters still had."""
    event = flight.event("out_of_control")
    if flight.name != "out_of_control" or event is None:
        return None
    rate = math.degrees(because(event, "values", "rate_rad_s"))
    mach, pressure, left = (event.state.get(name) for name in ("mach", "dynamic_pressure", "propellant_mass"))
    if not math.isfinite(rate) or mach is None or pressure is None:
        return None
    tanks = (
        ""
        if left is None
        else " Its tanks were dry."
        if left <= 0.0
        else f" {rounded(left)} kg were left in its tanks."
    )
    return Cause(
        f"It turned at {rounded(rate)} deg/s, at Mach {mach:.2f} and a dynamic pressure of {rounded(pressure)} Pa.{tanks}"
    )


def _still_up(flight: Flight) -> Cause | None:
    """Where it was when the record ended, or met the ground on the way to the rover's landing."""
    if flight.name not in ("never_landed", "early_ground_contact"):
        return None
    height, down = flight.at("height_above_terrain"), -float(flight.vector("velocity_site")[2])
    last = max((each for each in flight.events if "_impact" not in each.key), key=lambda each: each.t_s, default=None)
    if not math.isfinite(height + down) or last is None:
        return None
    after = f"The last thing that happened was “{last.label}”, {rounded(flight.time - last.t_s)} s before."
    if flight.name == "early_ground_contact":
        return Cause(f"It met the ground at {speed(down)} downwards. {after}")
    where = (
        f"It was {length(height)} up and came down at {speed(down)}."
        if down > 0.0
        else f"It was {length(height)} up and climbing."
    )
    left = f" At that speed the ground was {rounded(height / down)} s away." if down > 0.0 else ""
    return Cause(
        f"{where}{left} {after}",
        "Would a longer simulation show how it ends?",
    )


def _too_high(flight: Flight) -> Cause | None:
    """How near it came to the height that ends this flight."""
    low, wanted = flight.lowest("height_above_terrain", 0.0), flight.limit("success.height_m")
    if flight.name != "height_never_reached" or not math.isfinite(low + wanted):
        return None
    return Cause(f"It came no lower than {length(low)}; the flight ends at {length(wanted)}.")


_LOOKS: tuple[Callable[[Flight], Cause | None], ...] = (
    _out_of_reach, _too_thin, _spun, _too_high, _parachute_waited, fired_outside, _parachute_pulled, _shield_stayed, _radar_blind, held_on,
    _came_back, _far_spot, one_engine_less, braked_by_engines, braked_by_canopy, tanks, _drifted, steered_wrong, one_weak_engine,
    parted_early, tilted, believed_in_the_air, paid_out_short, _stage_sank, not_believed, tied, _still_up,
)  # fmt: skip
