"""The ground under a landing: height, normal, reflectance and rocks at a place, from a hundred kilometres down to centimetres.

Before it comes the planet's shape; after it the radar, the feet and the cameras that look at it.

**Coordinates.** `east`, `north` [m] are components in the site frame (origin at the site, x east, y north): a point of the ground keeps
the east and north that the flight's `position_site` has above it. **Height** [m] is the elevation above the areoid less the site's
elevation. It is not the site frame's `up`, because the planet curves away underneath:

    up = height - (east^2 + north^2) / (2 R),   R = radius of the planet there, 3,391.9 km at Jezero

which is 0.15 m at 1 km, 15 m at 10 km and 368 m at 50 km (good to 1 % of that: the planet is not a sphere). `up_site` gives it.

**One datum.** The areoid at Jezero has a radius of 3,394.5 km, the ellipsoid 3,394.2 km, the sphere of Mars maps 3,396.19 km. An
elevation read against the wrong one is wrong by up to 1.7 km, so heights here have one datum, and files are converted when they are read.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.detail import FINEST, RIPPLES, Character, Detail
from skycrane.terrain.lattice import in_tiles, is_stack
from skycrane.terrain.levels import Grid
from skycrane.terrain.mosaic import PLAIN, Mosaic

if TYPE_CHECKING:
    from skycrane.mission.parameters.site import SiteParameters

#: columns of `Terrain.rocks`
ROCK = np.dtype(
    [
        ("east", "f8"),
        ("north", "f8"),
        ("diameter", "f8"),
        ("height_above_ground", "f8"),
        ("yaw", "f8"),
        ("seed", "u4"),
    ]
)


#: fields of `Character`
TRAITS = ("roughness", "ripples", "rock_abundance", "reflectance", "redness")


class Patch(NamedTuple):
    """A square of ground. Row 0 is the southern edge, rows go north, columns go east."""

    east: np.ndarray  # (columns,) [m]
    north: np.ndarray  # (rows,) [m]
    height: np.ndarray  # (rows, columns) [m]
    reflectance: np.ndarray  # (rows, columns), 0 to 1


@dataclass(frozen=True)
class Level:
    """Heights on a grid, and the ground's character on its own (coarser) grids."""

    height: Grid
    character: Character  # its fields are Grids or numbers
    synthesised: bool  # False where these are measured data
    fade: float  # [m] over which the level fades into the next coarser one at its edge
    instead_of: float = 0.0  # [m] spacing of the finer level that it is an average of and stands in for; 0: of none

    @property
    def spacing(self) -> float:
        """Distance between samples [m]."""
        return self.height.spacing


