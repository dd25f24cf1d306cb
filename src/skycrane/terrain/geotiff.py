"""Maps in GeoTIFF files: opened, checked, and read at places of the site frame."""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.terrain.lattice import catmull_rom, surface
from skycrane.terrain.site_frame import SiteFrame

#: names of units that files carry -> metres
UNITS = {
    "": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "km": 1000.0, "kilometre": 1000.0, "kilometer": 1000.0,
    "dm": 0.1, "cm": 0.01, "ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 1200.0 / 3937.0, "ftus": 1200.0 / 3937.0,
}  # fmt: skip
MOST_SAMPLES = 6000  # a side; larger windows are read coarser


_ROWS = 1024  # read at once when a file is checked
_NO_HEIGHT = 1e9  # beyond it a number is no data, also where heights count from the centre of the planet
_HIGHEST_RELIEF = 30e3  # [m]
#: steps between neighbouring pixels above this slope (84 degrees) and this height [m] are no ground: assumed
_CLIFF, _LEAST_CLIFF = 10.0, 50.0


@dataclass(frozen=True)
class Raster:
    """A GeoTIFF that can be opened, lies on the right planet and has its units known."""

    path: Path
    crs: Any
    planet_radius: float  # [m] equatorial radius of its ellipsoid or sphere
    polar_radius: float  # [m]
    shape: tuple[int, int]  # rows, columns
    bands: int
    factor: float  # value -> metres (or -> the stored value for images)
    units: str

    def lattice(self, frame: SiteFrame, east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fractional column and row (0 is the centre of the first pixel) of places of the site frame."""
        rasterio = _rasterio()
        latitude, longitude = frame.latitude_longitude(east, north)
        degrees_north = np.degrees(self._file_latitude(latitude))
        degrees_east = np.degrees(longitude)
        around = rasterio.crs.CRS.from_dict(proj="longlat", a=self.planet_radius, b=self.polar_radius, no_defs=True)
        shape = np.broadcast(degrees_east, degrees_north).shape
        flat = [np.broadcast_to(v, shape).ravel() for v in (degrees_east, degrees_north)]
        try:
            x, y = rasterio.warp.transform(around, self.crs, *flat)
        except Exception as error:
            raise InputError(
                f"{self.path}: its projection cannot be computed at the landing site ({_short(error)})"
            ) from error
        with rasterio.open(self.path) as file:
            inverse, left, right = ~file.transform, file.bounds.left, file.bounds.right
        x_array = _into(np.asarray(x), left, right, self._turn())
        y_array = np.asarray(y)
        column = inverse.a * x_array + inverse.b * y_array + inverse.c
        row = inverse.d * x_array + inverse.e * y_array + inverse.f
        return np.reshape(column, shape) - 0.5, np.reshape(row, shape) - 0.5

    def spacing(self, frame: SiteFrame) -> float:
        """Ground distance between rows at the site [m]."""
        steps = np.array([-50.0, 50.0])
        column, row = self.lattice(frame, np.zeros(2), steps)
        return 100.0 / max(float(np.hypot(np.diff(column)[0], np.diff(row)[0])), 1e-9)

    def read(self, column: np.ndarray, row: np.ndarray, coarser: int = 1, bands: bool = False) -> np.ndarray:
        """Values at fractional columns and rows [file units times `factor`], NaN where there is none; `coarser` averages blocks first."""
        i0, i1 = int(np.floor(np.nanmin(column))) - 3 * coarser, int(np.ceil(np.nanmax(column))) + 3 * coarser
        j0, j1 = int(np.floor(np.nanmin(row))) - 3 * coarser, int(np.ceil(np.nanmax(row))) + 3 * coarser
        i0, i1 = max(i0, 0), min(i1, self.shape[1] - 1)
        j0, j1 = max(j0, 0), min(j1, self.shape[0] - 1)
        if i1 <= i0 or j1 <= j0:
            return np.full(column.shape, np.nan)
        block = self._window(i0, j0, i1 - i0 + 1, j1 - j0 + 1, coarser)
        across = (i1 - i0 + 1) / block.shape[1]
        along = (j1 - j0 + 1) / block.shape[0]
        x, y = (column - i0 + 0.5) / across - 0.5, (row - j0 + 0.5) / along - 0.5
        rows, columns = block.shape
        outside = (x < -0.5) | (x > columns - 0.5) | (y < -0.5) | (y > rows - 0.5)
        values = surface(
            lambda i, j: block[np.clip(j, 0, rows - 1), np.clip(i, 0, columns - 1)],
            np.clip(x, 0.0, columns - 1.0),
            np.clip(y, 0.0, rows - 1.0),
            catmull_rom,
        )
        return np.where(outside, np.nan, values)

    def check_pixels(self, heights: bool = False) -> None:
        """InputError unless every row can be read and some pixel has a value; as heights, unless a planet could have their relief.

        A damaged block may be read without complaint, as any numbers: heights give it away by a cliff that no ground has.
        """
        low, high, step = np.inf, -np.inf, 0.0
        for first in range(0, self.shape[0], _ROWS):
            band = self._window(0, first, self.shape[1], min(_ROWS + 1, self.shape[0] - first), 1)
            if np.isfinite(band).any():
                low, high = min(low, float(np.nanmin(band))), max(high, float(np.nanmax(band)))
                step = max([step, *(float(np.nanmax(np.abs(np.diff(band, axis=k)), initial=0.0)) for k in (0, 1))])
        if low > high:
            raise InputError(f"{self.path} has no data (nodata) anywhere")
        if heights:
            check_span(self.path, low, high)
            apart = self._pixel()
            if step > max(_CLIFF * apart, _LEAST_CLIFF):
                raise InputError(
                    f"{self.path} has a step of {step:.0f} m between pixels {apart:.3g} m apart, which no ground has: "
                    "is it damaged, or does it not state its nodata value?"
                )

    def _pixel(self) -> float:
        """Distance between rows [m], as the projection has it."""
        with _rasterio().open(self.path) as file:
            down = float(np.hypot(file.transform.b, file.transform.e))
        if self.crs.is_geographic:
            return float(np.radians(down)) * self.planet_radius
        return down * float(self.crs.linear_units_factor[1])

    def _window(self, i0: int, j0: int, columns: int, rows: int, coarser: int) -> np.ndarray:
        rasterio = _rasterio()
        out = (max(rows // coarser, 1), max(columns // coarser, 1))
        try:
            with rasterio.open(self.path) as file:
                window = rasterio.windows.Window(i0, j0, columns, rows)
                take = [1] if self.bands < 3 else [1, 2, 3]
                data = file.read(
                    take,
                    window=window,
                    masked=True,
                    out_shape=(len(take), *out),
                    resampling=rasterio.enums.Resampling.average,
                )
                scale, offset = file.scales[0] or 1.0, file.offsets[0] or 0.0
        except (rasterio.errors.RasterioError, OSError, ValueError) as error:
            raise InputError(
                f"{self.path} is cut short or damaged: its pixels cannot be read ({_short(error)})"
            ) from error
        with np.errstate(all="ignore"):  # what a damaged file holds may be any number
            values = np.ma.filled(data.astype(np.float64), np.nan).mean(axis=0)
            values[~np.isfinite(values) | (np.abs(values) > _NO_HEIGHT)] = np.nan
        return (values * scale + offset) * self.factor

    def _file_latitude(self, latitude: np.ndarray) -> np.ndarray:
        """The file's own latitude of a planetocentric one: planetographic where its body is an ellipsoid, the same on a sphere."""
        squared = (self.planet_radius / self.polar_radius) ** 2
        return np.arctan(np.tan(latitude) * squared)

    def _turn(self) -> float:
        """How much x grows once around the planet, for projections whose x is proportional to longitude; else 0."""
        if self.crs.is_geographic:
            return 360.0
        known = self.crs.to_dict()
        if known.get("proj") in ("eqc", "merc", "cea", "mill", "sinu"):
            return 2.0 * np.pi * self.planet_radius * float(np.cos(np.radians(float(known.get("lat_ts", 0.0)))))
        return 0.0


def check_span(path: Path, low: float, high: float) -> None:
    """InputError for heights [m] that lie farther apart than anything on Mars (29 km from Hellas to Olympus Mons)."""
    if high - low > _HIGHEST_RELIEF:
        raise InputError(
            f"{path} has heights from {low:.6g} to {high:.6g} m, which no planet has: is it damaged, or does it not state its nodata value?"
        )


def _into(x: np.ndarray, left: float, right: float, turn: float) -> np.ndarray:
    """x, turned whole times around the planet until the site lies in the file, if it can."""
    if turn == 0.0 or x.size == 0:
        return x
    middle = float(np.nanmedian(x))
    for k in (0, 1, -1):
        if left <= middle + k * turn <= right:
            return x + k * turn
    return x


def open_raster(path: str | Path, planet_radius: float, what: str, units: str | None = None) -> Raster:
    """A GeoTIFF, checked; InputError says in a sentence what is wrong. `units` overrides what the file says."""
    rasterio = _rasterio()
    place = Path(path)
    if not place.exists():
        raise InputError(f"{place}: there is no such file for the {what}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = rasterio.open(place)
    except (rasterio.errors.RasterioError, OSError) as error:
        raise InputError(
            f"{place} cannot be read as a GeoTIFF, it may be damaged or cut short ({_short(error)})"
        ) from error
    with file:
        if file.crs is None:
            raise InputError(
                f"{place} has no projection; write one into it (gdal_edit.py -a_srs) so that it can be put on the planet"
            )
        radius, polar = _body(file.crs, place)
        if abs(radius / planet_radius - 1.0) > 0.02:
            raise InputError(
                f"{place} belongs to another planet: it lies on a body of radius {radius / 1e3:.1f} km, "
                f"the mission's has {planet_radius / 1e3:.1f} km"
            )
        if file.width < 4 or file.height < 4:
            raise InputError(f"{place} has {file.width} x {file.height} pixels; at least 4 x 4 are needed")
        named = units if units is not None else _units_of(file)
        if named.lower() not in UNITS:
            raise InputError(
                f"{place}: its values are in {named!r}, which is not known; state one of m, km, ft with --units"
            )
        factor = UNITS[named.lower()] if what == "terrain model" else 1.0
        return Raster(place, file.crs, radius, polar, (file.height, file.width), file.count, factor, named or "m")


def _units_of(file: Any) -> str:
    """The unit a file gives its first band; empty when it gives none."""
    text = (file.units[0] if file.units and file.units[0] else "") or file.tags().get("units", "")
    words = str(text).strip().lower().split()
    return words[0].rstrip(".,") if words and words[0] in UNITS else str(text).strip().lower()


def _body(crs: Any, place: Path) -> tuple[float, float]:
    """Equatorial and polar radius [m] of the body a projection is made for."""
    found = re.search(r'(?:SPHEROID|ELLIPSOID)\["[^"]*",\s*([0-9.eE+]+),\s*([0-9.eE+]+)', crs.to_wkt())
    if found is None:
        raise InputError(f"{place}: its projection does not say the radius of its planet")
    a, inverse = float(found[1]), float(found[2])
    return a, a if inverse == 0.0 else a * (1.0 - 1.0 / inverse)


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) < 140 else text[:137] + "..."


def _rasterio() -> Any:
    try:
        import rasterio
        import rasterio.enums
        import rasterio.warp
        import rasterio.windows
    except ImportError as error:
        raise InputError("reading GeoTIFF files needs rasterio: pip install rasterio") from error
    return rasterio
