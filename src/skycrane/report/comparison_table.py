"""Predicted against flown as a table: each row with its band drawn, the flown value and the prediction upon it."""

import html
import re

from skycrane.record.citations import entries, in_words
from skycrane.report.compare import ComparedFigure
from skycrane.report.numbers import allowed_text, number_text
from skycrane.report.view import ReportView

_WIDTH, _HEIGHT = 150.0, 18.0
_KEY = re.compile(r"\[([\w:-]+)\]")


def comparison_table(view: ReportView) -> str:
    """HTML of the table; a sentence where there is no flight to compare with."""
    comparison = view.comparison
    if not comparison.rows:
        return "<p>No real flight belongs to this mission, so there is nothing to compare with.</p>"
    head = (
        "<tr><th></th><th>figure</th><th>predicted</th><th>flown</th><th>allowed</th><th>unit</th>"
        '<th aria-hidden="true">band</th><th>source</th></tr>'
    )
    rows = "".join(_row(row) for row in comparison.rows)
    tally = f"<p><b>{comparison.passed} of {len(comparison.rows)}</b> figures lie inside their bounds.</p>"
    if comparison.note:
        tally += f'<p class="note">{comparison.note}</p>'
    legend = (
        '<p class="note"><span class="swatch here"></span> predicted here <span class="swatch real"></span> flown on the real mission '
        '<span class="swatch expected"></span> allowed band. '
        "Behind each source: read = the source states it, derived = computed from what it states, assumed = a requirement of ours.</p>"
    )
    return f'{tally}{legend}<div class="wide"><table class="compared"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _row(row: ComparedFigure) -> str:
    note = f"<br><small>{html.escape(row.note)}</small>" if row.note else ""
    unit = "" if row.unit == "1" else html.escape(row.unit)
    kind = "pass" if row.passed else "fail"
    return (
        f'<tr class="{kind}"><td class="verdictcell">{row.verdict}</td><td>{html.escape(row.label)}{note}</td>'
        f"<td>{number_text(row.predicted, row.decimals)}</td><td class='real'>{number_text(row.flown, row.decimals)}</td>"
        f"<td>{allowed_text(row.low, row.high, row.decimals)}</td><td>{unit}</td><td>{_band(row)}</td><td>{_source(row)}</td></tr>"
    )


def _band(row: ComparedFigure) -> str:
    """The allowed band with a margin on both sides; a prediction outside the drawing sits at its edge."""
    top = row.high if row.flown is None or row.high < 20.0 * abs(row.low or row.high) else 2.0 * row.flown
    half = (top - row.low) / 2.0 or 0.5
    low, span = row.low - half, (top - row.low) + 2.0 * half

    def place(value: float) -> float:
        return min(max((value - low) / span, 0.02), 0.98) * _WIDTH

    middle = _HEIGHT / 2.0
    width = place(top) - place(row.low)
    parts = [f'<rect x="{place(row.low):.1f}" y="{middle - 4}" width="{width:.1f}" height="8" class="allowed"/>']
    if row.flown is not None:
        x = place(row.flown)
        parts.append(f'<path d="M{x:.1f} {middle - 6}l5 6l-5 6l-5 -6z" class="realdiamond"/>')
    if row.predicted is not None:
        kind = "heredot" if row.passed else "brokendot"
        parts.append(f'<circle cx="{place(row.predicted):.1f}" cy="{middle}" r="3.6" class="{kind}"/>')
    size = f'width="{_WIDTH:g}" height="{_HEIGHT:g}" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}"'
    return f'<svg class="bandsvg" aria-hidden="true" {size}>{"".join(parts)}</svg>'


def _source(row: ComparedFigure) -> str:
    keys = [key for key in _KEY.findall(row.source) if key in entries()]
    if not keys:
        return f"<small>{html.escape(row.source)}</small>"
    told = ", ".join(f'<abbr title="{html.escape(in_words(key), quote=True)}">{key}</abbr>' for key in keys)
    return f"<small>{told}, {html.escape(row.confidence)}</small>"
