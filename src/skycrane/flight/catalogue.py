"""The events of a landing in words: what happened, why the software or the physics made it happen, and the figures it was decided on.

Keys are public (docs/conventions.md). `values` and `thresholds` name the figures that a phase notes with the event, in that order;
limits that are numbers of the mission are read there.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """Label, severity, condition as a sentence, names of the figures noted (a name in brackets is a threshold); `limits`: names of the
    thresholds that stand in the mission or its tables, and where; `channel`: of which the event is the largest value."""

    label: str
    severity: str
    condition: str
    figures: tuple[str, ...] = ()
    limits: Mapping[str, str] = {}
    channel: str | None = None


_LOW, _HIGH, _WARN, _FATAL = "ACTIVITY_LO", "ACTIVITY_HI", "WARNING_HI", "FATAL"

CATALOGUE: dict[str, Entry] = {
    "entry_interface": Entry("Entry interface", _HIGH, "the clock of the landing starts at the mission's entry radius"),
    "target_out_of_reach": Entry(
        "Target out of reach of the entry reference",
        _WARN,
        "no shift of the reference bank within 60 degrees ends where the parachute should open; the one that comes nearest is flown",
        ("short_by_m", "reference_range_m", "[wanted_range_m]"),
    ),
    "guidance_start": Entry(
        "Guidance start",
        _HIGH,
        "sensed drag rose above entry_guidance.start_drag",
        ("drag_m_s2", "range_to_go_m"),
        limits={"start_drag_m_s2": "models.entry_guidance.start_drag"},
    ),
    "bank_reversal": Entry(
        "Bank reversal {n}",
        _HIGH,
        "navigated cross-range left the deadband of this speed",
        ("crossrange_m", "[deadband_m]", "speed_m_s"),
    ),
    "heading_alignment_start": Entry(
        "Heading alignment",
        _HIGH,
        "navigated speed fell below entry_guidance.heading_alignment_speed",
        ("speed_m_s", "crossrange_m"),
        limits={"heading_alignment_speed_m_s": "models.entry_guidance.heading_alignment_speed"},
    ),
    "straighten_up": Entry(
        "Straighten up and fly right",
        _HIGH,
        "predicted time to mortar fire fell below the lead",
        ("time_to_go_s", "[lead_s]"),
    ),
    "ballast_jettison": Entry(
        "Ballast pair {n} away",
        _HIGH,
        "timer since straighten-up",
        ("since_straighten_up_s",),
        limits={"first_pair_s": "tables.ballast_delay", "interval_s": "models.triggers.ballast_interval"},
    ),
    "parachute_deploy": Entry(
        "Parachute deploy (mortar fire)",
        _HIGH,
        "the parachute trigger held on navigated state for longer than its persistence",
        ("trigger_figure", "[trigger_threshold]", "speed_m_s", "held_s"),
        limits={"persistence_s": "models.triggers.parachute.persistence"},
    ),
    "line_stretch": Entry(
        "Line stretch", _LOW, "the pack reached the end of riser and lines", ("since_mortar_s", "mortar_fire_s")
    ),
    "parachute_inflated": Entry("Parachute inflated", _HIGH, "first full open: line stretch plus the inflation time"),
    "parachute_peak_load": Entry(
        "Parachute peak load", _HIGH, "largest riser load of the flight", channel="parachute_load"
    ),
    "parachute_second_peak_load": Entry(
        "Second load peak", _LOW, "first peak of the riser load after the first full open", channel="parachute_load"
    ),
    "heatshield_separation": Entry(
        "Heat shield separation",
        _HIGH,
        "navigated speed over the assumed speed of sound fell below the trigger, timer elapsed",
        ("mach_estimate", "[mach_trigger]", "since_mortar_s"),
        limits={"heat_shield_timer_s": "models.triggers.heat_shield_timer"},
    ),
    "radar_lock": Entry(
        "Radar lock", _HIGH, "three beams trusted and a height accepted by navigation", ("beams", "height_m")
    ),
    "map_navigation_start": Entry(
        "Lander vision starts",
        _HIGH,
        "navigated height over terrain fell below the start height",
        ("height_m", "[start_height_m]"),
        limits={"stop_height_m": "models.lander_vision.stop_height"},
    ),
    "map_fix": Entry(
        "Position fix on the map",
        _HIGH,
        "the first fix was accepted by navigation",
        ("prior_error_m", "[search_bound_m]"),
    ),
    "landing_target_selected": Entry(
        "Landing target selected",
        _HIGH,
        "safest place clear of the backshell's path and within reach",
        ("divert_m", "[divert_limit_m]", "backshell_clearance_m", "[clearance_wanted_m]", "failure_probability"),
    ),
    "convex_approach": Entry(
        "Fuel-optimal approach found", _LOW, "the conic solver found the approach of least fuel", ("solves",)
    ),
    "convex_approach_failed": Entry(
        "Fuel-optimal approach failed",
        _WARN,
        "no approach of least fuel exists or was found; the polynomial law flies",
        ("solves",),
    ),
    "backshell_separation": Entry(
        "Backshell separation",
        _HIGH,
        "navigated height fell below the height that powered descent needs at this sink rate",
        ("height_m", "[height_needed_m]", "sink_rate_m_s", "speed_m_s"),
    ),
    "powered_descent_start": Entry(
        "Powered descent start",
        _HIGH,
        "free-fall time elapsed, engines lit",
        ("since_separation_s",),
        limits={"free_fall_time_s": "models.powered_descent.free_fall_time"},
    ),
    "powered_approach_start": Entry(
        "Powered approach", _HIGH, "engines warm, profile to the target computed", ("duration_s", "height_m")
    ),
    "constant_velocity": Entry(
        "Constant velocity",
        _HIGH,
        "end of the approach profile",
        ("height_m", "sink_rate_m_s"),
        limits={"approach_end_height_m": "models.powered_descent.approach_end_height"},
    ),
    "constant_deceleration": Entry(
        "Constant deceleration",
        _HIGH,
        "height left equals what the deceleration needs",
        ("height_m", "sink_rate_m_s"),
        limits={
            "constant_deceleration_m_s2": "models.powered_descent.constant_deceleration",
            "sky_crane_height_m": "models.powered_descent.sky_crane_height",
        },
    ),
    "throttle_down": Entry(
        "Throttle down",
        _HIGH,
        "slow descent reached; engines outside the hover set are shut down",
        ("height_m", "sink_rate_m_s"),
        limits={
            "sky_crane_height_m": "models.powered_descent.sky_crane_height",
            "slow_descent_m_s": "models.powered_descent.slow_descent",
        },
    ),
    "rover_separation": Entry(
        "Rover separation",
        _HIGH,
        "settling time elapsed",
        ("settled_s", "height_m", "sink_rate_m_s"),
        limits={"settle_time_s": "models.powered_descent.settle_time"},
    ),
    "bridle_taut": Entry("First bridle taut", _LOW, "a bridle reached its paid-out length", ("length_m",)),
    "bridle_deployed": Entry(
        "Bridles fully out",
        _HIGH,
        "paid-out length reached the full length",
        ("length_m",),
        limits={"full_length_m": "models.vehicle.bridles.length"},
    ),
    "mobility_deploy": Entry(
        "Wheels unfold", _HIGH, "timer since rover separation (touchdown.unfold_start)", ("since_separation_s",)
    ),
    "touchdown": Entry(
        "Touchdown",
        _HIGH,
        "the first foot touched the ground",
        ("closing_speed_m_s", "horizontal_speed_m_s", "foot_height_before_m"),
    ),
    "touchdown_declared": Entry(
        "Touchdown declared",
        _HIGH,
        "commanded vertical force near the stage's own weight and nearly constant",
        ("force_N", "[force_threshold_N]", "force_rate_N_s", "held_s"),
        limits={
            "steadiness_1_s": "models.powered_descent.touchdown_steadiness",
            "persistence_s": "models.powered_descent.touchdown_persistence",
        },
    ),
    "bridle_cut": Entry("Bridles cut", _HIGH, "touchdown declared", ("held_s",)),
    "umbilical_cut": Entry("Umbilical cut", _LOW, "touchdown declared", ("held_s",)),
    "flyaway": Entry(
        "Flyaway",
        _HIGH,
        "hold after bridle cut elapsed",
        ("since_cut_s",),
        limits={"flyaway_hold_s": "models.powered_descent.flyaway_hold"},
    ),
    "rover_at_rest": Entry(
        "Rover at rest",
        _HIGH,
        "no joint of the rover moves any more, and nothing ties it to the stage",
        ("still_for_s",),
    ),
    "rock_under_wheel": Entry(
        "A rock lies under a wheel",
        _LOW,
        "fault of the mission file, laid out with the ground under the rover",
        ("wheel", "east_m", "north_m", "diameter_m", "height_m"),
    ),
    "rover_dropped": Entry(
        "Rover fell back",
        _HIGH,
        "no wheel was on the ground any more after touchdown, and the ground came back",
        ("closing_speed_m_s", "aloft_s"),
    ),
    "rover_dragged": Entry(
        "Rover dragged", _FATAL, "the rover moved two metres from where it first touched", ("moved_m", "bridles_held")
    ),
    "descent_stage_on_rover": Entry(
        "Descent stage on the rover", _FATAL, "the descent stage sank onto the rover that stands below it", ("apart_m",)
    ),
    "descent_stage_capsized": Entry(
        "Descent stage turned over",
        _FATAL,
        "the descent stage lay on its side with the rover on its bridles",
        ("height_m",),
    ),
    "heatshield_impact": Entry("Heat shield impact", _LOW, "flown ballistically to the ground"),
    "backshell_impact": Entry("Backshell impact", _LOW, "flown ballistically under its canopy to the ground"),
    "ballast_impact": Entry("Ballast pair {n} impact", _LOW, "flown ballistically to the ground"),
    "descent_stage_impact": Entry(
        "Descent stage impact", _HIGH, "flown away and fallen to the ground", ("height_m", "speed_m_s")
    ),
    "peak_heating": Entry(
        "Peak heating", _HIGH, "largest convective heat flux at the stagnation point", channel="convective_heat_flux"
    ),
    "peak_deceleration": Entry(
        "Peak deceleration", _HIGH, "largest sensed deceleration of entry", channel="deceleration"
    ),
    "peak_dynamic_pressure": Entry(
        "Peak dynamic pressure", _HIGH, "largest dynamic pressure", channel="dynamic_pressure"
    ),
    "ground_contact": Entry("Ground contact", _WARN, "the lowest point met the ground", ("height_m", "speed_m_s")),
    "height_reached": Entry(
        "Height reached", _HIGH, "height over terrain fell to the mission's success height", ("height_m", "[height_m]")
    ),
    "skip_out": Entry(
        "Skip-out",
        _FATAL,
        "climbing above entry.skip_out_height",
        ("height_m",),
        limits={"skip_out_height_m": "models.entry.skip_out_height"},
    ),
    "out_of_control": Entry(
        "Out of control", _FATAL, "the body turned by more than a radian in one integration step", ("rate_rad_s",)
    ),
    "propellant_empty": Entry("Propellant empty", _WARN, "the tanks ran dry", ("propellant_kg",)),
    "engine_out": Entry("Engine out", _WARN, "an engine did not light", ("engine",)),
    "descent_stage_contact": Entry(
        "Descent stage on the ground", _FATAL, "the descent stage sank to the ground", ("height_m",)
    ),
}


def entry_of(key: str) -> Entry:
    """The catalogue entry of a key; a trailing number is the count of a repeated event, `{n}` in its label."""
    if key in CATALOGUE:
        return CATALOGUE[key]
    stem, _, number = key.rpartition("_")
    entry = CATALOGUE[stem]
    return entry._replace(label=entry.label.replace("{n}", number))


def place_in_story(key: str) -> tuple[int, str]:
    """Which of two events of the same moment is told first: the one that stands first in the catalogue, the cause before its effect."""
    stem = key if key in CATALOGUE else key.rpartition("_")[0]
    return list(CATALOGUE).index(stem), key


def because(
    key: str, figures: tuple[float, ...], models: Any, tables: Any, state: Mapping[str, float]
) -> dict[str, object]:
    """Condition, values and thresholds of an event: from the figures noted with it, the mission's own numbers (SI) and its state."""
    entry = entry_of(key)
    values: dict[str, float] = {}
    thresholds: dict[str, float] = {}
    for name, figure in zip(entry.figures, figures, strict=False):
        (thresholds if name.startswith("[") else values)[name.strip("[]")] = figure
    for name, address in entry.limits.items():
        room, *path = address.split(".")
        thresholds[name] = float(reduce(getattr, path, models if room == "models" else tables))
    if entry.channel is not None:
        values[entry.channel] = state[entry.channel]
    return {"condition": entry.condition, "values": values, "thresholds": thresholds}
