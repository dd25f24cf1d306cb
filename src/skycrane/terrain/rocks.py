"""Rocks by Golombek's distribution: how many of which size, each at its own place, always the same."""

import math
from typing import TYPE_CHECKING

import numpy as np

from skycrane.terrain.chance import Real, again, cell_hash, uniform

if TYPE_CHECKING:
    from skycrane.terrain.terrain import Terrain

#: class boundaries [m], a factor of sqrt(2) apart
SIZES = tuple(0.0625 * 2 ** (k // 2) * (math.sqrt(2.0) if k % 2 else 1.0) for k in range(14))
HEIGHT = (
    0.5  # height over diameter, typical at the Viking and Pathfinder sites (Golombek and Rapp, JGR 102, 4117, 1997)
)
MOST = 0.35  # rock abundances above this do not occur on the maps of Mars


def covered_fraction(diameter: Real, abundance: Real) -> Real:
    """Fraction of the ground under rocks of at least this diameter [m].

    F_k(D) = k exp(-q D), q = 1.79 + 0.152 / k, k the total fraction. Source: Golombek et al., JGR 108(E12), 8086, 2003.
    """
    k = np.maximum(abundance, 1e-4)
    return k * np.exp(-(1.79 + 0.152 / k) * np.asarray(diameter))


def number_density(smallest: float, largest: float, abundance: Real) -> Real:
    """Rocks per square metre with diameters in [smallest, largest) [m]: covered fraction over area, in steps of 3 %."""
    steps = max(1, math.ceil(math.log(largest / smallest) / 0.03))
    edges = [smallest * (largest / smallest) ** (k / steps) for k in range(steps + 1)]
    covered = [covered_fraction(edge, abundance) for edge in edges]
    pieces = zip(edges[:-1], edges[1:], covered[:-1], covered[1:], strict=True)
    return sum((f - g) / (0.25 * math.pi * d * e) for d, e, f, g in pieces)


def larger_than(diameter: float, abundance: Real, largest: float = 8.0) -> Real:
    """Rocks per square metre of at least this diameter [m]."""
    return number_density(diameter, largest, abundance)


def scattered(terrain: "Terrain", east: float, north: float, radius: float, smallest: float) -> np.ndarray:
    """The rocks of a terrain within a circle; see `Terrain.rocks`."""
    from skycrane.terrain.terrain import ROCK

    rows = [_class(terrain, east, north, radius, k) for k in range(len(SIZES) - 1) if SIZES[k + 1] > smallest]
    table = np.concatenate([np.zeros(0, ROCK), *rows])
    table = table[table["diameter"] >= smallest]
    away = (table["east"] - east) ** 2 + (table["north"] - north) ** 2
    return table[away <= radius * radius]


def _class(terrain: "Terrain", east: float, north: float, radius: float, number: int) -> np.ndarray:
    from skycrane.terrain.terrain import ROCK

    low, high = SIZES[number], SIZES[number + 1]
    crowd = float(number_density(low, high, MOST))
    cell = math.sqrt(1.0 / crowd)  # at the greatest abundance one rock a cell
    columns = np.arange(math.floor((east - radius) / cell), math.floor((east + radius) / cell) + 1)
    rows = np.arange(math.floor((north - radius) / cell), math.floor((north + radius) / cell) + 1)
    bits = cell_hash(columns[None, :], rows[:, None], 7000 + number + 101 * terrain.detail.seed)
    x = (columns[None, :] + uniform(bits)) * cell
    y = (rows[:, None] + uniform(b := again(bits))) * cell
    chance = uniform(b := again(b))
    near = (chance < 1.0) & ((x - east) ** 2 + (y - north) ** 2 <= radius * radius)
    x, y, chance, b = x[near], y[near], chance[near], b[near]
    abundance = np.asarray(terrain.character(x, y).rock_abundance)
    there = chance * crowd < number_density(low, high, np.nan_to_num(abundance))
    x, y, b = x[there], y[there], b[there]
    table = np.zeros(x.size, ROCK)
    u = uniform(b := again(b))
    table["east"], table["north"] = x, y
    table["diameter"] = low / (1.0 - u * (1.0 - low / high))
    table["height_above_ground"] = table["diameter"] * HEIGHT * (0.6 + 0.8 * uniform(b := again(b)))
    table["yaw"] = 2.0 * math.pi * uniform(b := again(b))
    table["seed"] = (again(b) >> np.uint64(40)).astype(np.uint32)
    return table
