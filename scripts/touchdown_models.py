"""Fly the same dispersed landings with the reduced and with the multibody touchdown, and write their differences for the docs.

    python scripts/touchdown_models.py [LANDINGS]

Over level ground and over the preset's own terrain. Writes docs/figures/touchdown_models.md (tables), .json (every figure) and .svg (one
panel a figure). 128 landings take some ten minutes.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from skycrane.mission import load_mission
from skycrane.surface.manoeuvre import fly_many
from skycrane.surface.manoeuvre.comparison import STATED, figures_of

FOLDER = Path(__file__).parent.parent / "docs" / "figures"
SEED, TOGETHER = 2021, 64
MODELS = ("reduced", "multibody")
GROUNDS = {"level": ("level ground", "#b5532b"), "jezero_like": ("the built-in terrain with its rocks", "#1862b8")}


def main(count: int) -> None:
    """Fly, compare, write."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "skycrane"
    tables = {terrain: fly_both(terrain, count) for terrain in GROUNDS}
    (FOLDER / "touchdown_models.json").write_text(json.dumps({"seed": SEED} | tables))
    text = "\n".join(line for terrain, found in tables.items() for line in table_of(terrain, found))
    (FOLDER / "touchdown_models.md").write_text(text)
    draw({terrain: found["figures"] for terrain, found in tables.items()})


def fly_both(terrain: str, count: int) -> dict[str, Any]:
    """Outcomes and figures of both models over a terrain."""
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in MODELS}
    outcomes: dict[str, list[str]] = {name: [] for name in MODELS}
    for name in MODELS:
        mission = load_mission("mars2020").with_changes({"touchdown.model": name, "site.terrain": terrain})
        for first in range(0, count, TOGETHER):
            cases = list(range(first, min(first + TOGETHER, count)))
            for record in fly_many(mission, [SEED] * len(cases), cases):
                rows[name].append(figures_of(record))
                outcomes[name].append(record.outcome["outcome"])
            print(f"{terrain}, {name}: {len(rows[name])} of {count}", flush=True)
    figures = {key: {name: [row[key] for row in rows[name]] for name in MODELS} for key in STATED[terrain]}
    return {"outcomes": outcomes, "figures": figures}


def table_of(terrain: str, found: dict[str, Any]) -> list[str]:
    """Means, differences, and what is stated."""
    outcomes, table = found["outcomes"], found["figures"]
    landed = " and ".join(f"{sum(o == 'landed' for o in outcomes[n])} ({n})" for n in MODELS)
    lines = [
        f"{len(outcomes['reduced'])} dispersed landings of the preset over {GROUNDS[terrain][0]}, seed {SEED}; landed safely: {landed}.",
        "",
        "| | reduced | multibody | difference | 95 % of differences | largest | stated: mean, 95 % |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for key, stated in STATED[terrain].items():
        a, b = (np.array(table[key][name]) for name in MODELS)
        apart = a - b
        lines.append(
            f"| {stated.label} [{stated.unit}] | {np.nanmean(a):.3g} | {np.nanmean(b):.3g} | {np.nanmean(apart):+.2g} | "
            f"{np.nanquantile(np.abs(apart), 0.95):.2g} | {np.nanmax(np.abs(apart)):.2g} | {stated.mean:g}, {stated.most:g} |"
        )
    return [*lines, ""]


def draw(tables: dict[str, Any]) -> None:
    """One panel a figure: reduced across, multibody up, equality as a line; a colour for each ground."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 4, figsize=(13, 6.4), constrained_layout=True)
    for panel, (key, stated) in zip(panels.ravel(), STATED["level"].items(), strict=False):
        pairs = {terrain: [np.array(table[key][name]) for name in MODELS] for terrain, table in tables.items()}
        every = np.concatenate([np.ravel(each) for each in pairs.values()])
        low, high = np.nanmin(every), np.nanmax(every)
        panel.plot([low, high], [low, high], color="0.6", linewidth=1)
        for terrain, (a, b) in pairs.items():
            words, colour = GROUNDS[terrain]
            panel.plot(a, b, ".", markersize=4, color=colour, label=words)
        panel.set(title=f"{stated.label} [{stated.unit}]", xlabel="reduced", ylabel="multibody")
        panel.title.set_fontsize(9)
    last = panels.ravel()[len(STATED["level"])]
    last.set_axis_off()
    last.legend(*panels.ravel()[0].get_legend_handles_labels(), loc="center", frameon=False)
    figure.savefig(FOLDER / "touchdown_models.svg", metadata={"Date": None})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 128)
