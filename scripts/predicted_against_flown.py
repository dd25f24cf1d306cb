"""The table of docs/validation.md, from a run: `python scripts/predicted_against_flown.py RUN [FILE]`."""

import re
import sys
from pathlib import Path

import skycrane as sc
from skycrane.report.numbers import allowed_text, number_text


def table(folder: str) -> str:
    """Markdown of the table."""
    compared = sc.compare_with_flight(sc.open_run(folder))
    lines = [
        f"**{compared.passed} of {len(compared.rows)}** figures lie inside their bounds.",
        "",
        "| figure | predicted | flown | allowed | | source |",
        "|---|--:|--:|---|---|---|",
    ]
    for row in compared.rows:
        predicted, flown = number_text(row.predicted, row.decimals), number_text(row.flown, row.decimals)
        allowed = allowed_text(row.low, row.high, row.decimals)
        keys = ", ".join(re.findall(r"\[([\w:-]+)\]", row.source)) or "requirement"
        unit = "" if row.unit == "1" else f" [{row.unit}]"
        lines.append(
            f"| {row.label}{unit} | {predicted} | {flown} | {allowed} | {row.verdict} | {keys}, {row.confidence} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = table(sys.argv[1])
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
