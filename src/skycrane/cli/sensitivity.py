"""`skycrane sensitivity ENS`: which inputs drive which figures of an ensemble."""

import argparse
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen
from skycrane.cli.ensemble import some
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "sensitivity",
        help="rank what drives an ensemble",
        description="Rank the inputs of an ensemble by what they do to its figures: Spearman's rank correlation and first-order Sobol "
        "indices (RBD-FAST), from the cases that were flown. What chance alone shows somewhere among all inputs and figures in more than "
        "one ensemble of a hundred says so.",
    )
    command.add_argument("folder", type=Path, metavar="ENS", help="ensemble folder")
    command.add_argument("--of", metavar="FIGURES", help="requirements of the mission, separated by commas (all)")
    command.add_argument("--top", type=some, default=5, metavar="K", help="inputs shown of each figure (5)")
    command.add_argument("--json", action="store_true", help="print one JSON object instead of the tables")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0 when printed."""
    from skycrane.ensemble.sensitivity import figures_of, rank_correlations, sobol_indices
    from skycrane.record.chance import left_out_in_words, stands_out
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
    every = rank_correlations(ensemble.summary, figures_of(ensemble.summary))
    every = every.assign(stands_out=stands_out(every))  # judged among all figures, whichever are asked for
    ranks, shares = every[every["figure"].isin(outputs)], sobol_indices(ensemble.summary, outputs)
    show = screen.results()
    if chosen.json:
        from skycrane.record.json_text import to_json

        show.line(
            to_json({"rank_correlation": ranks.to_dict("records"), "sobol": shares.to_dict("records")}).rstrip("\n")
        )
        return 0
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
            chance = "" if row["stands_out"] else "  (may be chance)"
            show.line(f"  {row['input']:<46} rank correlation {row['rank_correlation']:+.3f}   Sobol {share}{chance}")
        show.line()
    for line in (*_meaning(every), *textwrap.wrap(left_out_in_words(ensemble.summary, every), 100)):
        show.line(line)
    return 0


def _meaning(ranks: "pd.DataFrame") -> list[str]:
    """What the mark behind a line says."""
    from skycrane.record.chance import FEWEST_CASES, LEVEL, pairs_in_words

    if ranks.empty:
        return []
    if ranks["cases"].max() < FEWEST_CASES:
        return [f"Of fewer than {FEWEST_CASES} cases nothing stands out from chance: fly more."]
    of = round(1.0 / LEVEL)
    words = (
        f"(may be chance): chance alone shows as much somewhere among these {pairs_in_words(ranks)} in more than one ensemble of {of}. "
        "It may be an influence all the same: more cases tell."
    )
    return textwrap.wrap(words, 100)
