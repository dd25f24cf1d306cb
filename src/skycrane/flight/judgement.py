"""How the landing ended: success or a loss with a name and a sentence, and the margins.

The first loss in time counts. Limits are those of the mission file.
"""

import math
from collections.abc import Mapping
from typing import Any

from skycrane.mission.parameters import MissionParameters
from skycrane.record import Event

Loss = tuple[float, str, str]


def losses(p: MissionParameters, events: Mapping[str, Event], facts: Mapping[str, Any]) -> list[Loss]:
    """Every condition of loss that held: (time, name, sentence), earliest first."""
    found: list[Loss] = []
    found += _entry_losses(p, events, facts)
    found += _parachute_losses(p, events, facts)
    found += _ground_losses(p, events, facts)
    limit = p.success.recontact_distance
    for body, when, distance in facts.get("recontact", ()):
        if distance < limit:
            what = body.replace("_", " ")
            found.append(
                (
                    when,
                    "recontact",
                    f"the {what} came back within {distance:.1f} m of the vehicle (limit {limit:.1f} m)",
                )
            )
    if p.success.condition == "height" and "height_reached" in events:
        reached = events["height_reached"].t_s
        found = [loss for loss in found if loss[0] <= reached]
    found = found or _unreached(p, events, facts)
    return sorted(found, key=lambda loss: loss[0])


def _entry_losses(p: MissionParameters, events: Mapping[str, Event], facts: Mapping[str, Any]) -> list[Loss]:
    found: list[Loss] = []
    if "skip_out" in events:
        e = events["skip_out"]
        found.append(
            (
                e.t_s,
                "skip_out",
                f"the vehicle climbed out of the atmosphere again, {e.state['height_above_areoid'] / 1e3:,.0f} km up",
            )
        )
    wanted = "parachute" in [phase.kind for phase in p.phases] or p.success.condition == "parachute_deploy"
    if wanted and "ground_contact" in events and "parachute_deploy" not in events:
        e = events["ground_contact"]
        found.append(
            (
                e.t_s,
                "parachute_never_opened",
                f"the ground was met at {e.state['speed_planet_relative']:,.0f} m/s, the parachute still packed",
            )
        )
    if "out_of_control" in events and facts.get("quiet_end", False):
        t = events["out_of_control"].t_s
        found.append(
            (t, "numerical_trouble", "the state of the vehicle stopped being numbers; look at the inputs of this case")
        )
    elif "out_of_control" in events:
        e = events["out_of_control"]
        rate = math.degrees(e.because["values"]["rate_rad_s"])
        found.append((e.t_s, "out_of_control", f"the vehicle spun up to {rate:.0f} deg/s, beyond what can be followed"))
    if "engine_out" in events:
        e = events["engine_out"]
        found.append((e.t_s, "engine_out", f"descent engine {e.because['values']['engine']:.0f} did not light"))
    return found


def _parachute_losses(p: MissionParameters, events: Mapping[str, Event], facts: Mapping[str, Any]) -> list[Loss]:
    chute, found = p.vehicle.parachute, []
    if chute is None or "parachute_deploy" not in events:
        return []
    e = events["parachute_deploy"]
    mach, pressure = e.state["mach"], e.state["dynamic_pressure"]
    if not (
        chute.mach_low <= mach <= chute.mach_high
        and chute.dynamic_pressure_low <= pressure <= chute.dynamic_pressure_high
    ):
        found.append((
            e.t_s, "parachute_outside_box",
            f"mortar fire at Mach {mach:.2f} and {pressure:,.0f} Pa, outside Mach {chute.mach_low:.2f} to {chute.mach_high:.2f} "
            f"and {chute.dynamic_pressure_low:,.0f} to {chute.dynamic_pressure_high:,.0f} Pa",
        ))  # fmt: skip
    load = facts.get("peak_load", 0.0)
    if load > chute.load_limit:
        found.append((
            events["parachute_peak_load"].t_s, "parachute_overload",
            f"the riser load reached {load / 1e3:,.0f} kN, above the limit of {chute.load_limit / 1e3:,.0f} kN",
        ))  # fmt: skip
    if "backshell_separation" not in events and "ground_contact" in events and p.powered_descent is not None:
        name = "radar_never_locked" if "radar_lock" not in events else "backshell_never_left"
        sentence = "the radar never locked" if "radar_lock" not in events else "the backshell trigger never held"
        found.append((events["ground_contact"].t_s, name, f"{sentence}, and the ground was met under the parachute"))
    return found


