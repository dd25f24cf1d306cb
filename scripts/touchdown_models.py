"""Fly the same dispersed landings with the reduced and with the multibody touchdown, and write their differences for the docs.

    python scripts/touchdown_models.py [LANDINGS]

Writes docs/figures/touchdown_models.md (table), .json (every figure) and .svg (one panel a figure). 128 landings take some ten minutes.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

from skycrane.mission import load_mission
from skycrane.surface.manoeuvre import fly_many
from skycrane.surface.manoeuvre.comparison import STATED, figures_of

FOLDER = Path(__file__).parent.parent / "docs" / "figures"
SEED, TOGETHER = 2021, 64
MODELS = ("reduced", "multibody")


def main(count: int) -> None:
    """Fly, compare, write."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in MODELS}
    outcomes: dict[str, list[str]] = {name: [] for name in MODELS}
    for name in MODELS:
        mission = load_mission("mars2020").with_changes({"touchdown.model": name, "site.terrain": "level"})
        for first in range(0, count, TOGETHER):
            cases = list(range(first, min(first + TOGETHER, count)))
            for record in fly_many(mission, [SEED] * len(cases), cases):
                found[name].append(figures_of(record))
                outcomes[name].append(record.outcome["outcome"])
            print(f"{name}: {len(found[name])} of {count}", flush=True)
    table = {key: {name: [row[key] for row in found[name]] for name in MODELS} for key in STATED}
    (FOLDER / "touchdown_models.json").write_text(json.dumps({"seed": SEED, "outcomes": outcomes, "figures": table}))
    write_table(table, outcomes)
    draw(table)


def write_table(table: dict[str, dict[str, list[float]]], outcomes: dict[str, list[str]]) -> None:
    """Means, differences, and what is stated."""
    landed = " and ".join(f"{sum(o == 'landed' for o in outcomes[n])} ({n})" for n in MODELS)
    lines = [
        f"{len(outcomes['reduced'])} dispersed landings of the preset, seed {SEED}; landed safely: {landed}.",
        "",
        "| | reduced | multibody | difference | 95 % of differences | stated: mean, 95 % |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for key, stated in STATED.items():
        a, b = (np.array(table[key][name]) for name in MODELS)
        apart = a - b
        lines.append(
            f"| {stated.label} [{stated.unit}] | {np.nanmean(a):.3g} | {np.nanmean(b):.3g} | {np.nanmean(apart):+.2g} | "
            f"{np.nanquantile(np.abs(apart), 0.95):.2g} | {stated.mean:g}, {stated.most:g} |"
        )
    (FOLDER / "touchdown_models.md").write_text("\n".join(lines) + "\n")


def draw(table: dict[str, dict[str, list[float]]]) -> None:
    """One panel a figure: reduced across, multibody up, equality as a line."""
    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 4, figsize=(13, 6.4), constrained_layout=True)
    for panel, (key, stated) in zip(panels.ravel(), STATED.items(), strict=False):
        a, b = (np.array(table[key][name]) for name in MODELS)
        low, high = np.nanmin([a, b]), np.nanmax([a, b])
        panel.plot([low, high], [low, high], color="0.6", linewidth=1)
        panel.plot(a, b, ".", markersize=4, color="#b5532b")
        panel.set(title=f"{stated.label} [{stated.unit}]", xlabel="reduced", ylabel="multibody")
        panel.title.set_fontsize(9)
    for panel in panels.ravel()[len(STATED) :]:
        panel.remove()
    figure.savefig(FOLDER / "touchdown_models.svg", metadata={"Date": None})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 128)
