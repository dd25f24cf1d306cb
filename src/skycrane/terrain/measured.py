"""Terrain from measured maps: terrain models and orthoimages become nested levels around the site; finer detail is synthesised."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from skycrane.core.errors import InputError
from skycrane.terrain import jezero_like
from skycrane.terrain.datum import above_areoid, likely_datum
from skycrane.terrain.detail import Character
from skycrane.terrain.geotiff import MOST_SAMPLES, Raster, check_span, open_raster
from skycrane.terrain.levels import Grid, without_holes
from skycrane.terrain.mosaic import Mosaic, with_stand_ins
from skycrane.terrain.site_frame import SiteFrame, site_frame
from skycrane.terrain.terrain import Level, Terrain

if TYPE_CHECKING:
    from skycrane.mission.parameters.planet import PlanetParameters
    from skycrane.mission.parameters.site import SiteParameters

HALF = 1000  # samples from the site to the edge of a level
STEP = 4  # spacing of a level over that of the next finer one from the same file
TYPICAL_REFLECTANCE = (
    0.16  # assumed: an orthoimage's median is given this value; images of Mars rarely carry absolute reflectance
)
ROCK_ABUNDANCE = 0.03  # assumed where no rock map is given: typical of Jezero's floor
#: [m] heights this far apart tell all, and nothing, of how rough the ground is below them: assumed; scarps say nothing of the floor
TELLING = (20.0, 500.0)
TOO_STEEP = 40.0  # [deg] median slope above which a file's heights cannot be metres
_MARS = 3.39e6  # mean radius [m]
_DEEPEST, _HIGHEST = -9e3, 22.5e3  # [m]: Badwater in Hellas is at -8.2 km, Olympus Mons at 21.2 km (MOLA)


@dataclass(frozen=True)
class MapFiles:
    """What a user's terrain is made of."""

    name: str
    models: tuple[str, ...]  # terrain models, any order
    images: tuple[str, ...]  # orthoimages, any order
    datum: str
    units: str | None = None
    sources: tuple[str, ...] = ()


def measured_terrain(files: MapFiles, site: "SiteParameters", planet: "PlanetParameters | None" = None) -> Terrain:
    """The terrain of these files around a site. InputError says what is wrong with them in a sentence."""
    frame = site_frame(site, planet)
    if not files.models:
        raise InputError(f"terrain {files.name!r} has no terrain model")
    rasters = [open_raster(path, frame.equatorial_radius, "terrain model", files.units) for path in files.models]
    rasters.sort(key=lambda raster: raster.spacing(frame))
    images = [open_raster(path, frame.equatorial_radius, "orthoimage") for path in files.images]
    images.sort(key=lambda raster: raster.spacing(frame))
    picture = _mosaic([_image_levels(image, frame) for image in images])
    grids = _joined(_nested([grid for raster in rasters for grid in _height_levels(raster, frame, files.datum)]))
    levels = tuple(
        Level(each.grid, _character(each.grid, picture), synthesised=False, fade=each.fade, instead_of=each.instead_of)
        for each in with_stand_ins(grids, coarsest=grids[-1].spacing)
    )
    sources = files.sources or tuple(str(path) for path in (*files.models, *files.images))
    return Terrain(files.name, site, levels, jezero_like.DETAIL, sources)


def check_target(terrain: Terrain, planet: "PlanetParameters | None" = None) -> None:
    """InputError where the terrain has no height under the target of a mission's entry: the flight would come down beyond it."""
    site, frame = terrain.site, site_frame(terrain.site, planet)
    latitude, longitude = site.entry_target_latitude, site.entry_target_longitude
    east, north, _ = frame.east_north_up(np.array([latitude]), np.array([longitude]))
    if not np.isfinite(terrain.height(east, north)).all():
        away = float(np.hypot(east, north)[0]) / 1e3
        raise InputError(
            f"terrain {terrain.name!r} does not cover the target of the entry at "
            f"{np.degrees(latitude):.4f} N {np.degrees(longitude):.4f} E, {away:.1f} km from the site "
            "(site.entry_target_latitude_deg, longitude_deg): add a map that does, or move the target"
        )


