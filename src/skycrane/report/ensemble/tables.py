"""The tables of an ensemble's page: what came of it, the scorecard, the real flight, what drives what, where it comes from."""

import html
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import binomtest

from skycrane.mission import Mission, read_mission_text
from skycrane.record.chance import LEVEL, left_out_in_words, pairs_in_words, stands_out
from skycrane.record.ensemble_folder import MISSION, Ensemble, resume_command
from skycrane.report.numbers import significant

_TOP = 4
_KNOWN_FROM = 770  # cases, 1 / (1 - 0.9987): fewer have none beyond their 99.87th percentile


def table(head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], kind: str = "") -> str:
    """An HTML table; each row is (class, cells), cells are HTML already."""
    top = "".join(f"<th>{html.escape(each)}</th>" for each in head)
    body = "".join(f'<tr class="{name}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>' for name, cells in rows)
    return f'<div class="wide"><table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def summary(ensemble: Ensemble) -> str:
    """How many succeeded, how the others were lost, and the ellipse in words."""
    lost = ensemble.losses
    count = int(lost["cases"].sum()) if len(lost) else 0
    good, cards = ensemble.n - count, []
    chip = f'<span class="chip {"good" if not count else "broken"}">{good:,} of {ensemble.n:,} succeeded</span>'
    passed, asked = int(ensemble.scorecard["passed"].sum()), len(ensemble.scorecard)
    low, high = (100.0 * x for x in binomtest(good, ensemble.n).proportion_ci(0.95, method="exact"))
    cards += [("Succeeded", f"{100.0 * good / ensemble.n:.2f} %"), ("95 % confidence", f"{low:.1f}–{high:.1f} %")]
    if asked:
        cards.append(("Requirements kept", f"{passed} of {asked}"))
    ellipse = ensemble.ellipse
    if ellipse is not None:
        long, short = (2e-3 * x for x in ellipse["half_axes_m"])
        cards.append((f"Landing ellipse ({100 * ellipse['share']:.0f} %)", f"{long:.1f} × {short:.1f} km"))
        cards.append(("Landings inside it", f"{100.0 * ellipse['inside'] / ellipse['cases']:.1f} %"))
    within, of = within_three_sigma(ensemble)
    if of:
        cards.append(("As-flown values within 3 σ", f"{within} of {of}"))
    listed = "".join(f'<div class="card"><dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd></div>' for k, v in cards)
    rows = [
        ("fail", (html.escape(str(name).replace("_", " ")), f"{each['cases']}", f"{each['percent']:.2f} %", f"{each['first_case']}",
                  html.escape(str(each["sentence"]))))
        for name, each in lost.iterrows()
    ]  # fmt: skip
    told = table(("loss", "cases", "share", "first case", "its sentence"), rows) if rows else "<p>No case was lost.</p>"
    again = '<p class="note">Any case flies again by itself: <code>skycrane refly ENS CASE</code>.</p>'
    return f'<p class="verdict">{chip}</p><dl class="cards">{listed}</dl><h3>Losses</h3>{told}{again}'


def requirements(ensemble: Ensemble) -> str:
    """The scorecard."""
    rows = []
    for _, each in ensemble.scorecard.iterrows():
        limits = ", ".join(
            f"{sign} {_f(each[k])}" for sign, k in (("≥", "low"), ("≤", "high")) if math.isfinite(each[k])
        )
        unit = each["unit"] if isinstance(each["unit"], str) else ""
        cells = [
            html.escape(each["label"]), html.escape(f"{limits} {unit}"),
            *(_f(each[name]) for name in ("p1", "p50", "p99", "p99_87")),
            f"{_f(each['margin'])} <small>({_f(each['deciding'])}, 95 %: {_f(each['interval_low'])} to "
            f"{_f(each['interval_high'])})</small>",
            f"{each['kept_percent']:.2f} % <small>of {each['share_percent']:g} % asked</small>", f"{each['worst_case']}",
            "pass" if each["passed"] else "fail",
        ]  # fmt: skip
        cells[-1] = f'<span class="verdictcell">{cells[-1]}</span>'
        rows.append(("pass" if each["passed"] else "fail", cells))
    if not rows:
        return '<p class="missing">This mission file has no requirements.</p>'
    head = (
        "requirement",
        "limit",
        "1 %",
        "50 %",
        "99 %",
        "99.87 %",
        "margin (deciding percentile)",
        "kept",
        "worst case",
        "",
    )
    note = (
        "A requirement passes when the share asked of all cases keeps it; a case that was lost before does not keep it. Percentiles "
        "are over the cases that came to the figure; the margin is what is left between the limit and the percentile that decides, "
        "with the bootstrap's interval of that percentile."
    )
    if ensemble.n < _KNOWN_FROM:
        note += f" Of fewer than {_KNOWN_FROM} cases the 99.87 % is no more than the largest value flown."
    return table(head, rows) + f'<p class="note">{note}</p>'


