"""GeoTIFF maps of a made-up country, for tests: the same hills in any projection, datum and unit."""

from pathlib import Path
from typing import Any

import numpy as np

from skycrane.mission import load_mission
from skycrane.mission.parameters.site import SiteParameters
from skycrane.terrain.site_frame import SiteFrame, site_frame

MARS = 3396190.0
EQC = {"proj": "eqc", "lat_ts": 0, "lon_0": 0, "R": MARS, "units": "m", "no_defs": True}


def site() -> SiteParameters:
    """The landing site of Mars 2020."""
    return load_mission("mars2020").parameters.site


def hills(frame: SiteFrame, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Elevation above the areoid [m] of the made-up country: the site's at the site."""
    return frame.elevation + 12.0 * np.sin(east / 400.0) + 0.01 * north + 5.0 * np.sin(north / 250.0)


def write(
    path: Path,
    proj: dict[str, Any] | None = None,
    spacing: float = 20.0,
    size: int = 301,
    heights: Any = hills,
    **options: Any,
) -> Path:
    """A map around the site. `heights(frame, east, north)` [m above the areoid]; options go to the file."""
    import rasterio
    import rasterio.warp
    from rasterio.transform import from_origin

    proj = EQC if proj is None else proj
    frame = site_frame(site())
    crs = rasterio.crs.CRS.from_dict(proj)
    a, b = proj.get("R", proj.get("a")), proj.get("R", proj.get("b"))
    around = rasterio.crs.CRS.from_dict(proj="longlat", a=a, b=b, no_defs=True)
    geodetic = np.degrees(np.arctan(np.tan(frame.latitude) * (a / b) ** 2))
    (x0,), (y0,) = rasterio.warp.transform(around, crs, [np.degrees(frame.longitude)], [geodetic])
    step = spacing if proj["proj"] != "longlat" else np.degrees(spacing / a)
    x = x0 + (np.arange(size) - size // 2) * step
    y = y0 - (np.arange(size) - size // 2) * step
    xx, yy = np.meshgrid(x, y)
    lon, lat = rasterio.warp.transform(crs, around, xx.ravel(), yy.ravel())
    centric = np.arctan(np.tan(np.radians(lat)) * (b / a) ** 2)
    e, n, _ = frame.east_north_up(centric, np.radians(lon))
    values = heights(frame, e.reshape(size, size), n.reshape(size, size)).astype(options.pop("dtype", "float32"))
    units, nodata = options.pop("units", None), options.pop("nodata", None)
    transform = from_origin(x[0] - 0.5 * step, y[0] + 0.5 * step, step, step)
    profile = {
        "driver": "GTiff",
        "width": size,
        "height": size,
        "count": 1,
        "dtype": values.dtype,
        "crs": crs,
        "transform": transform,
    }
    with rasterio.open(path, "w", **profile, nodata=nodata, **options) as out:
        out.write(values, 1)
        if units:
            out.units = [units]
    return path
