"""A loss told kindly: what happened, when, by how much, how it came to that, and what may have saved it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skycrane.experience.contents import LossFigure, LossReport
from skycrane.experience.loss_canopy import outside_box
from skycrane.experience.loss_causes import causes
from skycrane.experience.loss_flight import Cause, Flight
from skycrane.record import FlightRecord
from skycrane.record.callouts import elapsed
from skycrane.record.sampling import value_at

#: name of the loss -> what it means in plain words; what is worth trying, asked where the record's own numbers say nothing better
LOSSES: Mapping[str, tuple[str, str]] = {
    "skip_out": (
        "It came in too flat and bounced off the air, back into space.",
        "Would a steeper entry angle have let the air hold it?",
    ),
    "parachute_never_opened": (
        "It reached the ground before the parachute could open.",
        "Would an entry angle nearer to the one it was made for, or thicker air, have given it the time?",
    ),
    "numerical_trouble": (
        "The computation itself went wrong, not the vehicle.",
        "Would values closer to those of a real flight stay within what the model can follow?",
    ),
    "out_of_control": (
        "It began to spin faster than its thrusters could stop.",
        "Would a smaller disturbance have left its thrusters in charge?",
    ),
    "engine_out": (
        "One of the landing engines did not light.",
        "Would it have landed with all its engines?",
    ),
    "parachute_outside_box": (
        "The parachute was fired where no parachute of its kind has been tested.",
        "Would another entry angle, or air closer to what was expected, have brought it closer to the middle of that range?",
    ),
    "parachute_overload": (
        "The parachute was torn by its own pull.",
        "Would a smaller canopy, or a lower speed at mortar fire, have pulled less?",
    ),
    "radar_never_locked": (
        "It came down under the parachute without ever seeing the ground.",
        "Would a larger parachute have given the radar more time?",
    ),
    "backshell_never_left": (
        "It never reached the moment at which it dares to let go of the parachute.",
        "Would it have come down more slowly under a larger parachute, or in thicker air?",
    ),
    "recontact": (
        "A part that had been let go came back and hit the vehicle.",
        "Would another wind, or letting it go at another speed or height, have kept them apart?",
    ),
    "hard_landing": (
        "It touched down too hard.",
        "Would less to brake for its engines, or more room to brake in, have been enough?",
    ),
    "sideways_landing": (
        "It was still moving sideways when it touched down.",
        "Would less wind, or more time to come to a stop, have been enough?",
    ),
    "tip_over": ("It came to rest tilted too far.", "Would flatter ground have kept it upright?"),
    "dropped": (
        "The cords were cut while the rover still hung in the air.",
        "Would waiting longer before touchdown is believed have been enough?",
    ),
    "descent_stage_contact": (
        "The rocket stage sank onto the ground beside the rover.",
        "Would cutting the cords sooner have been enough?",
    ),
    "propellant_empty": (
        "The tanks ran dry before it was down.",
        "Would less speed to take away with rockets, or the guidance law of least fuel, have made it last?",
    ),
    "rover_dropped": (
        "After touchdown the rocket stage lifted the rover once more and let it fall.",
        "Would cords that let go at once have left it standing?",
    ),
    "rover_dragged": (
        "The rocket stage flew away with the rover still tied to it.",
        "Would cords that let go at once have left it standing?",
    ),
    "descent_stage_on_rover": (
        "The rocket stage sank onto the rover that stood below it.",
        "Would longer cords, or cutting them sooner, have kept them apart?",
    ),
    "descent_stage_capsized": (
        "The rocket stage turned over with the rover on its cords.",
        "Would engines that all give what is asked of them have kept it upright?",
    ),
    "touchdown_not_declared": (
        "The rover stands, but its computer never noticed.",
        "Would a bolder test for touchdown have noticed?",
    ),
    "early_ground_contact": (
        "It met the ground before the rover was let down.",
        "Would more height at the start of the powered descent have been enough?",
    ),
    "never_landed": (
        "It was still not down when the simulation ended.",
        "Nothing hit it: would a longer simulation show how it ends?",
    ),
    "height_never_reached": (
        "It never reached the height where this flight ends.",
        "Would another entry angle have brought it there?",
    ),
}


#: a contact is found inside a step of the record [s]: what is later than this before it is on the ground
_STEP = 0.06
#: losses of the moment of contact -> what the figure is called, its key in the outcome, the limit in the mission, its unit
_CONTACT: Mapping[str, tuple[str, str, str, str]] = {
    "hard_landing": ("Speed downwards", "vertical_speed_m_s", "success.vertical_speed_m_s", "m s-1"),
    "sideways_landing": ("Speed sideways", "horizontal_speed_m_s", "success.horizontal_speed_m_s", "m s-1"),
    "tip_over": ("Tilt", "tilt_deg", "success.tilt_deg", "degree"),
}


def loss_report(record: FlightRecord) -> LossReport | None:
    """The first loss of a flight, told with the record's numbers, the worst first of one contact; None when nothing was lost."""
    losses = record.outcome.get("losses") or []
    if not losses:
        return None
    at_once = [each for each in losses if each["t_s"] == losses[0]["t_s"]]
    first = _worst(record, at_once)
    name, said = str(first["name"]), str(first["sentence"])
    what, question = LOSSES.get(name, (said[:1].upper() + said[1:] + ".", ""))
    known = causes(record, first)
    over = _over(record, first, at_once)
    return LossReport(
        what=what,
        when=f"{elapsed(float(first['t_s']))} after entry interface".replace("E+", "").strip(),
        said="" if over else said[:1].upper() + said[1:] + ".",
        by_how_much=over if first["name"] in _CONTACT and over else [*over, *_state(record, float(first["t_s"]))],
        came_of=[each.sentence for each in known],
        worth_trying=_asked(known, question),
        would_have_saved=" ".join(filter(None, [*(each.saved for each in known), _later(losses, first)])),
    )


