"""For engineers: one self-contained page for a run, and predicted against flown. A reader of records; knows no engine.

The last room of the story: it opens what `record` keeps and writes report.html. Drawing is loaded when a page is written, not before.
"""

from pathlib import Path

from skycrane.record import FlightRecord
from skycrane.report.compare import ComparedFigure, Comparison, compare_with_flight

__all__ = ["ComparedFigure", "Comparison", "compare_with_flight", "write_report"]


def write_report(run: FlightRecord | str | Path, path: str | Path | None = None) -> Path:
    """Write the report of a record or of a run folder; without a path it goes into the run folder as report.html.

    InputError when the run cannot be read or the page cannot be written.
    """
    from skycrane.report.page import write_report as write

    return write(run, path)
