"""Events as mission control calls them: a sentence, and the two or three figures that say most.

Made from events alone, while they happen or from a record; the terminal and the pages use the same words.
"""

import dataclasses
import math
import re
from collections.abc import Callable, Mapping

from skycrane.record.event import Event


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure of a callout, and how it is said: a scalar channel of the event's state, or a value of its reason."""

    channel: str
    say: Callable[[float], str]


def _height(above: str) -> Callable[[float], str]:
    def say(metres: float) -> str:
        return f"{metres / 1e3:.1f} km above {above}" if abs(metres) >= 995.0 else f"{metres:.0f} m above {above}"

    return say


def _speed(metres_per_second: float) -> str:
    return f"{metres_per_second:,.0f} m/s" if metres_per_second >= 10 else f"{metres_per_second:.2f} m/s"


def _side(metres: float) -> str:
    return f"target {abs(metres) / 1e3:.1f} km to the {'right' if metres > 0 else 'left'}"


def _reach(metres: float) -> str:
    return f"its reference ends {abs(metres) / 1e3:.1f} km {'short' if metres > 0 else 'beyond'}"


SPEED = Figure("speed_planet_relative", _speed)
MACH = Figure("mach", lambda mach: f"Mach {mach:.2f}" if mach < 10 else f"Mach {mach:.1f}")
PRESSURE = Figure("dynamic_pressure", lambda pascal: f"{pascal:,.0f} Pa" if pascal < 2e3 else f"{pascal / 1e3:.1f} kPa")
DECELERATION = Figure("deceleration", lambda g: f"{g:.1f} g" if g >= 0.95 else f"{g:.2f} g")
HEATING = Figure("convective_heat_flux", lambda flux: f"{flux / 1e4:.1f} W/cm2")
LOAD = Figure("parachute_load", lambda newton: f"{newton / 1e3:.1f} kN")
AREOID = Figure("height_above_areoid", _height("the areoid"))
GROUND = Figure("height_above_terrain", _height("the ground"))
BANK = Figure("bank_angle_commanded", lambda angle: f"to {abs(angle):.0f} deg {'right' if angle > 0 else 'left'}")
CROSSRANGE = Figure("crossrange_to_target", _side)
TO_GO = Figure("range_to_target", lambda metres: f"{metres / 1e3:.1f} km to go")
ATTACK = Figure("total_angle_of_attack", lambda angle: f"total angle of attack {angle:.1f} deg")
PAID_OUT = Figure("bridle_length_paid_out", lambda metres: f"{metres:.1f} m paid out")
PROPELLANT = Figure("propellant_mass", lambda kilogram: f"{kilogram:.0f} kg of propellant left")
TILT = Figure("tilt", lambda angle: f"tilt {angle:.1f} deg")