def _height_levels(raster: Raster, frame: SiteFrame, datum: str) -> list[Grid]:
    """Grids of height above the site's elevation, fine to coarse, as far as the file reaches."""
    _check_site(raster, frame, datum)
    grids = []
    for grid in _levels(raster, frame):
        east, north = _axes(grid)
        latitude, _ = frame.latitude_longitude(east, north)
        heights = above_areoid(grid.values, datum, latitude, frame, raster.planet_radius) - frame.elevation
        _check_elevations(raster, heights + frame.elevation)
        grids.append(without_holes(Grid(grid.west, grid.south, grid.spacing, heights.astype(np.float32))))
    _check_relief(raster, grids[0])
    return grids


def _levels(raster: Raster, frame: SiteFrame) -> list[Grid]:
    """The file's values on grids around the site, each `STEP` times as coarse as the one before, until the file is covered."""
    native = raster.spacing(frame)
    west, south, east, north = _reach(raster, frame, native)
    grids, coarser = [], 1
    while True:
        spacing = native * coarser
        edges = [
            max(west, -HALF * spacing),
            max(south, -HALF * spacing),
            min(east, HALF * spacing),
            min(north, HALF * spacing),
        ]
        columns = np.arange(np.ceil(edges[0] / spacing), np.floor(edges[2] / spacing) + 1) * spacing
        rows = np.arange(np.ceil(edges[1] / spacing), np.floor(edges[3] / spacing) + 1) * spacing
        if min(columns.size, rows.size) >= 4:
            column, row = _mapped(raster, frame, columns, rows)
            grids.append(Grid(float(columns[0]), float(rows[0]), spacing, raster.read(column, row, coarser)))
        if -HALF * spacing <= west and HALF * spacing >= east and -HALF * spacing <= south and HALF * spacing >= north:
            return grids
        if max(columns.size, rows.size) > MOST_SAMPLES:
            return grids
        coarser *= STEP


