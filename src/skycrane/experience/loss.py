"""A loss told kindly: what happened, when, by how much, and what would have saved it."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skycrane.experience.contents import LossReport
from skycrane.record.callouts import elapsed
from skycrane.record.sampling import value_at

if TYPE_CHECKING:
    import xarray as xr

#: name of the loss -> what it means in plain words, what would have saved it
LOSSES: Mapping[str, tuple[str, str]] = {
    "skip_out": (
        "It came in too flat and bounced off the air, back into space.",
        "A steeper entry angle: the air would have held it.",
    ),
    "parachute_never_opened": (
        "It reached the ground before the parachute could open.",
        "More way through the air before the ground: an entry angle nearer to the one it was made for, or thicker air.",
    ),
    "numerical_trouble": (
        "The computation itself went wrong, not the vehicle.",
        "Values closer to those of a real flight; this one lies outside what the model can follow.",
    ),
    "out_of_control": (
        "It began to spin faster than its thrusters could stop.",
        "A smaller disturbance, or more time between the manoeuvres.",
    ),
    "engine_out": (
        "One of the landing engines did not light.",
        "All engines: the others cannot carry the stage for long.",
    ),
    "parachute_outside_box": (
        "The parachute was fired where no parachute of its kind has been tested.",
        "Firing it closer to the middle of its box: another entry angle, or air closer to what was expected.",
    ),
    "parachute_overload": (
        "The parachute was torn by its own pull.",
        "A smaller or stronger parachute, or opening it at lower speed.",
    ),
    "radar_never_locked": (
        "It came down under the parachute without ever seeing the ground.",
        "A larger parachute: more time for the radar after the heat shield has gone.",
    ),
    "backshell_never_left": (
        "It never reached the moment at which it dares to let go of the parachute.",
        "A larger parachute or thicker air: it came down too fast for its engines to take over in time.",
    ),
    "recontact": (
        "A part that had been let go came back and hit the vehicle.",
        "More distance: letting it go at another speed or height, or another wind.",
    ),
    "hard_landing": (
        "It touched down too hard.",
        "A slower start of the powered descent: a larger parachute, or letting go of it higher up.",
    ),
    "sideways_landing": ("It slid sideways over the ground when it touched down.", "Less wind, or a longer hover."),
    "tip_over": ("It came to rest tilted too far.", "Flatter ground: lander vision with a map that knows the slopes."),
    "dropped": (
        "The cords were cut while the rover still hung in the air.",
        "Waiting longer before touchdown is believed.",
    ),
    "descent_stage_contact": (
        "The rocket stage sank onto the ground beside the rover.",
        "Cutting the cords sooner, or more height under the stage.",
    ),
    "propellant_empty": (
        "The tanks ran dry before it was down.",
        "Less speed to take away with rockets: a larger parachute, a shorter divert, or the guidance law of least fuel.",
    ),
    "touchdown_not_declared": ("The rover stands, but its computer never noticed.", "A bolder test for touchdown."),
    "early_ground_contact": (
        "It met the ground before the rover was let down.",
        "More height at the start of the powered descent.",
    ),
    "never_landed": ("It was still not down when the simulation ended.", "Nothing hit it; the flight was cut off."),
    "height_never_reached": ("It never reached the height where this flight ends.", "Another entry angle."),
}


def loss_report(outcome: Mapping[str, Any], channels: "xr.Dataset | None" = None) -> LossReport | None:
    """The first loss of a flight, told, with the state at that moment from the record's channels; None when nothing was lost."""
    losses = outcome.get("losses") or []
    if not losses:
        return None
    first = losses[0]
    name, said = str(first["name"]), str(first["sentence"])
    what, saved = LOSSES.get(name, (said[:1].upper() + said[1:] + ".", "We do not know yet: this loss has no advice."))
    return LossReport(
        what=what,
        when=f"{elapsed(float(first['t_s']))} after entry interface".replace("E+", "").strip(),
        by_how_much=said[:1].upper() + said[1:] + "." + _state(channels, float(first["t_s"])),
        would_have_saved=saved,
    )


def _state(channels: "xr.Dataset | None", time: float) -> str:
    """How fast and how high it was; empty where the record does not say."""
    if channels is None:
        return ""
    time = min(time, float(channels["time"].values[-1]))  # a contact is found inside the last step
    speed, height = (value_at(channels, name, time) for name in ("speed_planet_relative", "height_above_terrain"))
    if not (math.isfinite(speed) and math.isfinite(height)):
        return ""
    return f" It was moving at {speed:.2f} m/s then, {max(height, 0.0):.1f} m above the ground."