#: event key, a trailing number left out -> the words and the figures that follow them; `{n}` is that number
CALLOUTS: Mapping[str, tuple[str, tuple[Figure, ...]]] = {
    "entry_interface": ("Entry interface", (SPEED, AREOID)),
    "target_out_of_reach": ("The target is out of reach", (Figure("short_by_m", _reach),)),
    "guidance_start": ("Guidance start, steering by lift", (DECELERATION, SPEED)),
    "bank_reversal": ("Bank reversal {n}", (BANK, MACH, AREOID)),
    "peak_heating": ("Peak heating", (HEATING, SPEED)),
    "peak_deceleration": ("Peak deceleration", (DECELERATION, AREOID)),
    "peak_dynamic_pressure": ("Peak dynamic pressure", (PRESSURE, AREOID)),
    "heading_alignment_start": ("Heading alignment", (CROSSRANGE, TO_GO, MACH)),
    "straighten_up": ("Straighten up and fly right", (MACH, AREOID)),
    "ballast_jettison": ("Ballast pair {n} away", (ATTACK, MACH)),
    "parachute_deploy": ("Parachute deployed", (MACH, PRESSURE, GROUND)),
    "line_stretch": ("Lines stretched", (SPEED, PRESSURE)),
    "parachute_peak_load": ("Parachute peak load", (LOAD, MACH)),
    "parachute_second_peak_load": ("Second peak of the parachute load", (LOAD,)),
    "parachute_inflated": ("Parachute open", (DECELERATION, MACH)),
    "heatshield_separation": ("Heat shield away", (MACH, GROUND)),
    "radar_lock": ("Radar sees the ground", (SPEED, GROUND)),
    "map_navigation_start": ("Lander vision looks for its map", (SPEED, GROUND)),
    "map_fix": ("Position found on the map", (GROUND,)),
    "landing_target_selected": ("Landing target selected", (SPEED, GROUND)),
    "backshell_separation": ("Backshell away", (SPEED, GROUND)),
    "powered_descent_start": ("Powered descent, engines lit", (SPEED, GROUND)),
    "powered_approach_start": ("Powered approach", (SPEED, GROUND)),
    "constant_velocity": ("Constant velocity", (SPEED, GROUND)),
    "constant_deceleration": ("Constant deceleration", (SPEED, GROUND)),
    "throttle_down": ("Throttle down", (SPEED, GROUND)),
    "rover_separation": ("Sky crane, rover on its bridles", (SPEED, GROUND)),
    "bridle_taut": ("First bridle taut", (PAID_OUT,)),
    "bridle_deployed": ("Bridles out", (PAID_OUT, GROUND)),
    "mobility_deploy": ("Wheels unfolded", (GROUND,)),
    "touchdown": ("Touchdown", (SPEED, TILT)),
    "touchdown_declared": ("Touchdown confirmed by the flight software", (PROPELLANT,)),
    "bridle_cut": ("Bridles cut", ()),
    "umbilical_cut": ("Umbilical cut", ()),
    "flyaway": ("Flyaway, descent stage leaving", (PROPELLANT,)),
    "rover_at_rest": ("Rover at rest", ()),
    "rock_under_wheel": ("A rock lies under a wheel", ()),
    "rover_dropped": ("The rover falls back to the ground", ()),
    "rover_dragged": ("The rover is dragged away", ()),
    "descent_stage_capsized": ("The descent stage turns over", ()),
    "descent_stage_on_rover": ("The descent stage sinks onto the rover", ()),
    "ground_contact": ("Ground contact", (SPEED,)),
    "height_reached": ("Height reached", (SPEED, GROUND)),
    "convex_approach": ("Approach of least fuel found", ()),
    "convex_approach_failed": ("No approach of least fuel, the polynomial law flies", ()),
    "propellant_empty": ("Propellant empty", (SPEED, GROUND)),
    "engine_out": ("An engine did not light", (GROUND,)),
    "descent_stage_contact": ("Descent stage on the ground too early", (SPEED,)),
    "out_of_control": ("Out of control", (SPEED, AREOID)),
    "skip_out": ("Climbing out of the air again", (SPEED, AREOID)),
    "ballast_impact": ("Ballast pair {n} on the ground", ()),
    "heatshield_impact": ("Heat shield on the ground", ()),
    "backshell_impact": ("Backshell on the ground", ()),
    "descent_stage_impact": ("Descent stage on the ground", ()),
}


#: events that may happen more than once: their keys end in a number
_NUMBERED = tuple(key for key, (words, _) in CALLOUTS.items() if "{n}" in words)


def is_event_key(key: str) -> bool:
    """Whether a flight can have an event of that key; `bank_reversal_2` is one, `bank_reversal` is not."""
    stem, _, number = key.rpartition("_")
    return stem in _NUMBERED if number.isdecimal() else key in CALLOUTS and key not in _NUMBERED


def callout(event: Event) -> str:
    """The line of an event, `E+ 87.0 s  Peak deceleration, 10.6 g, 20.1 km above the areoid`."""
    return f"{elapsed(event.t_s)}  {sentence(event)}"


def sentence(event: Event) -> str:
    """The words of an event; one that has no words here is called by its label. Figures that it lacks are left out."""
    words, figures = _words(event)
    values = {figure: _value(event, figure) for figure in figures}
    return ", ".join([words, *(figure.say(value) for figure, value in values.items() if math.isfinite(value))])


def elapsed(seconds: float) -> str:
    """Time since entry interface, `E+ 87.0 s`."""
    return f"E{'-' if seconds < -0.05 else '+'}{abs(seconds):5.1f} s"


def _words(event: Event) -> tuple[str, tuple[Figure, ...]]:
    match = re.fullmatch(r"(.+?)(?:_(\d+))?", event.key)
    assert match is not None, "every key matches"
    words, figures = CALLOUTS.get(event.key) or CALLOUTS.get(match[1]) or (event.label, ())
    return words.replace("{n}", match[2] or "").strip(), figures


def _value(event: Event, figure: Figure) -> float:
    """The figure of an event; NaN where the event lacks it."""
    value = event.state.get(figure.channel, event.because.get("values", {}).get(figure.channel))
    return math.nan if value is None else float(value)
