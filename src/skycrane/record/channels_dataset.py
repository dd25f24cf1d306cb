"""From the arrays of a flight (SI, radian) to a labelled Dataset in channel units, and on to the netCDF file and back.

Engine: netCDF4 — one wheel that carries HDF5 on every platform, needs no h5py, and writes compressed netCDF-4 that every CF reader opens.
Nothing here depends on the wall clock, the host or the user, so the same flight gives the same bytes.
"""

import errno
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from skycrane.record.schema import CHANNELS, DIMENSIONS, SCHEMA_VERSION, Channel, channel

if TYPE_CHECKING:
    import xarray as xr

_ENGINE: Literal["netcdf4"] = "netcdf4"
_POSITIONS = ("latitude", "longitude", "height_above_ellipsoid")
_COMPRESSION = {"zlib": True, "complevel": 1, "shuffle": True}


def dataset_from_si(
    arrays: Mapping[str, Any],
    time: Any,
    coords: Mapping[str, Any] | None = None,
    *,
    flags: Mapping[str, tuple[str, ...]] | None = None,
    epoch_utc: str = "",
    mission_name: str = "",
) -> "xr.Dataset":
    """The channels of a flight, labelled and in the units of the schema.

    `arrays` maps channel names to arrays in SI and radian, time first; `time` is in seconds since entry interface; `coords` names the
    members of a machine dimension (`{"engine": ["1", "2", ...]}`), counted from 1 where absent; `flags` gives the words of a flag
    channel where the schema leaves them to the mission (`{"mode": ("idle", ...)}`). KeyError for a name that the schema does not know,
    ValueError for a wrong shape: both are mistakes of the caller, not of a user.
    """
    import xarray as xr  # heavy, and those who want units alone do without

    time = np.asarray(time, dtype=np.float64)
    unknown = set(arrays) - {each.name for each in CHANNELS}
    for name in sorted(unknown):
        channel(name)
    variables = {
        each.name: _variable(each, np.asarray(arrays[each.name]), len(time), (flags or {}).get(each.name, each.flags))
        for each in CHANNELS
        if each.name in arrays
    }
    dataset = xr.Dataset(variables)
    labels = {name: _labels(name, size, coords or {}) for name, size in dataset.sizes.items() if name != "time"}
    dataset = dataset.assign_coords({"time": ("time", time), **labels})
    for dimension in DIMENSIONS:
        if dimension.name in dataset.coords:
            dataset[dimension.name].attrs["long_name"] = dimension.meaning
    dataset["time"].attrs.update(_time_attributes(epoch_utc))
    dataset.attrs = _global_attributes(mission_name)
    return dataset


def write_channels(dataset: "xr.Dataset", path: Path) -> None:
    """Write the channels as CF-1.11 netCDF-4, lightly compressed. OSError when they cannot be written."""
    present = [name for name in _POSITIONS if name in dataset]
    out = dataset.set_coords(present)
    trajectory = dataset.attrs.get("mission", "") or "flight"
    out = out.assign_coords(
        trajectory=((), np.array(trajectory.encode()), {"cf_role": "trajectory_id", "long_name": "name of the flight"})
    )
    encoding: dict[str, dict[str, Any]] = {
        str(name): dict(_COMPRESSION) for name, each in out.variables.items() if each.ndim and each.dtype.kind in "fiu"
    }
    try:
        out.to_netcdf(path, engine=_ENGINE, format="NETCDF4_CLASSIC", encoding=encoding)
    except RuntimeError as problem:  # what the netCDF library makes of any trouble with the file
        full = shutil.disk_usage(path.parent).free < dataset.nbytes
        raise OSError(errno.ENOSPC if full else errno.EIO, str(problem)) from problem


def read_channels(path: Path) -> "xr.Dataset":
    """The channels as they were when written; time stays in seconds since entry interface."""
    import xarray as xr

    with xr.open_dataset(path, engine=_ENGINE, decode_times=False, decode_timedelta=False) as stored:
        dataset = stored.load()
    dataset = dataset.reset_coords([name for name in _POSITIONS if name in dataset.coords])
    dataset = dataset.drop_vars("trajectory", errors="ignore")
    for each in dataset.variables.values():
        each.encoding = {}
    dataset.encoding = {}
    order = [each.name for each in CHANNELS if each.name in dataset]
    return dataset[order + [str(name) for name in dataset.data_vars if name not in order]]


def _variable(each: Channel, values: np.ndarray, steps: int, flags: tuple[str, ...]) -> "xr.Variable":
    import xarray as xr

    if values.ndim != len(each.dims) or len(values) != steps:
        raise ValueError(f"channel {each.name} has shape {values.shape}; expected {each.dims} with {steps} times")
    attributes: dict[str, Any] = {"long_name": each.long_name}
    if each.is_flag:
        numbers = np.nan_to_num(values, nan=0.0).astype(np.int8)  # a flag that nobody sets is off
        attributes["flag_values"] = np.arange(len(flags), dtype=np.int8)
        attributes["flag_meanings"] = " ".join(flags)
    else:
        numbers = in_channel_units(each, values)
        attributes["units"] = each.unit
    if each.standard_name:
        attributes["standard_name"] = each.standard_name
    if each.frame:
        attributes["comment"] = each.frame
    return xr.Variable(each.dims, numbers, attributes)


def in_channel_units(each: Channel, values: np.ndarray) -> np.ndarray:
    """SI or radian in the unit of a channel; angles that turn brought into their range."""
    values = np.asarray(values, np.float64)
    return _in_turn(values if each.si_value == 1.0 else values / each.si_value, each.turns)


def _in_turn(degrees: np.ndarray, turns: str) -> np.ndarray:
    if turns == "compass":
        return np.mod(degrees, 360.0)
    if turns == "signed":
        return np.mod(degrees + 180.0, 360.0) - 180.0
    return degrees


def _labels(name: Any, size: int, coords: Mapping[str, Any]) -> Any:
    fixed = {each.name: each.labels for each in DIMENSIONS}[name]
    labels = [str(each) for each in coords.get(name, fixed or range(1, size + 1))]
    if len(labels) != size:
        raise ValueError(f"dimension {name} has {size} members but {len(labels)} labels")
    return (name, np.array(labels))


def _time_attributes(epoch_utc: str) -> dict[str, str]:
    """CF wants a reference time; without an epoch the unit is plain seconds."""
    if not epoch_utc:
        return {"units": "s", "axis": "T"}
    reference = epoch_utc.rstrip("Z").replace("T", " ")
    return {"units": f"seconds since {reference}", "standard_name": "time", "calendar": "standard", "axis": "T"}


def _global_attributes(mission_name: str) -> dict[str, Any]:
    return {
        "Conventions": "CF-1.11",
        "featureType": "trajectory",
        "title": f"Simulated landing, {mission_name}" if mission_name else "Simulated landing",
        "mission": mission_name,
        "source": "skycrane simulation, not measured data",
        "history": "written by skycrane",
        "skycrane_schema": SCHEMA_VERSION,
    }
