"""When enough is enough: `miss_distance_p99 within 2 %` ends an ensemble once that percentile is known so well.

The rule is looked at after every 512 cases in the order of their numbers, whoever flew them first, so that it ends at the same case always.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skycrane.core.errors import InputError
from skycrane.ensemble.statistics import bootstrap_interval, percentile

LOOK_EVERY = 512
_RULE = re.compile(r"\s*(?P<key>\w+?)_p(?P<percent>\d+(?:[._]\d+)?)\s+within\s+(?P<within>\d+(?:\.\d+)?)\s*%\s*")


@dataclass(frozen=True)
class StopRule:
    """Stop when half the bootstrap interval of a percentile of a figure is below a share of its size."""

    column: str
    percent: float
    within: float

    def holds(self, values: np.ndarray) -> bool:
        """Whether the percentile of these cases is known well enough."""
        low, high = bootstrap_interval(values, self.percent)
        size = abs(percentile(values, self.percent))
        return bool(0.5 * (high - low) <= self.within * size)


def read_rule(text: str, keys: Sequence[str]) -> StopRule:
    """The rule behind its words; InputError when they are not understood."""
    found = _RULE.fullmatch(text)
    if found is None:
        raise InputError(
            f'--stop-when is "{text}", must be REQUIREMENT_pPERCENT within NUMBER %, such as "miss_distance_p99 within 2 %"'
        )
    key, percent, within = found["key"], float(found["percent"].replace("_", ".")), float(found["within"])
    if key not in keys:
        raise InputError(
            f'--stop-when asks for "{key}", must be a requirement of the mission: {", ".join(keys) or "it has none"}'
        )
    if not 0.0 < percent < 100.0 or within <= 0.0:
        raise InputError(f'--stop-when is "{text}", must have a percentile between 0 and 100 and a share above 0 %')
    return StopRule(f"figure.{key}", percent, within / 100.0)
