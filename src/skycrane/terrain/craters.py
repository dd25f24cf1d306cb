"""Impact craters: how many of which size, how deep, how worn; each belongs to a cell of the map and is always the same."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from skycrane.terrain.chance import Real, again, cell_hash, uniform
from skycrane.terrain.lattice import is_grid, is_stack

#: diameters [m] at which size classes begin; a class spans a factor of sqrt(2)
CLASSES = tuple(0.5 * 2 ** (k // 2) * (math.sqrt(2.0) if k % 2 else 1.0) for k in range(31))
#: how far a crater changes the ground, in radii
REACH = 2.6


@dataclass(frozen=True)
class CraterPopulation:
    """Craters in equilibrium below `bend`, in production above.

    Cumulative density, with c the equilibrium constant:

        N(>D) = c bend^-2 (bend/D)^3.2    D > bend    production (steep branch: Hartmann, Icarus 174, 294, 2005)
        N(>D) = c D^-2                    between     equilibrium: as many are worn away as are made (Gault, Radio Science 5, 273, 1970)
        N(>D) = c buried^-2 (buried/D)^1.2  D < buried  wind and sand bury the small ones faster still (assumed exponent)

    Depth is `freshest` D for a new simple crater (0.2: Pike 1977) times its wear, 1 fresh to 0.08 nearly gone, most of them old; rims
    stand 0.04 D high on fresh craters (Melosh, Impact Cratering, 1989).
    """

    seed: int
    equilibrium: float = (
        0.012  # c: counted on the CTX image of the floor, some 2 a square kilometre above 60 m and as many worn ones
    )
    bend: float = 250.0  # [m] assumed: where counts on old plains of Mars leave the equilibrium line
    buried: float = 40.0  # [m] assumed: from the scarcity of smaller ones in HiRISE images of the floor
    freshest: float = 0.2  # depth over diameter of a fresh simple crater
    greatest: float = 1200.0  # [m] class above which there are none; larger ones are part of a place, not of chance
    oldest_only: float = 1.0  # factor on the wear: below 1 there are only worn ones

    def cumulative(self, diameter: float) -> float:
        """Craters larger than a diameter [m], per square metre."""
        if diameter > self.bend:
            return self.equilibrium / (self.bend * self.bend) * float(np.power(self.bend / diameter, 3.2))
        if diameter > self.buried:
            return self.equilibrium / (diameter * diameter)
        return self.equilibrium / (self.buried * self.buried) * float(np.power(self.buried / diameter, 1.2))

    def relief(self, east: np.ndarray, north: np.ndarray, smallest: float, largest: float) -> Real:
        """Height change [m] by craters whose class begins in [smallest, largest) [m]."""
        total: Real = 0.0
        for number, begin in enumerate(CLASSES):
            if smallest <= begin < min(largest, self.greatest):
                total = total + self._class_relief(east, north, number)
        return total

    def table(self, west: float, south: float, east: float, north: float, number: int) -> dict[str, np.ndarray]:
        """The craters of a size class whose cells touch a rectangle [m]: east, north, diameter, wear, bits."""
        begin = CLASSES[number]
        cell, slots = self._cell(number)
        columns = np.arange(int(np.floor(west / cell)), int(np.floor(east / cell)) + 1)
        rows = np.arange(int(np.floor(south / cell)), int(np.floor(north / cell)) + 1)
        found = [self._draw(columns[None, :], rows[:, None], number, slot) for slot in range(slots)]
        keep = [f["there"] for f in found]
        return {
            name: np.concatenate([np.broadcast_to(f[name], k.shape)[k] for f, k in zip(found, keep, strict=True)])
            for name in ("east", "north", "diameter", "wear", "bits")
        } | {"begin": np.array(begin)}

    def _cell(self, number: int) -> tuple[float, int]:
        """Size of the cells of a class [m], and how many craters one may hold."""
        begin = CLASSES[number]
        return REACH * begin * 1.5, 3

    def _draw(self, column: np.ndarray, row: np.ndarray, number: int, slot: int) -> dict[str, np.ndarray]:
        begin = CLASSES[number]
        cell, slots = self._cell(number)
        mean = (self.cumulative(begin) - self.cumulative(begin * math.sqrt(2.0))) * cell * cell / slots
        a = cell_hash(column, row, self.seed + 977 * number + 31 * slot)
        b, c, d, e = (a := again(a)), (a := again(a)), (a := again(a)), (a := again(a))
        u = uniform(d)
        shrink = 0.5 if begin < self.bend else 0.3
        wear = uniform(e)
        old = self.oldest_only * math.sqrt(min(1.0, begin / 60.0))
        return {
            "there": uniform(b) < mean,
            "east": (column + uniform(c)) * cell,
            "north": (row + uniform(again(c))) * cell,
            "diameter": begin / np.sqrt(1.0 - shrink * u),
            "wear": old * (0.08 + 0.92 * wear * wear * wear),
            "bits": e,
        }

    def _class_relief(self, east: np.ndarray, north: np.ndarray, number: int) -> np.ndarray:
        if is_grid(east, north):
            return self._stamped(east, north, number)
        if is_stack(east, north):
            return self._stamped_on_all(east, north, number)
        cell, slots = self._cell(number)
        column, row = np.floor(east / cell).astype(np.int64), np.floor(north / cell).astype(np.int64)
        total = np.zeros(np.broadcast(east, north).shape)
        for slot in range(slots):
            for i in (-1, 0, 1):
                for j in (-1, 0, 1):
                    c = self._draw(column + i, row + j, number, slot)
                    if not c["there"].any():
                        continue
                    z = self._profile(east - c["east"], north - c["north"], c["diameter"], c["wear"], c["bits"])
                    total = total + np.where(c["there"], z, 0.0)
        return total

    def _stamped(self, east: np.ndarray, north: np.ndarray, number: int) -> np.ndarray:
        e, n = east[0], north[:, 0]
        total = np.zeros((n.size, e.size))
        for window, crater in self._windows(e, n, number):
            rows, columns = window
            total[rows, columns] += self._profile(
                e[None, columns] - crater["east"], n[rows, None] - crater["north"], *crater["shape"]
            )
        return total

    def _stamped_on_all(self, east: np.ndarray, north: np.ndarray, number: int) -> np.ndarray:
        """As `_stamped`, of a stack of grids: the craters of all at once."""
        total = np.zeros(np.broadcast(east, north).shape)
        cell, slots = self._cell(number)
        first, last = (
            [np.floor((edge + side * cell) / cell).astype(np.int64) for edge in edges]
            for side, edges in ((-1.0, (east[:, :, :1], north[:, :1])), (1.0, (east[:, :, -1:], north[:, -1:])))
        )
        column, row = (a + np.arange(int((b - a).max()) + 1) for a, b in zip(first, last, strict=True))
        for slot in range(slots):
            drawn = self._draw(column, row.swapaxes(1, 2), number, slot)
            grid, *_ = where = np.nonzero(drawn["there"])
            if not grid.size:
                continue
            names = ("east", "north", "diameter", "wear", "bits")
            x, y, *shape = (np.broadcast_to(drawn[name], drawn["there"].shape)[where][:, None, None] for name in names)
            np.add.at(total, grid, self._profile(east[grid] - x, north[grid] - y, *shape))
        return total

    def _windows(self, e: np.ndarray, n: np.ndarray, number: int) -> Iterator[tuple[tuple[slice, slice], dict]]:  # type: ignore[type-arg]
        pad = self._cell(number)[0]
        t = self.table(e[0] - pad, n[0] - pad, e[-1] + pad, n[-1] + pad, number)
        reach = 0.5 * REACH * t["diameter"]
        i0, i1 = np.searchsorted(e, t["east"] - reach), np.searchsorted(e, t["east"] + reach)
        j0, j1 = np.searchsorted(n, t["north"] - reach), np.searchsorted(n, t["north"] + reach)
        for k in np.flatnonzero((i1 > i0) & (j1 > j0)):
            shape = (t["diameter"][k], t["wear"][k], t["bits"][k])
            yield (
                (slice(int(j0[k]), int(j1[k])), slice(int(i0[k]), int(i1[k]))),
                {"east": t["east"][k], "north": t["north"][k], "shape": shape},
            )

    def _profile(self, x: Real, y: Real, diameter: Real, wear: Real, bits: Real) -> Real:
        return crater_profile(x, y, diameter, self.freshest * diameter * wear, wear, bits)


def crater_profile(x: Real, y: Real, diameter: Real, depth: Real, wear: Real, bits: Real) -> Real:
    """Height change [m] at offsets x, y [m]: a bowl, a rim, ejecta thinning outwards; slightly out of round.

    `wear` is 1 for a fresh crater and goes to 0; a worn one has a soft edge and nearly no rim. Only products and quotients.
    """
    radius = 0.5 * diameter
    squared = x * x + y * y + 1e-12
    u, v = uniform(bits) - 0.5, uniform(again(bits)) - 0.5
    lopsided = 1.0 + 0.16 * (u * (x * x - y * y) + v * 2.0 * x * y) / squared
    r = np.sqrt(squared) * lopsided / radius
    inside = np.maximum(1.0 - r * r, 0.0)
    bowl = inside * (wear + (1.0 - wear) * inside)
    w = 0.22 + 0.25 * (1.0 - wear)
    t = (r - 1.0) / w
    fade = np.clip((REACH - 0.3 - r) / (REACH - 1.3), 0.0, 1.0)
    rim = fade * fade / (1.0 + t * t)
    return 0.2 * depth * rim - depth * bowl
