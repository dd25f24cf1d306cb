"""The timeline: phases and events on one strip, and the list of events, each with its reason on demand."""

import html
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from skycrane.record import Event
from skycrane.record.schema import channel
from skycrane.report.numbers import number_text, significant
from skycrane.report.view import ReportView, is_of_another_body

_WIDTH, _TOP, _BAND = 1000.0, 74.0, 26.0
_STRIP_EVENTS = {
    "entry_interface": "entry",
    "peak_deceleration": "peak g",
    "straighten_up": "straighten up",
    "parachute_deploy": "parachute",
    "heatshield_separation": "heat shield",
    "radar_lock": "radar lock",
    "backshell_separation": "backshell",
    "rover_separation": "rover lowered",
    "touchdown": "touchdown",
    "descent_stage_impact": "impact",
}
_STATE_SHOWN = (
    "height_above_areoid",
    "height_above_terrain",
    "speed_planet_relative",
    "flight_path_angle",
    "mach",
    "dynamic_pressure",
    "deceleration",
    "mass",
)
#: ending of the name of a figure -> its unit, longest first
_ENDINGS = {
    "_m_s2": "m/s²",
    "_m_s": "m/s",
    "_N_s": "N/s",
    "_deg": "°",
    "_kg": "kg",
    "_Pa": "Pa",
    "_m": "m",
    "_s": "s",
    "_N": "N",
}
_UNIT_WORDS = {
    "standard_free_fall": "Earth g",
    "degree": "°",
    "degrees_north": "°",
    "degrees_east": "°",
    "m s-1": "m/s",
    "kg m-3": "kg/m³",
}


def timeline(view: ReportView) -> str:
    """HTML of the strip and of the table of events."""
    rows = "".join(_row(view, event) for event in sorted(view.record.events, key=lambda each: each.t_s))
    head = "<tr><th>E+ [s]</th><th>UTC at Mars</th><th>event</th><th>real mission [s]</th><th>height</th><th>speed [m/s]</th></tr>"
    table = f'<div class="wide"><table class="events"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    stage = "; from rover separation on, of the descent stage" if view.event("rover_separation") else ""
    note = (
        f'<p class="note">Height is that of the vehicle above the {view.height_name}{stage}. '
        "Open an event to read why it happened when it did.</p>"
    )
    return _strip(view) + note + table


def _strip(view: ReportView) -> str:
    start, end = float(view.time[0]), float(view.time[-1])
    scale = _WIDTH / (end - start)
    parts, names = [_phase_bands(view, start, scale)], []
    rows = [-1e9] * 4
    for event in view.record.events:
        if event.key not in _STRIP_EVENTS:
            continue
        x, label = (event.t_s - start) * scale, _STRIP_EVENTS[event.key]
        width = 6.6 * len(label) + 10.0
        left = min(max(x - 3.0, 0.0), _WIDTH - width)
        level = next((i for i, taken in enumerate(rows) if taken <= left), 0)
        rows[level] = left + width
        y = _TOP - 8.0 - 16.0 * level
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y + 3:.0f}" y2="{_TOP + _BAND:.0f}" class="tick"/>')
        names.append(f'<text x="{left + 3:.1f}" y="{y:.0f}" class="name">{html.escape(label)}</text>')
    for key, real in view.real_times.items():
        if key in _STRIP_EVENTS and start <= real <= end:
            x, y = (real - start) * scale, _TOP + _BAND
            parts.append(
                f'<path d="M{x:.1f} {y + 2:.0f}l4 8h-8z" class="realmark"><title>real mission: {real:g} s</title></path>'
            )
    for t in np.arange(np.ceil(start / 60.0) * 60.0, end, 60.0):
        anchor = ' style="text-anchor:start"' if t == start else ""
        parts.append(
            f'<text{anchor} x="{(t - start) * scale:.1f}" y="{_TOP + _BAND + 24:.0f}" class="scale">{t:g} s</text>'
        )
    height = _TOP + _BAND + 30.0
    count = len(view.record.events)
    alt = f"Timeline of {count} events from {start:g} to {end:.0f} seconds after entry interface, listed in the table below."
    opening = f'<svg class="strip" role="img" aria-label="{alt}" viewBox="0 0 {_WIDTH:g} {height:g}">'
    return f'<div class="wide">{opening}{"".join(parts + names)}</svg></div>'


