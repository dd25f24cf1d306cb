"""Which of an ensemble's rank correlations stand out from chance, all of them looked at together.

Comes after the ensemble, before every page and command that names what drives a figure.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: chance that an ensemble without any influence shows one somewhere
LEVEL = 0.01
#: of fewer cases the t distribution's tail is too thin for a level that small
FEWEST_CASES = 30


def stands_out(ranks: "pd.DataFrame") -> "pd.Series[bool]":
    """Of every row of `Ensemble.sensitivity`, whether it is more than chance shows anywhere among all of its rows.

    Every input is held against every figure, some eight hundred pairs: tested one by one at 1 %, eight of them would stand out by
    nothing. So a pair stands out where p <= 1 % / (number of pairs) (Bonferroni): a pair that means nothing then does in one
    ensemble of a hundred at most, whatever figures and inputs have to do with each other. Holding back the rate of false
    discoveries instead (Benjamini and Hochberg) bounds their share of those shown, which is false findings in every fourth
    ensemble where two dozen are true. The whole table belongs in here: a part of it is judged too kindly.

    Assumes Student's t for the rank correlation, whose tail is too thin for few cases: pairs of fewer than 30 never stand out.
    Source: Dunn, Multiple comparisons among means, J. Amer. Statist. Assoc. 56, 1961.
    """
    return (ranks["p_value"] <= LEVEL / max(len(ranks), 1)) & (ranks["cases"] >= FEWEST_CASES)


def pairs_in_words(ranks: "pd.DataFrame") -> str:
    """`812 pairs of 58 inputs and 14 figures`."""
    return f"{len(ranks)} pairs of {ranks['input'].nunique()} inputs and {ranks['figure'].nunique()} figures"


def left_out_in_words(summary: "pd.DataFrame", ranks: "pd.DataFrame") -> str:
    """Which of the drawn inputs have no rank and why, as a sentence; empty where all have one."""
    drawn = [name.removeprefix("drawn.") for name in summary.columns if name.startswith("drawn.")]
    alike = sorted(set(drawn) - set(ranks["input"]))
    if ranks.empty or not alike:
        return ""
    counted = f"Of {len(drawn)} uncertain quantities {len(alike)} did not differ from case to case"
    return f"{counted} here and cannot be ranked: {', '.join(alike)}."