def _asked(known: Sequence[Cause], question: str) -> list[str]:
    """Questions that the record's numbers lead to; the general one where they lead to none and say nothing of what would have saved it."""
    asked = [each.question for each in known if each.question]
    return asked or ([question] if question and not any(each.saved for each in known) else [])


def _worst(record: FlightRecord, at_once: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of losses in one contact that whose limit was passed most; a loss that is none of the contact itself comes first."""
    if any(each["name"] not in _CONTACT for each in at_once):
        return next(each for each in at_once if each["name"] not in _CONTACT)
    return max(at_once, key=lambda each: _times(*_contact(record, str(each["name"]))))


def _times(value: float, limit: float) -> float:
    """How many times the limit a value is; 0 where either is not known."""
    return value / limit if math.isfinite(value) and limit > 0.0 else 0.0


def _contact(record: FlightRecord, name: str) -> tuple[float, float]:
    """What a figure of the contact was and its limit; NaN where the record does not say."""
    _, key, limit, _ = _CONTACT[name]
    value = (record.outcome.get("touchdown") or {}).get(key)
    return math.nan if value is None else float(value), Flight(record, math.inf, name).limit(limit)


def _over(record: FlightRecord, first: Mapping[str, Any], at_once: Sequence[Mapping[str, Any]]) -> list[LossFigure]:
    """The figures that were over their limits, the worst first."""
    if first["name"] == "parachute_overload":
        limit = 1e3 * Flight(record, math.inf, "").limit("vehicle.parachute.load_limit_kN")
        margin = (record.outcome.get("margins") or {}).get("parachute_load_N", math.nan)
        return _figures([("Pull of the parachute", limit - float(margin), "N", limit)])
    if first["name"] == "parachute_outside_box":
        return _figures(outside_box(Flight(record, math.inf, "")))
    if first["name"] not in _CONTACT:
        return []
    names = sorted((str(each["name"]) for each in at_once), key=lambda name: -_times(*_contact(record, name)))
    return _figures([(_CONTACT[n][0], _contact(record, n)[0], _CONTACT[n][3], _contact(record, n)[1]) for n in names])


def _state(record: FlightRecord, time: float) -> list[LossFigure]:
    """How fast and how high it was then; nothing where the record does not say, no height on the ground."""
    touched = (record.outcome.get("touchdown") or {}).get("t_s")
    time = min(time, float(record.channels["time"].values[-1]))  # a contact is found inside the last step
    speed, height = (
        value_at(record.channels, name, time) for name in ("speed_planet_relative", "height_above_terrain")
    )
    met = [touched] if touched is not None else [each.t_s for each in record.events if each.key == "ground_contact"]
    above = [] if met and time >= met[0] - _STEP else [("Height then", height, "m", None)]
    hangs = any(each.key == "rover_separation" and each.t_s <= time for each in record.events)
    who = " of the stage" if hangs else ""
    return _figures([(f"Speed{who} then", speed, "m s-1", None), *((f"Height{who} then", *each[1:]) for each in above)])


def _figures(found: Sequence[tuple[str, float, str, float | None]]) -> list[LossFigure]:
    return [
        LossFigure(name=name, value=value, unit=unit, limit=limit)
        for name, value, unit, limit in found
        if math.isfinite(value)
    ]


def _later(losses: Sequence[Mapping[str, Any]], first: Mapping[str, Any]) -> str:
    """That a second loss follows in the same record, so that without the first it would not have landed either."""
    after = next((each for each in losses if each["t_s"] > first["t_s"]), None)
    if after is None:
        return ""
    then = elapsed(float(after["t_s"])).replace("E+", "").strip()
    told = LOSSES.get(str(after["name"]), (str(after["sentence"]),))[0].lower().rstrip(".")
    return f"Not this alone: in the same record {told} at {then}."
