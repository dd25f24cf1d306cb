"""What decided when an event happened: keys of the mission file, their values, and the words behind the numbers there."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from skycrane.experience.contents import Source
from skycrane.record.citations import entries, in_words

_LINE = re.compile(r"^(?P<key>[A-Za-z_]\w*)\s*=.*?#\s*(?P<words>.+)$")
_SECTION = re.compile(r"^\[+(?P<name>[\w.]+)\]+")
_CITED = re.compile(r"\[(\w+)\]")

#: event key, a trailing number left out -> keys of the mission file that decide when it happens
DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    "entry_interface": ("entry.radius_km",),
    "guidance_start": ("entry_guidance.start_drag_m_s2",),
    "bank_reversal": ("entry_guidance.deadband_fraction",),
    "heading_alignment_start": ("entry_guidance.heading_alignment_speed_m_s",),
    "straighten_up": ("triggers.straighten_up_settle_s",),
    "ballast_jettison": ("triggers.straighten_up_settle_s", "triggers.ballast_interval_s"),
    "parachute_deploy": (
        "entry_guidance.design_mach",  # where the way under the parachute begins that the range of the trigger is made of
        "triggers.parachute.armed_below_speed_m_s",
        "triggers.parachute.fire_below_speed_m_s",
    ),
    "line_stretch": ("vehicle.parachute.mortar_speed_m_s", "vehicle.parachute.trailing_distance_m"),
    "parachute_inflated": ("vehicle.parachute.inflation_time_s",),
    "parachute_peak_load": ("vehicle.parachute.opening_load_factor",),
    "parachute_second_peak_load": ("vehicle.parachute.oscillation_period_s",),
    "heatshield_separation": ("triggers.heat_shield_mach", "triggers.heat_shield_timer_s"),
    "radar_lock": ("radar.lock_cycles", "triggers.radar_delay_s"),
    "map_navigation_start": ("lander_vision.start_height_m",),
    "map_fix": ("lander_vision.coarse_time_s", "lander_vision.initial_error_bound_m"),
    "landing_target_selected": ("powered_descent.divert_distance_low_m", "powered_descent.divert_distance_high_m"),
    "backshell_separation": ("triggers.backshell_intercept_m", "triggers.backshell_slope_s"),
    "powered_descent_start": ("powered_descent.free_fall_time_s",),
    "constant_velocity": ("powered_descent.approach_end_height_m",),
    "constant_deceleration": ("powered_descent.constant_deceleration_m_s2", "powered_descent.sky_crane_height_m"),
    "throttle_down": ("powered_descent.sky_crane_height_m", "powered_descent.slow_descent_m_s"),
    "rover_separation": ("powered_descent.settle_time_s",),
    "powered_approach_start": ("vehicle.engines.warm_up_time_s",),
    "bridle_taut": ("vehicle.bridles.length_m",),
    "touchdown_declared": (
        "powered_descent.touchdown_fraction",
        "powered_descent.touchdown_steadiness",
        "powered_descent.touchdown_persistence_s",
    ),
    "bridle_deployed": ("vehicle.bridles.length_m",),
    "flyaway": ("powered_descent.flyaway_hold_s",),
}


#: the parachute's trigger -> what its figure and threshold are, with their units
_TRIGGERS: Mapping[str, Mapping[str, str]] = {
    "range": {"trigger_figure": "range_to_target_m", "trigger_threshold": "fires_below_m"},
    "velocity": {"trigger_figure": "navigated_speed_m_s", "trigger_threshold": "fires_below_m_s"},
}


class Thresholds:
    """A resolved mission file, asked what decided an event."""

    def __init__(self, mission: str) -> None:
        self._words = dict(_comments(mission))
        self._table = tomllib.loads(mission)

    def named(self, figures: Mapping[str, float | None]) -> dict[str, float | None]:
        """Figures of an event by names that say what they are and in which unit."""
        trigger = self._table.get("triggers", {}).get("parachute", {})
        names = _TRIGGERS.get(trigger.get("model", "") if isinstance(trigger, Mapping) else "", {})
        return {names.get(name, name): value for name, value in figures.items()}

    def sources(self, event_key: str) -> list[Source]:
        """The keys behind an event with value and source; empty for what no number of the mission decides."""
        keys = DECIDED_BY.get(event_key) or DECIDED_BY.get(re.sub(r"_\d+$", "", event_key)) or ()
        return [
            Source(key=key, value=value, words=spelled_out(self._words.get(key, "")))
            for key in keys
            if (value := self._value(key)) is not None
        ]

    def _value(self, key: str) -> float | None:
        found: Any = self._table
        for name in key.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return float(found) if isinstance(found, (int, float)) else None


def _comments(mission: str) -> Iterator[tuple[str, str]]:
    """Dotted key -> the comment behind its value."""
    section = ""
    for line in mission.splitlines():
        if heading := _SECTION.match(line):
            section = heading["name"] + "."
        elif found := _LINE.match(line):
            yield section + found["key"], found["words"].strip()


def spelled_out(words: str) -> str:
    """The comment with its BibTeX keys as authors, year and title."""
    known = entries()
    return _CITED.sub(lambda cited: f"[{in_words(cited[1])}]" if cited[1] in known else cited[0], words)
