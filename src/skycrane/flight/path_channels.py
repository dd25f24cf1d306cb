"""The channels of a path: what is known of any vehicle from its place and its velocity alone, and of the air around it.

Works on NumPy arrays of one case, shape (rows,) a leaf, with the same planet and air code that flew.
"""

from typing import Any

import numpy as np

from skycrane.core import elementary as fn
from skycrane.core.vector import Vec3, norm
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.state import air_at
from skycrane.flight.tables import Tables
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import Gusts

Arrays = dict[str, np.ndarray]


def columns(v: Any) -> np.ndarray:
    """A vector, quaternion or tuple of arrays as one array, components last."""
    return np.stack([np.asarray(x, float) for x in v], axis=-1)


def path_channels(models: Any, tables: Tables, position: Vec3, velocity: Vec3, gusts: Gusts) -> Arrays:
    """Channels (SI, rad) of a position [m] and a planet-relative velocity [m/s], both mcmf, and of the air with these gusts."""
    air, wind, height = air_at(models, tables, position, gusts)
    frame = landing_frame(models, tables)
    v = shape.east_north_up(position).undo(velocity)
    latitude, longitude = shape.latitude_longitude(position)
    speed, airspeed = norm(velocity), norm(velocity - wind)
    zero = np.zeros_like(speed)
    return {
        "position_mcmf": columns(position),
        "velocity_mcmf": columns(velocity),
        "latitude": latitude,
        "longitude": longitude,
        "radius": norm(position),
        "height_above_ellipsoid": models.planet.height_above_ellipsoid(position),
        "height_above_areoid": height,
        "height_above_terrain": height_above_terrain(models, tables, frame, position),
        "position_site": columns(frame.position(position)),
        "velocity_site": columns(frame.vector(velocity)),
        "speed_planet_relative": speed,
        "flight_path_angle": fn.asin(v.z / np.maximum(speed, 1e-9)),
        "azimuth": fn.atan2(v.x, v.y),
        "airspeed": airspeed,
        "mach": airspeed / air.speed_of_sound,
        "dynamic_pressure": 0.5 * air.density * airspeed * airspeed,
        "density": air.density,
        "temperature": air.temperature,
        "pressure": air.pressure,
        "speed_of_sound": air.speed_of_sound,
        "wind_site": columns(frame.vector(wind)),
        "density_perturbation": gusts.density + zero,
    }