@dataclass(frozen=True)
class Terrain:
    """A piece of ground around a landing site; made by `open_terrain`.

    All places may be arrays that broadcast together; a row of easts with a column of norths, or a stack of such (lattice.is_stack), is
    fastest. `finest` [m] leaves features out that a grid of that spacing does not show. Beyond `extent` heights are NaN.
    """

    name: str
    site: "SiteParameters"
    levels: tuple[Level, ...]  # fine to coarse
    detail: Detail
    sources: tuple[str, ...]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge [m] of the coarsest level."""
        grid = self.levels[-1].height
        return grid.west, grid.south, grid.east_edge, grid.north_edge

    def height(self, east: Any, north: Any, finest: float = FINEST) -> np.ndarray:
        """Elevation above the areoid less the site's elevation [m], shape of the places."""
        return self._read(east, north, finest, self._height_of)

    def elevation(self, east: Any, north: Any, finest: float = FINEST) -> Real:
        """Elevation above the areoid [m]."""
        return self.height(east, north, finest) + self.site.elevation

    def up_site(self, east: Any, north: Any, finest: float = FINEST) -> Real:
        """The third component of the ground in the site frame [m]: the height less the drop of the curved planet."""
        return self.height(east, north, finest) - self.drop(east, north)

    def drop(self, east: Any, north: Any) -> Real:
        """How far the areoid lies below the site's tangent plane [m]."""
        e, n = _places(east, north)
        return (e * e + n * n) / (2.0 * (self.site.areoid_radius + self.site.elevation))

    def slope(self, east: Any, north: Any, baseline: float = 0.1) -> tuple[Real, Real]:
        """Rise over run to the east and to the north, over `baseline` [m]."""
        e, n = _places(east, north)
        h = 0.5 * baseline
        fine = max(FINEST, h)
        to_east = (self.height(e + h, n, fine) - self.height(e - h, n, fine)) * (1.0 / baseline)
        to_north = (self.height(e, n + h, fine) - self.height(e, n - h, fine)) * (1.0 / baseline)
        return to_east, to_north

    def normal(self, east: Any, north: Any, baseline: float = 0.1) -> np.ndarray:
        """Unit normal of the ground (..., 3), east-north-up there, over `baseline` [m]."""
        a, b = self.slope(east, north, baseline)
        scale = 1.0 / np.sqrt(1.0 + a * a + b * b)
        return np.stack([-a * scale, -b * scale, scale], axis=-1)

    def reflectance(self, east: Any, north: Any, finest: float = FINEST) -> np.ndarray:
        """Lambert reflectance in a panchromatic (grey) camera, 0 to 1."""
        return self._read(east, north, finest, self._reflectance_of)

    def colour(self, east: Any, north: Any, finest: float = FINEST) -> np.ndarray:
        """Reflectance in red, green and blue (..., 3), linear; their luminance is near `reflectance`."""
        grey = self.reflectance(east, north, finest)
        red = self.trait("redness", *_places(east, north))
        return np.stack(
            [grey * (1.22 + 0.36 * red), grey * (0.97 - 0.07 * red), grey * (0.76 - 0.29 * red)],
            axis=-1,
        )

    def character(self, east: Any, north: Any) -> Character:
        """Roughness, ripple cover, rock abundance, reflectance and redness at places, as far as maps show them."""
        e, n = _places(east, north)
        return Character(**{name: self.trait(name, e, n) for name in TRAITS})

    def trait(self, name: str, east: Any, north: Any) -> np.ndarray:
        """One of the five of `character`."""
        return self._read(east, north, 1e9, lambda level, x, y, _: _value(getattr(level.character, name), x, y))

    def rocks(self, east: float, north: float, radius: float, smallest: float = 0.2) -> np.ndarray:
        """Rocks of at least `smallest` [m] diameter within `radius` [m] of a place: a structured array of `ROCK`."""
        from skycrane.terrain.rocks import scattered

        return scattered(self, float(east), float(north), float(radius), float(smallest))

    def patch(self, east: float, north: float, width: float, spacing: float) -> Patch:
        """A square of ground, at least `width` [m] wide, centred on a place, sampled every `spacing` [m]."""
        e, n = _square(east, north, width, spacing)
        return Patch(e[0], n[:, 0], self.height(e, n, spacing), self.reflectance(e, n, spacing))

    def heights(self, east: float, north: float, width: float, spacing: float) -> Grid:
        """The same square's heights alone [m]."""
        e, n = _square(east, north, width, spacing)
        return Grid(float(e[0, 0]), float(n[0, 0]), spacing, self.height(e, n, spacing))

    def nested_grids(
        self, levels: tuple[tuple[float, float], ...] = ((40960.0, 160.0), (6144.0, 12.0), (409.6, 0.8))
    ) -> tuple[Grid, ...]:
        """Heights on square grids around the site, coarse to fine, as tables for a compiled flight: a (width, spacing) [m] each."""
        return tuple(self.heights(0.0, 0.0, width, spacing) for width, spacing in levels)

    def spacing(self, east: Any, north: Any) -> np.ndarray:
        """Spacing of the finest level at places [m]; features below three of it are synthesised, here as everywhere."""
        return self._finest(east, north, lambda level: level.spacing)

    def measured_spacing(self, east: Any, north: Any) -> np.ndarray:
        """Spacing of the finest measured data at places [m]; infinity where the ground is synthesised altogether."""
        return self._finest(east, north, lambda level: np.inf if level.synthesised else level.spacing)

    def ripple_cover(self, east: Any, north: Any, finest: float) -> np.ndarray:
        """How much of their full height the largest ripples have at places, 0 to 1; measured ground has its own in its heights."""

        def cover(level: Level, e: np.ndarray, n: np.ndarray, finest: float) -> Any:
            fields = self.detail.ripples
            if not fields or not (level.synthesised or fields[0].wavelength < RIPPLES * level.spacing):
                return 0.0
            return fields[0].cover(e, n, _value(level.character.ripples, e, n))

        return self._read(east, north, finest, cover)

    def covers(self, east: Any, north: Any) -> Real:
        """Whether places lie inside the extent."""
        return self.levels[-1].height.inside(*_places(east, north))

    def _finest(self, east: Any, north: Any, value: Any) -> np.ndarray:
        e, n = _places(east, north)
        best = np.full(np.broadcast(e, n).shape, np.inf)
        for level in self.levels:
            known = level.height.inside(e, n) & (np.asarray(level.height.covered(e, n)) > 0.5)
            best = np.where(known, np.minimum(best, value(level)), best)
        return best

    def _read(self, east: Any, north: Any, finest: float, what: Any) -> np.ndarray:
        e, n = _places(east, north)
        if e.ndim == n.ndim == 0:
            return self._read(e[None], n[None], finest, what).reshape(())
        return in_tiles(lambda x, y: self._read_strip(x, y, finest, what), e, n)

    def _read_strip(self, e: np.ndarray, n: np.ndarray, finest: float, what: Any) -> np.ndarray:
        """From fine to coarse, each level where it lies, faded into the next one over its edge."""
        shape = np.broadcast(e, n).shape
        total, left = np.zeros(shape), np.ones(shape)
        chosen = [x for x in self.levels if x.spacing >= 0.5 * finest > x.instead_of] or [self.levels[-1]]
        for level in chosen:
            last = level is chosen[-1]
            weight = left if last else left * level.height.weight(e, n, level.fade)
            if not weight.any():
                continue
            total = total + weight * _where_it_counts(weight, e, n, lambda x, y, at=level: what(at, x, y, finest))
            left = left - weight
            if not left.any():
                break
        coarsest = self.levels[-1].height
        known = coarsest.inside(e, n) & (np.asarray(coarsest.covered(e, n)) > 0.0)
        return np.where(known, total, np.nan)

    def _height_of(self, level: Level, east: np.ndarray, north: np.ndarray, finest: float) -> np.ndarray:
        base = level.height.at(east, north)
        if finest >= level.spacing:
            return base
        roughness, ripples = (_value(getattr(level.character, name), east, north) for name in ("roughness", "ripples"))
        character = Character(roughness, ripples, rock_abundance=0.0, reflectance=0.0, redness=0.0)
        return base + self.detail.relief(east, north, character, finest, level.spacing)

    def _reflectance_of(self, level: Level, east: np.ndarray, north: np.ndarray, finest: float) -> np.ndarray:
        image = level.character.reflectance
        ripples = _value(level.character.ripples, east, north)
        character = Character(0.0, ripples, rock_abundance=0.0, reflectance=0.0, redness=0.0)
        parts = (
            image.parts(east, north, finest)
            if isinstance(image, Mosaic)
            else ((1.0, _value(image, east, north), PLAIN),)
        )
        shade = sum(w * value * self.detail.shade(east, north, character, finest, beyond) for w, value, beyond in parts)
        return np.clip(shade, 0.02, 0.6)


def _where_it_counts(weight: np.ndarray, east: np.ndarray, north: np.ndarray, what: Any) -> Any:
    """`what(east, north)`; of a stack of grids only those with a weight, the others stay 0."""
    if not is_stack(east, north):
        return what(east, north)
    counts = np.broadcast_to(weight, np.broadcast(east, north).shape).any(axis=(1, 2))
    found = np.zeros(np.broadcast(east, north).shape)
    found[counts] = what(east[counts], north[counts])
    return found


def _square(east: float, north: float, width: float, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    k = math.ceil(0.5 * width / spacing - 1e-9)
    steps = np.arange(-k, k + 1) * spacing
    return (east + steps)[None, :], (north + steps)[:, None]


def _places(east: Any, north: Any) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)


def _value(field: Any, east: np.ndarray, north: np.ndarray) -> Any:
    return field.at(east, north) if isinstance(field, Grid | Mosaic) else field
