"""Predicted against flown: every published figure of the real landing, held against this one.

A row passes when the prediction lies between the bounds that the figure's own uncertainty, and what a model can know, allow.
"""

import itertools
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from skycrane.mission import FlownFigure
from skycrane.record import FlightRecord
from skycrane.record.quantity_path import quantity_of
from skycrane.report.flown import flown_for
from skycrane.report.numbers import allowed_text, decimals_apart, decimals_for, number_text

#: What has to be said wherever a flight that is not the nominal one is held against the real one.
_DRAWN = "The bounds are for the nominal flight. This one drew its own air, winds and errors: some figures outside are to be expected."
_CHANGED = "The bounds are for the mission as it ships. This one was changed: some figures outside are to be expected."

_WIDTH = 100
_LABEL = 42


@dataclass(frozen=True)
class ComparedFigure:
    """One row: what was predicted, what was flown, what is allowed. `predicted` is None when this flight never got there."""

    key: str
    label: str
    predicted: float | None
    flown: float | None
    low: float
    high: float
    unit: str
    passed: bool
    source: str
    confidence: str
    note: str = ""

    @property
    def decimals(self) -> int:
        """Digits after the point that this row deserves, and more where it would not be seen why it passes or fails."""
        bounds = (self.low, self.high) if self.low else (self.high,)
        return decimals_apart(self.predicted, decimals_for(self.low, self.high, self.flown), bounds)

    @property
    def verdict(self) -> str:
        """`pass`, `FAIL`, or `missing`."""
        return "pass" if self.passed else "missing" if self.predicted is None else "FAIL"


@dataclass(frozen=True, repr=False)
class Comparison:
    """All rows of one flight."""

    mission: str
    rows: tuple[ComparedFigure, ...]
    note: str = ""  # why this flight is a landing of its own, not the prediction of the real one; empty when it is that

    @property
    def passed(self) -> int:
        """Number of rows inside their bounds."""
        return sum(row.passed for row in self.rows)

    @property
    def all_passed(self) -> bool:
        """True when every row lies inside its bounds; also when there is nothing to compare with."""
        return all(row.passed for row in self.rows)

    def __repr__(self) -> str:
        return f"<Comparison {self.mission}: {self.passed} of {len(self.rows)} inside their bounds>"

    def __str__(self) -> str:
        return self.to_text()

    def to_dict(self) -> dict[str, Any]:
        """Plain content for JSON."""
        return {
            "mission": self.mission,
            "passed": self.passed,
            "count": len(self.rows),
            "all_passed": self.all_passed if self.rows else None,
            "rows": [asdict(row) for row in self.rows],
        }

    def to_text(self) -> str:
        """An aligned table for a terminal of 100 columns."""
        if not self.rows:
            return f"{self.mission}: no as-flown figures to compare with."
        title = "Predicted against flown"
        tally = f"{self.passed} of {len(self.rows)} inside their bounds"
        head = f"{'':9}  {'':{_LABEL}}{'predicted':>10}{'flown':>10}  {'allowed':<16}  unit"
        lines = [f"{title}{tally:>{_WIDTH - len(title)}}", "", head, "-" * _WIDTH]
        lines += [_line(row) for row in self.rows]
        return "\n".join(line.rstrip() for line in lines)


def compare_with_flight(record: FlightRecord, flown_rows: Sequence[FlownFigure] | None = None) -> Comparison:
    """Hold a flight against the figures of the real one.

    Without `flown_rows` they are those that the mission names (or that ship with the preset). A row whose quantity the record lacks is
    `missing` and does not pass.
    """
    rows = flown_for(record) if flown_rows is None else flown_rows
    compared = tuple(_compared(record, row) for row in rows)
    return Comparison(record.mission_name, compared, _note(record.provenance, all(row.passed for row in compared)))


def _note(provenance: Mapping[str, Any], all_inside: bool) -> str:
    if provenance.get("seed") is not None:
        return _DRAWN
    words = shlex.split(str(provenance.get("command", "")))
    changes = [change for option, change in itertools.pairwise(words) if option == "--set"]
    if all_inside:  # another model of the touchdown changes no number
        changes = [change for change in changes if not change.startswith("touchdown.model=")]
    return _CHANGED if changes else ""


def _compared(record: FlightRecord, row: FlownFigure) -> ComparedFigure:
    predicted = quantity_of(record, row.quantity)
    return ComparedFigure(
        key=row.key,
        label=row.label,
        predicted=predicted,
        flown=None if row.confidence == "assumed" else row.value,
        low=row.low,
        high=row.high,
        unit=row.unit,
        passed=predicted is not None and bool(row.low <= predicted <= row.high),
        source=row.source,
        confidence=row.confidence,
        note=row.note,
    )


def _line(row: ComparedFigure) -> str:
    label = row.label if len(row.label) < _LABEL else row.label[: _LABEL - 2] + "…"
    predicted = number_text(row.predicted, row.decimals)
    flown = number_text(row.flown, row.decimals)
    unit = "" if row.unit == "1" else row.unit
    return f"{row.verdict:9}  {label:{_LABEL}}{predicted:>10}{flown:>10}  {allowed_text(row.low, row.high, row.decimals):<16}  {unit}"
