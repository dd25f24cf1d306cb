"""The channels of a path: what is known of any vehicle from its place and its velocity alone, and of the air around it.

Works on NumPy arrays of one case, shape (rows,) a leaf, with the same planet and air code that flew.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from skycrane.core import elementary as fn
from skycrane.core.vector import Vec3, norm
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.tables import Tables
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import Air, Gusts

Arrays = dict[str, np.ndarray]
Makers = dict[str, Callable[[], np.ndarray]]


def columns(v: Any) -> np.ndarray:
    """A vector, quaternion or tuple of arrays as one array, components last."""
    return np.stack([np.asarray(x, float) for x in v], axis=-1)


def path_channels(
    models: Any, tables: Tables, position: Vec3, velocity: Vec3, gusts: Gusts, around: tuple[Air, Vec3, Any]
) -> Makers:
    """Channels (SI, rad) of a position [m] and a planet-relative velocity [m/s], both mcmf, in air with these gusts.

    `around` is what `air_at` gives there. Each channel is a function that computes it, for those who want a few of them.
    """
    air, wind, height = around
    frame = landing_frame(models, tables)
    v = cache(lambda: shape.east_north_up(position).undo(velocity))
    place = cache(lambda: shape.latitude_longitude(position))
    speed, airspeed = norm(velocity), norm(velocity - wind)
    return {
        "position_mcmf": lambda: columns(position),
        "velocity_mcmf": lambda: columns(velocity),
        "latitude": lambda: place()[0],
        "longitude": lambda: place()[1],
        "radius": lambda: norm(position),
        "height_above_ellipsoid": lambda: models.planet.height_above_ellipsoid(position),
        "height_above_areoid": lambda: height,
        "height_above_terrain": lambda: height_above_terrain(models, tables, frame, position),
        "position_site": lambda: columns(frame.position(position)),
        "velocity_site": lambda: columns(frame.vector(velocity)),
        "speed_planet_relative": lambda: speed,
        "flight_path_angle": lambda: fn.asin(v().z / np.maximum(speed, 1e-9)),
        "azimuth": lambda: fn.atan2(v().x, v().y),
        "airspeed": lambda: airspeed,
        "mach": lambda: airspeed / air.speed_of_sound,
        "dynamic_pressure": lambda: 0.5 * air.density * airspeed * airspeed,
        "density": lambda: air.density,
        "temperature": lambda: air.temperature,
        "pressure": lambda: air.pressure,
        "speed_of_sound": lambda: air.speed_of_sound,
        "wind_site": lambda: columns(frame.vector(wind)),
        "density_perturbation": lambda: gusts.density + np.zeros_like(speed),
    }
