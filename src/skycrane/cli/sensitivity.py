"""`skycrane sensitivity ENS`: which inputs drive which figures of an ensemble."""

import argparse
from pathlib import Path
from typing import Any

from skycrane.cli import screen
from skycrane.cli.ensemble import number
from skycrane.core.errors import InputError


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "sensitivity",
        help="rank what drives an ensemble",
        description="Rank the inputs of an ensemble by what they do to its figures: Spearman's rank correlation and first-order Sobol "
        "indices (RBD-FAST), from the cases that were flown.",
    )
    command.add_argument("folder", type=Path, metavar="ENS", help="ensemble folder")
    command.add_argument("--of", metavar="FIGURES", help="requirements of the mission, separated by commas (all)")
    command.add_argument("--top", type=number, default=5, metavar="K", help="inputs shown of each figure (5)")
    command.add_argument("--json", action="store_true", help="print one JSON object instead of the tables")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0 when printed."""
    from skycrane.ensemble.sensitivity import figures_of, rank_correlations, sobol_indices
    from skycrane.record.ensemble_folder import open_ensemble

    ensemble = open_ensemble(chosen.folder)
    known = [name.removeprefix("figure.") for name in figures_of(ensemble.summary)]
    asked = chosen.of.split(",") if chosen.of else known
    for key in asked:
        if key not in known:
            raise InputError(
                f'--of asks for "{key}", must be a requirement of the mission: {", ".join(known) or "it has none"}'
            )
    outputs = [f"figure.{key}" for key in asked]
    ranks, shares = rank_correlations(ensemble.summary, outputs), sobol_indices(ensemble.summary, outputs)
    show = screen.results()
    if chosen.json:
        from skycrane.record.json_text import to_json

        show.line(
            to_json({"rank_correlation": ranks.to_dict("records"), "sobol": shares.to_dict("records")}).rstrip("\n")
        )
        return 0
    inputs = max(ranks["input"].nunique(), 1)  # so many are tried: the strongest of them by chance is strong
    for key in asked:
        own = shares[shares["figure"] == f"figure.{key}"].set_index("input")
        label = ensemble.scorecard.loc[key, "label"]
        show.line(show.paint(f"{label} ({key})", "bold"))
        strongest = ranks[ranks["figure"] == f"figure.{key}"].head(chosen.top)
        if strongest.empty:
            show.line("  too few cases came to it, or all with the same value")
        elif own.empty:
            show.line("  Sobol indices need 100 cases that came to it")
        for _, row in strongest.iterrows():
            sobol = own.loc[row["input"]] if row["input"] in own.index else None
            share = f"{sobol['first_order']:6.3f} ± {sobol['confidence']:.3f}" if sobol is not None else "     -"
            chance = "" if row["p_value"] < 0.01 / inputs else "  (may be chance)"
            show.line(f"  {row['input']:<46} rank correlation {row['rank_correlation']:+.3f}   Sobol {share}{chance}")
        show.line()
    return 0
