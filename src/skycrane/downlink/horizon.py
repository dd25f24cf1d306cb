"""The horizon over which orbiters rise and set: what the rover sees all around, as the site was assessed.

It is never below the angle that the radio's link asks for.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.errors import InputError
from skycrane.record.json_text import read_json

Array = NDArray[np.float64]

ASSESSMENT = Path("site/assessment.json")


@dataclass(frozen=True)
class Horizon:
    """What hides an orbiter: ground up to `ground` (n,) [rad] at evenly spread azimuths from north clockwise, none without elements;
    and in every direction the angle `lowest` [rad], below which the radio's link is not used."""

    lowest: float
    ground: Array

    def at(self, azimuth: Any) -> Array:
        """The elevation [rad] above which an orbiter is heard, at azimuths (...) [rad]; the ground is linear between its own."""
        if not len(self.ground):
            return np.full(np.shape(azimuth), self.lowest)
        turn = np.linspace(0.0, 2.0 * np.pi, len(self.ground) + 1)
        seen = np.interp(np.mod(azimuth, 2.0 * np.pi), turn, np.append(self.ground, self.ground[0]))
        return np.asarray(np.maximum(seen, self.lowest), float)


def horizon_of(run: Path, lowest: float) -> Horizon:
    """The horizon of a run folder's site; level where the site was not assessed. InputError where the assessment cannot be read."""
    found = read_json(run / ASSESSMENT, "the site's assessment", f"skycrane site {run}")
    if found is None:
        return Horizon(lowest, np.array([]))
    try:
        ground = np.radians(np.asarray(found["horizon"]["elevation_deg"], float))
    except (KeyError, TypeError, ValueError):
        ground = np.array([np.nan])
    if ground.ndim != 1 or not len(ground) or not np.all(np.abs(ground) < 0.5 * np.pi):
        raise InputError(
            f"{run / ASSESSMENT} has no horizon of angles below 90 degrees; make it anew with: skycrane site {run}"
        )
    return Horizon(lowest, ground)
