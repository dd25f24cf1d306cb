"""The head of the page: what came out, in one sentence and a dozen figures."""

import html
from dataclasses import dataclass

from skycrane.record.quantity_path import quantity_of
from skycrane.report.numbers import number_text
from skycrane.report.view import ReportView


@dataclass(frozen=True)
class _Card:
    """One figure: where it is found, how it is written, and the key of the flown figure that goes beneath it."""

    label: str
    quantity: str
    unit: str
    decimals: int
    flown_key: str = ""


_CARDS = (
    _Card("Touchdown", "outcome.touchdown.t_s", "s after entry", 1, "touchdown_time"),
    _Card("Vertical speed", "outcome.touchdown.vertical_speed_m_s", "m/s", 2, "touchdown_vertical_speed"),
    _Card("Horizontal speed", "outcome.touchdown.horizontal_speed_m_s", "m/s", 2),
    _Card("Descent stage tilt", "outcome.touchdown.descent_stage_tilt_deg", "°", 1),
    _Card("From the selected target", "outcome.touchdown.distance_to_selected_target_m", "m", 1, "distance_to_target"),
    _Card("Propellant left at the end", "outcome.propellant_left_kg", "kg", 0),
    _Card("Peak deceleration", "event.peak_deceleration.state.deceleration", "Earth g", 2, "peak_deceleration"),
    _Card(
        "Peak dynamic pressure",
        "event.peak_dynamic_pressure.state.dynamic_pressure * 1e-3",
        "kPa",
        2,
        "peak_dynamic_pressure",
    ),
    _Card("Peak heating", "max.convective_heat_flux * 1e-4", "W/cm²", 0),
    _Card("Mach at mortar fire", "event.parachute_deploy.state.mach", "", 2, "parachute_deploy_mach"),
    _Card(
        "Pressure at mortar fire",
        "event.parachute_deploy.state.dynamic_pressure",
        "Pa",
        0,
        "parachute_deploy_dynamic_pressure",
    ),
    _Card(
        "Peak parachute load", "event.parachute_peak_load.state.parachute_load * 1e-3", "kN", 1, "parachute_peak_load"
    ),
)
_GOOD = {"success", "landed", "safe", "ok"}


def summary(view: ReportView) -> str:
    """HTML of the outcome and the figures; figures that this flight does not have are left out."""
    flown = {each.key: each for each in view.flown if each.confidence != "assumed"}
    cards = []
    for card in _CARDS:
        value = quantity_of(view.record, card.quantity)
        if value is None:
            continue
        real = flown.get(card.flown_key)
        beneath = (
            f'<dd class="real">{number_text(real.value, card.decimals)} <small>real mission</small></dd>'
            if real
            else ""
        )
        cards.append(
            f'<div class="card"><dt>{html.escape(card.label)}</dt>'
            f"<dd>{number_text(value, card.decimals)} <small>{html.escape(card.unit)}</small></dd>{beneath}</div>"
        )
    return f'{_verdict(view)}<dl class="cards">{"".join(cards)}</dl>'


def succeeded(view: ReportView) -> bool:
    """True when the mission's own success condition holds."""
    outcome = view.record.outcome
    stated = outcome.get("success")
    return stated if isinstance(stated, bool) else str(outcome.get("outcome", "")).lower() in _GOOD


def _verdict(view: ReportView) -> str:
    outcome = view.record.outcome
    name = str(outcome.get("outcome", "unknown")).replace("_", " ")
    sentence = next((str(outcome[key]) for key in ("sentence", "reason", "message") if outcome.get(key)), _place(view))
    kind = "good" if succeeded(view) else "broken"
    tally = view.comparison
    compared = (
        f' · <a href="#compared">{tally.passed} of {len(tally.rows)}</a> figures inside their bounds'
        if tally.rows
        else ""
    )
    return (
        f'<p class="verdict"><span class="chip {kind}">{html.escape(name)}</span> {html.escape(sentence)}{compared}</p>'
    )


def _place(view: ReportView) -> str:
    place = view.record.outcome.get("touchdown")
    if isinstance(place, dict) and "latitude_deg" in place and "longitude_deg" in place:
        return f"Touchdown at {place['latitude_deg']:.4f}° N planetocentric, {place['longitude_deg']:.4f}° E."
    return ""
