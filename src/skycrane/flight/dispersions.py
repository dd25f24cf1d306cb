"""What a seed changes: every uncertain number of the mission file, drawn by name.

A nominal flight has every number at its mean and noise off; `seed N` draws each dispersion from its own key, so that adding one does
not move the others. Only numbers that fly can be dispersed: one that goes into a table computed on the ground is refused.
"""

import dataclasses
from typing import Any

import jax
import numpy as np

from skycrane.core.errors import InputError
from skycrane.core.quantity import UNITS, key_of
from skycrane.flight.models import on_ground, replace_number
from skycrane.flight.randomness import departure
from skycrane.mission.parameters import MissionParameters

_DESIGN = (
    "reference_bank_high", "reference_bank_low", "reference_speed_high", "reference_speed_low", "design_mach",
)  # fmt: skip


def address(p: MissionParameters, key: str) -> tuple[tuple[str, ...], float]:
    """Path of fields and SI factor of a dotted key of the mission file; InputError if the number does not fly.

    The path is empty for a part that this mission does without: what its base disperses of it has nothing to act on.
    """
    here: Any = p
    path: list[str] = []
    factor = 1.0
    for step in key.split("."):
        if isinstance(here, tuple):
            path.append(step)
            here = here[int(step)]
            continue
        field = next((f for f in dataclasses.fields(here) if key_of(f) == step), None)
        if field is None:
            raise InputError(f"dispersions: {key} is not in this mission")
        if getattr(here, field.name) is None:
            return (), factor
        if on_ground(field) or field.name in _DESIGN:
            raise InputError(f"dispersions: {key} goes into a table made before the flight and cannot be dispersed")
        path.append(field.name)
        factor = UNITS[field.metadata["unit"]][1]
        here = getattr(here, field.name)
    return tuple(path), factor


def dispersed(models: Any, p: MissionParameters, key: Any) -> Any:
    """Models with every dispersion applied; the same models when `key` (shape (2,), uint32) is None."""
    for d in p.dispersions:
        path, factor = address(p, d.key)
        if not path:
            continue
        change = 0.0 if key is None else float(departure(d, key)) * factor
        models = replace_number(models, path, lambda x, c=change: x + c)
    return models


def lanes(cases: list[Any], width: int) -> Any:
    """Models of several cases as one batch of `width` lanes; the last case fills the rest."""
    padded = [*cases, *[cases[-1]] * (width - len(cases))]
    return jax.tree.map(lambda *x: np.asarray(x, dtype=float), *padded)
