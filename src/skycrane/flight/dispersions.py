"""What a seed changes: every uncertain number of the mission file, drawn by name, for any number of cases at once.

A nominal flight has every number at its mean and noise off; `seed N` draws each dispersion from its own key, so that adding one does
not move the others. Only numbers that fly can be dispersed: one that goes into a table computed on the ground is refused.
A draw is a quantile of a uniform number: the same sampler serves chance, and designs that place the uniform numbers themselves.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import erf, erfinv

from skycrane.core.errors import InputError
from skycrane.core.quantity import UNITS, key_of
from skycrane.flight import threefry
from skycrane.flight.models import on_ground, replace_number
from skycrane.mission.correlation import factor_of
from skycrane.mission.parameters import DispersionParameters, MissionParameters

_DESIGN = (
    "reference_bank_high", "reference_bank_low", "reference_speed_high", "reference_speed_low", "design_mach",
)  # fmt: skip
_ROOT2 = float(np.sqrt(2.0))
_LOWEST = float(np.nextafter(-1.0, 0.0))  # the open end of (-1, 1), as jax.random.normal has it


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


def in_use(p: MissionParameters) -> tuple[DispersionParameters, ...]:
    """The dispersions whose number is there and flies, in the order of the file."""
    return tuple(d for d in p.dispersions if address(p, d.key)[0])


def mean(p: MissionParameters, key: str) -> float:
    """The nominal number behind a key, in the unit of the file."""
    path, factor = address(p, key)
    here: Any = p
    for step in path:
        here = here[int(step)] if isinstance(here, tuple) else getattr(here, step)
    return float(here) / factor


def fractions(p: MissionParameters, keys: np.ndarray) -> dict[str, np.ndarray]:
    """The uniform number in [0, 1) behind each dispersion, by its key; keys: shape (cases, 2) uint32."""
    return {d.key: threefry.fractions(threefry.named(keys, d.key)) for d in in_use(p)}


def departures(p: MissionParameters, uniform: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Departure of each number from its mean, in the unit of the file, by its key; shape (cases,)."""
    result: dict[str, np.ndarray] = {}
    groups: dict[str, list[DispersionParameters]] = {}
    for d in in_use(p):
        if d.group:
            groups.setdefault(d.group, []).append(d)
        result[d.key] = _departure(d, uniform[d.key], mean(p, d.key))
    for members in groups.values():
        independent = np.stack([_normal(uniform[d.key]) for d in members])
        together = factor_of(members) @ independent
        result |= {d.key: d.sigma * row for d, row in zip(members, together, strict=True)}
    return result


def _departure(d: DispersionParameters, f: np.ndarray, nominal: float) -> np.ndarray:
    """One dispersion at fractions f in [0, 1) of its probability."""
    if d.distribution == "uniform":
        return (2.0 * f - 1.0) * d.half_width
    if d.distribution == "truncated":
        edge = float(erf(d.limit / _ROOT2))
        return np.clip(_ROOT2 * erfinv(np.maximum(f * 2.0 * edge - edge, -edge)), -d.limit, d.limit) * d.sigma
    if d.distribution == "discrete":
        steps = np.cumsum(d.chances)
        which = np.minimum(np.searchsorted(steps / steps[-1], f, side="right"), len(d.values) - 1)
        return np.asarray(d.values)[which] - nominal
    return _normal(f) * d.sigma


def _normal(f: np.ndarray) -> np.ndarray:
    """Standard normal quantile, by the same route from bits to number as `jax.random.normal`."""
    return _ROOT2 * erfinv(np.maximum(f * (1.0 - _LOWEST) + _LOWEST, _LOWEST))


def dispersed(models: Any, p: MissionParameters, change: Mapping[str, Any] | None) -> Any:
    """Models with every departure applied, numbers or arrays over cases; every number at its mean when `change` is None."""
    for d in p.dispersions:
        path, factor = address(p, d.key)
        if not path:
            continue
        step = 0.0 if change is None else change[d.key] * factor
        models = replace_number(models, path, lambda x, c=step: x + c)
    return models


def drawn(p: MissionParameters, keys: np.ndarray) -> dict[str, np.ndarray]:
    """Departures of the cases with these keys, shape (cases, 2) uint32."""
    return departures(p, fractions(p, keys))


def one_of(change: Mapping[str, np.ndarray], case: int) -> dict[str, float]:
    """The departures of one case."""
    return {key: float(values[case]) for key, values in change.items()}


def lanes(cases: list[Any], width: int) -> Any:
    """Models of several cases as one batch of `width` lanes; the last case fills the rest."""
    import jax

    padded = [*cases, *[cases[-1]] * (width - len(cases))]
    return jax.tree.map(lambda *x: np.asarray(x, dtype=float), *padded)


def lanes_of(models: Any, p: MissionParameters, change: Mapping[str, np.ndarray], width: int) -> Any:
    """As `lanes` for the cases of `change` (arrays over cases) without making each case first."""
    import jax

    count = len(next(iter(change.values()))) if change else 1
    full = {key: np.concatenate([x, np.repeat(x[-1:], width - count)]) for key, x in change.items()}
    wide = dispersed(models, p, full)
    return jax.tree.map(lambda x: np.broadcast_to(np.asarray(x, float), (width,)).copy(), wide)


def cases_of(batch: Any, count: int) -> list[Any]:
    """Models of the first `count` lanes of a batch, as `lane` has them."""
    import jax

    leaves, tree = jax.tree.flatten(batch)
    numbers = np.stack([np.asarray(x) for x in leaves], axis=1)
    return [jax.tree.unflatten(tree, row) for row in numbers[:count].tolist()]


def lane(batch: Any, n: int) -> Any:
    """Models of one lane of a batch."""
    import jax

    return jax.tree.map(lambda x: float(np.asarray(x)[n]), batch)