def mission_of(ensemble: Ensemble) -> Mission:
    """The mission of an ensemble, as its folder has it."""
    return _mission((ensemble.path / MISSION).read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _mission(text: str) -> Mission:
    return read_mission_text(text)


def flown_figures(ensemble: Ensemble) -> list[tuple[Any, np.ndarray]]:
    """As-flown figures of this mission that were really read or derived from the flight, each with the values of all cases."""
    figures = mission_of(ensemble).flown or ()
    found = []
    for each in figures:
        name = f"flown.{each.key}"
        if each.confidence != "assumed" and name in ensemble.summary.columns:
            values = ensemble.summary[name].to_numpy(float)
            values = values[np.isfinite(values)]
            if len(values) > 1:
                found.append((each, values))
    return found


def sigmas(value: float, values: np.ndarray) -> float:
    """How many standard deviations a value lies from the mean of the cases; 0 where they all agree with it."""
    spread, away = float(values.std(ddof=1)), value - float(values.mean())
    return away / spread if spread > 0.0 else 0.0 if away == 0.0 else math.copysign(math.inf, away)


def within_three_sigma(ensemble: Ensemble) -> tuple[int, int]:
    """How many of the as-flown values lie within three sigma of the prediction, of how many."""
    found = [abs(sigmas(each.value, values)) <= 3.0 for each, values in flown_figures(ensemble)]
    return sum(found), len(found)


def flown_table(ensemble: Ensemble) -> str:
    """Every as-flown value with its place in the predicted distribution."""
    figures = flown_figures(ensemble)
    if not figures:
        return '<p class="missing">No real flight belongs to this mission.</p>'
    rows, beyond = [], list[str]()
    for each, values in figures:
        away = sigmas(each.value, values)
        below = 100.0 * (np.sum(values < each.value) + 0.5 * np.sum(values == each.value)) / len(values)
        unit = "" if each.unit == "1" else f" {each.unit}"
        place = f"{away:+.1f} σ" if math.isfinite(away) else "no spread"
        place = place if abs(away) <= 3.0 else f'<span class="verdictcell">{place}</span>'
        cells = (
            html.escape(each.label), f'<span class="real">{_f(each.value)}{html.escape(unit)}</span>', _f(values.mean()),
            _f(values.std(ddof=1)), place, f"{below:.1f} %", html.escape(each.source),
        )  # fmt: skip
        rows.append(("" if abs(away) <= 3.0 else "fail", cells))
        beyond += [each.label] * (abs(away) > 3.0)
    within, of = within_three_sigma(ensemble)
    share = f"{within} of {of} as-flown values ({100.0 * within / of:.0f} %)"
    verdict = f"<p class='verdict'>{share} lie within three sigma of the prediction.</p>"
    if beyond:
        verdict += f'<p class="note">Beyond it: {html.escape(", ".join(beyond))}.</p>'
    return verdict + table(("figure", "flown", "mean", "sigma", "flown lies at", "cases below", "source"), rows)


def contributors(ensemble: Ensemble) -> str:
    """Shares of the landing ellipse."""
    found = (ensemble.ellipse or {}).get("contributors") or []
    if not found:
        return '<p class="missing">Too few cases, or none that landed, to tell inputs apart.</p>'
    rows = []
    rest = 1.0 - sum(
        each["share"] for each in found
    )  # what is not listed, and what inputs share by the chance of the draw
    if abs(rest) >= 0.0005:
        found = [*found[:-1], {"input": "", "share": rest, "name": "all other inputs together"}, found[-1]]
    for each in found:
        name = (
            f"<code>{html.escape(each['input'])}</code>"
            if each["input"]
            else each.get("name", "not linear, or noise drawn in flight")
        )
        moved = f"{each['east_m']:+.0f} m east, {each['north_m']:+.0f} m north" if each["input"] else ""
        size = 160 * min(max(each["share"], 0.0), 1.0)
        bar = f'<svg width="160" height="10" aria-hidden="true"><rect width="{size:.1f}" height="10" fill="var(--here)"/></svg>'
        rows.append(("", (name, f"{100 * each['share']:.1f} %", bar, moved)))
    note = "Share of the variance of the landing points that an input explains by a straight line, and how far one sigma of it moves them."
    return table(("input", "share", "", "one sigma moves the landing by"), rows) + f'<p class="note">{note}</p>'


def sensitivity(ensemble: Ensemble) -> str:
    """The strongest inputs of each requirement by rank correlation."""
    ranks = ensemble.sensitivity
    strong = ranks[stands_out(ranks)]
    rows = []
    for key, each in ensemble.scorecard.iterrows():
        own = strong[strong["figure"] == f"figure.{key}"].head(_TOP)
        words = [f"<code>{html.escape(r['input'])}</code> {r['rank_correlation']:+.2f}" for _, r in own.iterrows()]
        rows.append(
            (
                "",
                (
                    html.escape(each["label"]),
                    "<br>".join(words) or '<span class="note">nothing that stands out from chance</span>',
                ),
            )
        )
    if not rows:
        return '<p class="missing">This mission file has no requirements.</p>'
    note = (
        "Spearman's rank correlation over all cases that came to the figure, where chance alone shows as much anywhere among "
        f"these {pairs_in_words(ranks)} in one ensemble of {round(1.0 / LEVEL)} at most. "
        "Sobol indices: <code>skycrane sensitivity ENS</code>. "
        f"{html.escape(left_out_in_words(ensemble.summary, ranks))}"
    )
    return table(("figure", "strongest inputs"), rows) + f'<p class="note">{note}</p>'


def origin(ensemble: Ensemble) -> str:
    """What a second person needs to get the same bytes."""
    about = ensemble.about
    versions = ", ".join(f"{name} {version}" for name, version in (about.get("versions") or {}).items() if version)
    rows = (
        ("fly it again", _again(ensemble)),
        ("mission, SHA-256", about.get("mission_identity", "")),
        ("versions", versions),
        ("machine", (about.get("platform") or {}).get("machine", "")),
    )
    return (
        '<dl class="facts">'
        + "".join(f"<dt>{html.escape(k)}</dt><dd><code>{html.escape(str(v))}</code></dd>" for k, v in rows)
        + "</dl>"
    )


def _again(ensemble: Ensemble) -> str:
    """The command that flies it into another folder: its own is there."""
    beside = ensemble.path.with_name(f"{ensemble.path.name}-again")
    return resume_command(ensemble.path, ensemble.about).replace(f"--out {ensemble.path} --resume", f"--out {beside}")


def _f(value: float) -> str:
    return "-" if value is None or not math.isfinite(value) else significant(value)