def _ground_losses(p: MissionParameters, events: Mapping[str, Event], facts: Mapping[str, Any]) -> list[Loss]:
    found: list[Loss] = []
    s, landing = p.success, facts.get("touchdown")
    end = facts["end_s"]
    down = "touchdown_declared" in events or (landing is not None and "sky_crane" not in [x.kind for x in p.phases])
    if landing is not None:
        t = landing["t_s"]
        if landing["vertical_speed_m_s"] > s.vertical_speed:
            found.append(
                (
                    t,
                    "hard_landing",
                    "touched down at " + _beyond(landing["vertical_speed_m_s"], s.vertical_speed, "m/s", " vertical"),
                )
            )
        if landing["horizontal_speed_m_s"] > s.horizontal_speed:
            found.append((
                t, "sideways_landing",
                "touched down at " + _beyond(landing["horizontal_speed_m_s"], s.horizontal_speed, "m/s", " horizontal"),
            ))  # fmt: skip
        rest = "the lander came to rest tilted" if down else "it ended with the lander tilted"
        dragged = "rover_dragged" in events
        if landing["tilt_deg"] is not None and landing["tilt_deg"] > math.degrees(s.tilt) and not dragged:
            found.append(
                (
                    t,
                    "tip_over",
                    f"{rest} {_beyond(landing['tilt_deg'], math.degrees(s.tilt), 'deg', decimals=1)}",
                )
            )
    if "touchdown_declared" in events and "touchdown" not in events:
        found.append(
            (
                events["touchdown_declared"].t_s,
                "dropped",
                "touchdown was declared and the bridles cut with the lander still in the air",
            )
        )
    if "descent_stage_contact" in events:
        found.append(
            (events["descent_stage_contact"].t_s, "descent_stage_contact", "the descent stage sank onto the ground")
        )
    found += _bridle_losses(events, s.vertical_speed)
    if "propellant_empty" in events and s.condition == "landed" and not down:
        found.append(
            (events["propellant_empty"].t_s, "propellant_empty", "the propellant ran out before the landing was over")
        )
    if s.condition == "landed" and not down and not found:
        if "touchdown" in events:
            found.append(
                (end, "touchdown_not_declared", "the lander stands, but flight software never declared touchdown")
            )
        elif landing is not None:
            found.append((landing["t_s"], "early_ground_contact", "the ground was met before the lander was let go"))
        elif not {"skip_out", "out_of_control"} & events.keys():
            found.append((end, "never_landed", f"no landing within {p.entry.duration_limit:,.0f} s"))
    return found


def _beyond(value: float, limit: float, unit: str, which: str = "", decimals: int = 2) -> str:
    """`40.02 m/s horizontal (limit 15.00 m/s)`, with as many decimals as it takes to tell the two apart."""
    while decimals < 6 and f"{value:.{decimals}f}" == f"{limit:.{decimals}f}":
        decimals += 1
    return f"{value:.{decimals}f} {unit}{which} (limit {limit:.{decimals}f} {unit})"


def _bridle_losses(events: Mapping[str, Event], fastest: float) -> list[Loss]:
    """What bodies that are flown one by one can come to; `fastest` is the limit of the vertical speed [m/s]."""
    found: list[Loss] = []
    if "rover_dropped" in events:
        e = events["rover_dropped"]
        closing = e.because["values"]["closing_speed_m_s"]
        told = f"after touchdown the rover was lifted off again and fell back at {_beyond(closing, fastest, 'm/s')}"
        if closing > fastest:
            found.append((e.t_s, "rover_dropped", told))
    if "rover_dragged" in events:
        e = events["rover_dragged"]
        moved, held = (e.because["values"][name] for name in ("moved_m", "bridles_held"))
        lines = "one bridle" if held == 1.0 else f"{held:.0f} bridles"
        how = f"was dragged {moved:.1f} m, {lines} still holding" if held else f"slid {moved:.1f} m"
        found.append((e.t_s, "rover_dragged", f"after touchdown the rover {how}"))
    if "descent_stage_on_rover" in events:
        e = events["descent_stage_on_rover"]
        apart = e.because["values"]["apart_m"]
        told = f"the descent stage sank onto the rover below it, {apart:.1f} m between their centres"
        found.append((e.t_s, "descent_stage_on_rover", told))
    if "descent_stage_capsized" in events:
        e = events["descent_stage_capsized"]
        told = f"the descent stage turned over {e.because['values']['height_m']:.0f} m above the ground, the rover still on its bridles"
        found.append((e.t_s, "descent_stage_capsized", told))
    return found


def _unreached(p: MissionParameters, events: Mapping[str, Event], facts: Mapping[str, Any]) -> list[Loss]:
    """A mission for an open parachute or for a height that ended before it, with nothing else to blame."""
    end, limit = facts["end_s"], p.entry.duration_limit
    late = f"within {limit:,.0f} s" if end > limit - 1.0 else "before the flight ended"
    if p.success.condition == "parachute_open" and "parachute_inflated" not in events:
        return [(end, "parachute_never_opened", f"the parachute did not open {late}")]
    if p.success.condition == "parachute_deploy" and "parachute_deploy" not in events:
        return [(end, "parachute_never_opened", f"the parachute condition was not met {late}")]
    if p.success.condition == "height" and "height_reached" not in events:
        return [
            (
                end,
                "height_never_reached",
                f"the height of {p.success.height:,.0f} m over the ground was not reached {late}",
            )
        ]
    return []


def success_sentence(p: MissionParameters, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Name and sentence of a success."""
    landing = facts.get("touchdown")
    if p.success.condition == "parachute_open":
        return "parachute_open", "The parachute is open."
    if p.success.condition == "parachute_deploy":
        return "parachute_deploy", "The parachute condition was met."
    if p.success.condition == "height":
        return "height_reached", f"The height of {p.success.height:,.0f} m over the ground was reached."
    assert landing is not None, "a landed mission without loss has touched down"
    down, across = landing["vertical_speed_m_s"], landing["horizontal_speed_m_s"]
    sentence = f"On the ground at {down:.2f} m/s vertical and {across:.2f} m/s horizontal speed"
    miss = landing.get("distance_to_selected_target_m")
    return "landed", sentence + (
        "." if miss is None else f", {miss:{',.0f' if miss >= 10 else '.1f'}} m from the selected target."
    )
