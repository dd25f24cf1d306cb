"""A few callouts of a run for docs/tutorial.md: `python scripts/callouts.py RUN [FILE]`."""

import sys
from pathlib import Path

import skycrane as sc
from skycrane.record.callouts import callout

SHOWN = ("entry_interface", "peak_deceleration", "parachute_deploy", "...", "touchdown")


def lines(folder: str) -> str:
    """The callouts in a fenced block, as the terminal has them; dots for those left out."""
    run = sc.open_run(folder)
    told = ["..." if key == "..." else callout(event) for key in SHOWN if key == "..." or (event := run.event(key))]
    return "\n".join(["```", *told, "```", ""])


if __name__ == "__main__":
    text = lines(sys.argv[1])
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