def _phase_bands(view: ReportView, start: float, scale: float) -> str:
    if not view.has("phase"):
        return ""
    phase, names = view.column("phase"), str(view.record.channels["phase"].attrs["flag_meanings"]).split()
    edges = [0, *(np.flatnonzero(np.diff(phase)) + 1), len(phase) - 1]
    bands = []
    for each, (first, last) in enumerate(pairwise(edges)):
        x, width = (float(view.time[first]) - start) * scale, float(view.time[last] - view.time[first]) * scale
        name = names[int(phase[first])].replace("_", " ") if int(phase[first]) < len(names) else ""
        place = f'x="{x:.1f}" y="{_TOP:g}" width="{width:.1f}" height="{_BAND:g}"'
        bands.append(f'<rect {place} class="phase p{each % 2}"><title>{name}</title></rect>')
        if width > 6.2 * len(name) + 6.0:
            bands.append(f'<text x="{x + width / 2:.1f}" y="{_TOP + 17:.0f}" class="phasename">{name}</text>')
    return "".join(bands)


def _row(view: ReportView, event: Event) -> str:
    real = view.real_times.get(event.key)
    late = "" if real is None else f"{number_text(real, 1)} <small>({event.t_s - real:+.1f})</small>".replace("-", "−")
    height = _height(view.height_at(event))
    speed = "–" if is_of_another_body(event) else significant(event.state.get("speed_planet_relative"))
    landed = event.key == "ground_contact" and view.record.outcome.get("success") is True  # as this mission means to
    grave = " grave" if event.severity in ("WARNING_HI", "FATAL") and not landed else ""
    return (
        f'<tr class="{event.severity.lower()}{grave}"><td>{event.t_s:.2f}</td><td>{_clock(event.utc)}</td><td>{_reason(event)}</td>'
        f'<td class="real">{late}</td><td>{height}</td><td>{speed}</td></tr>'
    )


def _height(metres: float | None) -> str:
    if metres is None:
        return "–"
    return f"{number_text(metres / 1e3, 2)} km" if abs(metres) >= 999.5 else f"{number_text(metres, 0)} m"


def _clock(utc: str) -> str:
    return html.escape(utc.partition("T")[2].rstrip("Z") or utc)


def _reason(event: Event) -> str:
    label = html.escape(event.label)
    if not event.because and not event.state:
        return label
    condition = html.escape(str(event.because.get("condition", "")))
    facts = _facts("seen", event.because.get("values")) + _facts("threshold", event.because.get("thresholds"))
    state = " · ".join(_state_words(name, event.state[name]) for name in _STATE_SHOWN if name in event.state)
    if state and is_of_another_body(event):
        state = f"the vehicle at that moment: {state}"
    inner = f"<p>{condition}</p>" if condition else ""
    inner += f"<p>{facts}</p>" if facts else ""
    inner += f'<p class="state">{state}</p>' if state else ""
    return f"<details><summary>{label} <code>{html.escape(event.key)}</code></summary>{inner}</details>"


def _facts(word: str, content: Any) -> str:
    if not isinstance(content, Mapping) or not content:
        return ""
    told = ", ".join(html.escape(_figure(str(name), value)) for name, value in content.items())
    return f"<b>{word}</b> {told} "


def _figure(name: str, value: Any) -> str:
    """`deadband_m` and 3682.0 as `deadband 3,682 m`: the unit is the ending of the name."""
    ending = next((each for each in _ENDINGS if name.endswith(each)), "")
    words = name.removesuffix(ending).replace("_", " ").strip()
    return f"{words} {_value(value)} {_ENDINGS.get(ending, '')}".strip()


def _value(value: Any) -> str:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return str(value)
    said = significant(float(value), 4)
    return said.rstrip("0").rstrip(".") if "." in said else said


def _state_words(name: str, value: float) -> str:
    unit = channel(name).unit
    return f"{name.replace('_', ' ')} {significant(value)} {_UNIT_WORDS.get(unit, '' if unit == '1' else unit)}".strip()
