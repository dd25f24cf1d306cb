"""Where the record of a flight says that the wheels stand: place in the site frame, heading of the nose, gravity there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.attitude import Quaternion, matrix
from skycrane.core.errors import InputError
from skycrane.planet import shape
from skycrane.planet.time import parse_utc
from skycrane.record import FlightRecord
from skycrane.surface.chassis import chassis
from skycrane.terrain.site_frame import site_frame

Array = NDArray[np.float64]

_CHANNELS = ("rover_position_site", "rover_attitude_mcmf_from_body")
#: columns: the rover's nose, left side and top in body axes (vehicle.feet counts z forward)
_BODY_FROM_ROVER = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


@dataclass(frozen=True)
class Stance:
    """How a record leaves its rover at rest: rover axes in site axes, columns forward, left, up (3, 3); angles of left and right rocker,
    left and right bogie (4,) [rad]; loads of the wheels (6,) and of the belly [N]; seconds from touchdown to rest; with how much the
    jets of the stage still press on the deck then [N]."""

    axes: Array
    suspension: Array
    load: Array
    belly_load: float
    seconds: float
    jets: float = 0.0


@dataclass(frozen=True)
class TouchdownPlace:
    """East and north of the rover's origin, the middle of its wheels, in the site frame [m]; heading, clockwise from north [rad]; when the
    wheels touched; geodetic latitude and east longitude [rad]; gravity along the local vertical, turning of the planet included [m/s^2];
    how the record leaves the rover, None where its touchdown model does not say; rocks (n, 4) that faults laid under wheels: east, north,
    diameter, height [m]."""

    east: float
    north: float
    heading: float
    utc: datetime
    latitude: float
    longitude: float
    gravity: float
    stance: Stance | None = None
    rocks: Array = field(default_factory=lambda: np.zeros((0, 4)))


def touchdown_place(record: FlightRecord, parameters: Any, folder: Path) -> TouchdownPlace:
    """The place of the last sample in which the record follows the rover. InputError when no wheel has touched the ground in this
    flight."""
    touchdown = record.event("touchdown")
    if touchdown is None:
        raise InputError(
            f"{folder} ended as {str(record.outcome.get('outcome', 'unknown')).replace('_', ' ')!r} without wheels on the ground; "
            "there is no site to assess"
        )
    missing = [name for name in _CHANNELS if name not in record.channels]
    if missing:
        raise InputError(f"{folder / 'flight.nc'} has no {', '.join(missing)}; only a rover on bridles can be set down")
    centre = _last(record, "rover_position_site")
    q = _last(record, "rover_attitude_mcmf_from_body")
    mcmf_from_body = np.array(matrix(Quaternion(*(q / np.linalg.norm(q)))), float).T
    site, planet = parameters.site, parameters.planet
    origin = shape.position_from_spherical(site.latitude, site.longitude, site.areoid_radius + site.elevation)
    site_from_mcmf = np.array(
        shape.east_north_up_geodetic(origin, planet.equatorial_radius, planet.polar_radius), float
    )
    axes = site_from_mcmf @ mcmf_from_body @ _BODY_FROM_ROVER
    nose, position = axes[:, 0], centre - axes @ chassis(parameters.vehicle, parameters.rover).centre
    latitude, longitude = (
        float(each[0]) for each in site_frame(site, planet).latitude_longitude(position[:1], position[1:2])
    )
    return TouchdownPlace(
        east=float(position[0]),
        north=float(position[1]),
        heading=float(np.arctan2(nose[0], nose[1]) % (2.0 * np.pi)),
        utc=parse_utc(parameters.entry.utc) + timedelta(seconds=touchdown.t_s),
        latitude=_geodetic(latitude, planet),
        longitude=longitude,
        gravity=gravity(planet, latitude, site.areoid_radius + site.elevation),
        stance=_stance(record, axes, touchdown.t_s),
        rocks=_rocks_laid(record),
    )


def _rocks_laid(record: FlightRecord) -> Array:
    """Rocks that faults put under wheels, from their events."""
    laid = [each.because["values"] for each in record.events if each.key.startswith("rock_under_wheel_")]
    names = ("east_m", "north_m", "diameter_m", "height_m")
    return np.array([[each[name] for name in names] for each in laid], float).reshape(-1, 4)


def _stance(record: FlightRecord, axes: Array, touchdown: float) -> Stance | None:
    """The rover of a record that follows its wheels to rest."""
    rest = record.event("rover_at_rest")
    if rest is None or "suspension_angle" not in record.channels:
        return None
    arms, load, belly = (_last(record, name) for name in ("suspension_angle", "wheel_load", "belly_load"))
    jets = float(_last(record, "plume_force_on_rover")) if "plume_force_on_rover" in record.channels else 0.0
    return Stance(axes, np.radians(arms), load, float(belly), rest.t_s - touchdown, jets)


def gravity(planet: Any, latitude: float, radius: float) -> float:
    """What a mass at rest weighs for each kilogram [m/s^2] at a planetocentric latitude [rad] and radius [m].

    g = GM/r^2 [1 - 3/2 J2 (R/r)^2 (3 sin^2 - 1)] - w^2 r cos^2; zonal terms above J2 left out (3e-5). `planet.Planet` has them all,
    and needs JAX.
    """
    s = np.sin(latitude)
    oblate = 1.5 * planet.j2 * (planet.reference_radius / radius) ** 2 * (3.0 * s * s - 1.0)
    return float(planet.gm / radius**2 * (1.0 - oblate) - planet.rotation_rate**2 * radius * (1.0 - s * s))


def _last(record: FlightRecord, name: str) -> Array:
    rows = np.asarray(record.channels[name].values, float)
    known = np.isfinite(rows.reshape(len(rows), -1)).all(axis=1)
    return np.asarray(rows[np.flatnonzero(known)[-1]])


def _geodetic(latitude: float, planet: Any) -> float:
    """Geodetic from planetocentric latitude [rad], on the ellipsoid."""
    squeezed = (planet.equatorial_radius / planet.polar_radius) ** 2
    return float(np.arctan(squeezed * np.tan(latitude)))