def _mapped(raster: Raster, frame: SiteFrame, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Column and row in the file of every node: exact on a coarse net, smooth in between (below a thousandth of a pixel)."""
    net_e, net_n = np.linspace(columns[0], columns[-1], 33), np.linspace(rows[0], rows[-1], 33)
    column, row = raster.lattice(frame, net_e[None, :], net_n[:, None])
    from scipy.interpolate import RectBivariateSpline

    return tuple(RectBivariateSpline(net_n, net_e, values)(rows, columns) for values in (column, row))  # type: ignore[return-value]


def _reach(raster: Raster, frame: SiteFrame, native: float) -> tuple[float, float, float, float]:
    """West, south, east, north [m] to which the file surely reaches around the site, along the axes; at most 100 km."""

    def inside(distances: np.ndarray, x: int, y: int) -> np.ndarray:
        column, row = raster.lattice(frame, distances * x, distances * y)
        return (column > -0.5) & (column < raster.shape[1] - 0.5) & (row > -0.5) & (row < raster.shape[0] - 0.5)

    def last(distances: np.ndarray, x: int, y: int) -> int:
        return int(np.argmin(np.append(inside(distances, x, y), False))) - 1

    def along(x: int, y: int) -> float:
        steps = np.concatenate([[0.0], np.geomspace(native, 1e5, 200)])
        far = last(steps, x, y)
        if far < 0:
            raise InputError(f"{raster.path} does not cover the landing site at {_place(frame)}")
        if far == steps.size - 1:
            return float(steps[-1])
        between = np.linspace(steps[far], steps[far + 1], 65)
        return float(between[last(between, x, y)])

    return -along(-1, 0), -along(0, -1), along(1, 0), along(0, 1)


def _check_site(raster: Raster, frame: SiteFrame, datum: str) -> None:
    """There is a height under the site, and it is near the site's elevation."""
    column, row = raster.lattice(frame, np.zeros(1), np.zeros(1))
    if not (-0.5 < column[0] < raster.shape[1] - 0.5 and -0.5 < row[0] < raster.shape[0] - 0.5):
        raise InputError(f"{raster.path} does not cover the landing site at {_place(frame)}")
    value = float(raster.read(column, row)[0])
    if np.isnan(value):
        raise InputError(f"{raster.path} has no data (nodata) under the landing point at {_place(frame)}")
    elevation = float(above_areoid(np.array(value), datum, np.array(frame.latitude), frame, raster.planet_radius))
    if abs(elevation - frame.elevation) > 150.0:
        raise InputError(_why_so_far(raster, frame, datum, value, elevation))


def _why_so_far(raster: Raster, frame: SiteFrame, datum: str, value: float, elevation: float) -> str:
    text = (
        f"{raster.path} puts the landing point at {elevation:.0f} m above the areoid (datum {datum!r}), "
        f"the mission's site.elevation_m is {frame.elevation:.0f}"
    )
    other = likely_datum(value, datum, frame, raster.planet_radius)
    if other:
        return f"{text}: its heights look like datum {other!r}"
    if likely_datum(value * 0.3048, "", frame, raster.planet_radius):
        return f"{text}: its heights look like feet; state --units ft"
    return f"{text}: is it the right file, datum and site?"


def _check_elevations(raster: Raster, elevation: np.ndarray) -> None:
    """Nothing lies below the deepest or above the highest place of the planet [m, areoid]; known for Mars, else the span alone counts."""
    if not np.isfinite(elevation).any():
        return
    low, high = float(np.nanmin(elevation)), float(np.nanmax(elevation))
    check_span(raster.path, low, high)
    if abs(raster.planet_radius / _MARS - 1.0) < 0.01 and (low < _DEEPEST or high > _HIGHEST):
        raise InputError(
            f"{raster.path} has ground at {low if low < _DEEPEST else high:.6g} m above the areoid, must be from {_DEEPEST:.0f} to "
            f"{_HIGHEST:.0f} m on Mars: is it damaged, or does it not state its nodata value?"
        )


def _check_relief(raster: Raster, grid: Grid) -> None:
    gy, gx = np.gradient(grid.values.astype(np.float64), grid.spacing)
    slope = float(np.degrees(np.arctan(np.nanmedian(np.hypot(gx, gy)))))
    if slope > TOO_STEEP:
        raise InputError(
            f"{raster.path} has a median slope of {slope:.0f} degrees, which no landscape has: are its heights in metres?"
        )


def _nested(grids: list[Grid]) -> list[Grid]:
    """Fine to coarse; a level that lies inside a finer one is left out."""
    kept: list[Grid] = []
    for grid in sorted(grids, key=lambda g: g.spacing):
        hidden = any(_holds(finer, grid) for finer in kept)
        if not hidden:
            kept.append(grid)
    return kept


def _image_levels(image: Raster, frame: SiteFrame) -> list[Grid]:
    """The orthoimage's values, as far as it reaches; shading baked into it stays."""
    grids = [without_holes(grid) for grid in _levels(image, frame) if np.isfinite(grid.values).any()]
    if not grids or not float(np.median(grids[-1].values)) > 0.0:
        raise InputError(f"{image.path} is dark everywhere around the landing site: it cannot be used as an orthoimage")
    return grids


def _mosaic(images: list[list[Grid]]) -> Mosaic | float:
    """Images, fine to coarse, as reflectance: the coarsest has a typical median, each finer one that of what lies under it."""
    done: list[Grid] = []
    for grids in reversed(images):
        bright = float(np.median(grids[-1].values))
        under = Mosaic(tuple(with_stand_ins(done)), TYPICAL_REFLECTANCE)
        wanted = float(np.median(under.at(*_axes(grids[-1]))))
        done = [_scaled(grid, wanted / bright) for grid in grids] + done
    done.sort(key=lambda grid: grid.spacing)
    return Mosaic(tuple(with_stand_ins(_nested(done))), TYPICAL_REFLECTANCE) if done else TYPICAL_REFLECTANCE


def _scaled(grid: Grid, factor: float) -> Grid:
    shade = np.clip(grid.values * factor, 0.02, 0.6).astype(np.float32)
    return Grid(grid.west, grid.south, grid.spacing, shade, grid.cover)


def _character(grid: Grid, picture: Mosaic | float) -> Character:
    """Roughness measured on the heights themselves, so that finer detail goes on from them; reflectance from the images."""
    return Character(
        roughness=_roughness(grid),
        ripples=0.0 if grid.spacing < 4.0 else 0.3,
        rock_abundance=ROCK_ABUNDANCE,
        reflectance=picture,
        redness=0.5,
    )


def _roughness(grid: Grid) -> Grid:
    """Rms second difference over 2 samples, in blocks of 6, over that of a plain of roughness 1 in `Detail` (slopes do not count).

    A self-affine surface of exponent H whose rms difference is D(L) has second differences of rms D(L) sqrt(4 - 2^(2 H)). Of coarse
    heights it counts the less (`TELLING`): a plain among scarps a kilometre apart is still a plain.
    """
    z = grid.values.astype(np.float64)
    lag, block = 2, 6
    if min(z.shape) <= 2 * lag:
        return Grid(grid.west, grid.south, grid.spacing, np.ones(z.shape, np.float32))
    squared = np.zeros(z.shape)
    squared[:, lag:-lag] += 0.5 * (z[:, 2 * lag :] - 2.0 * z[:, lag:-lag] + z[:, : -2 * lag]) ** 2
    squared[lag:-lag, :] += 0.5 * (z[2 * lag :, :] - 2.0 * z[lag:-lag, :] + z[: -2 * lag, :]) ** 2
    from scipy.ndimage import uniform_filter

    every = block // 2
    rms = np.sqrt(uniform_filter(squared, block, mode="nearest"))[::every, ::every]
    near, far = TELLING
    telling = float(np.clip(np.log(far / grid.spacing) / np.log(far / near), 0.0, 1.0))
    hurst = jezero_like.DETAIL.hurst
    plain = 16.1 * jezero_like.DETAIL.amplitude * (lag * grid.spacing / 16.0) ** hurst * np.sqrt(4.0 - 4.0**hurst)
    return Grid(
        grid.west, grid.south, grid.spacing * every, np.clip((rms / plain) ** telling, 0.2, 4.0).astype(np.float32)
    )


def _joined(grids: list[Grid]) -> list[Grid]:
    """Each coarser grid is lifted, near the finer one inside it, by the median difference along the finer one's edge, so that no step is
    left where they meet; the lift is gone five coarse samples further out."""
    joined = [grids[0]]
    for grid in grids[1:]:
        finer = joined[-1]
        e, n = _axes(finer)
        coarse = grid.at(e, n)
        edge = np.ones(coarse.shape, bool)
        k = max(2, min(coarse.shape) // 8)
        edge[k:-k, k:-k] = False
        lift = float(np.median((finer.values - coarse)[edge]))
        e, n = _axes(grid)
        x = np.maximum(np.maximum(finer.west - e, e - finer.east_edge), 0.0)
        y = np.maximum(np.maximum(finer.south - n, n - finer.north_edge), 0.0)
        away = np.sqrt(x * x + y * y) / grid.spacing
        t = np.clip((5.0 - away) / 3.0, 0.0, 1.0)
        values = grid.values + lift * t * t * (3.0 - 2.0 * t)
        joined.append(Grid(grid.west, grid.south, grid.spacing, values.astype(np.float32), grid.cover))
    return joined


def _holds(outer: Grid, inner: Grid) -> bool:
    low = outer.west <= inner.west and outer.south <= inner.south
    return low and outer.east_edge >= inner.east_edge and outer.north_edge >= inner.north_edge


def _axes(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = grid.values.shape
    return (grid.west + np.arange(columns) * grid.spacing)[None, :], (grid.south + np.arange(rows) * grid.spacing)[
        :, None
    ]


def _place(frame: SiteFrame) -> str:
    return f"{np.degrees(frame.latitude):.4f} N {np.degrees(frame.longitude):.4f} E (planetocentric)"
