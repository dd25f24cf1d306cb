"""The compiled program of a fast ensemble of point masses: from seeds to the ends of their entries.

Called by flight/point_mass_ensemble.py, which says what it cannot fly; the flight itself is in flight/point_mass.py.
"""

from typing import Any

import jax

from skycrane.core.vector import norm
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.models import replace_number
from skycrane.flight.phases.point_mass_entry import surroundings_of
from skycrane.flight.point_mass import fly_point_mass, state_from_angles
from skycrane.flight.point_mass_entries import PointMassEntries
from skycrane.flight.randomness import case_key, departure
from skycrane.mission.parameters import DispersionParameters
from skycrane.planet import shape


def batch_program(drawn: tuple[tuple[tuple[str, ...], str, str], ...], step: float, longest: float) -> Any:
    """A function (models, tables, sizes, seeds of shape (chunks, lanes)) -> ends of shape (chunks, lanes).

    `drawn` names what is dispersed: path of fields, key, distribution; `sizes` has sigma, half-width (SI) and limit of each.
    """

    def one(models: Any, tables: Any, sizes: Any, seed: Any) -> PointMassEntries:
        key = case_key(seed, 0)
        for size, (path, name, distribution) in zip(sizes, drawn, strict=True):
            d = DispersionParameters(
                key=name, distribution=distribution, sigma=size[0], half_width=size[1], limit=size[2]
            )
            models = replace_number(models, path, lambda x, d=d: x + departure(d, key))
        e, frame = models.entry, landing_frame(models, tables)
        start = state_from_angles(e.latitude, e.longitude, e.radius, e.speed, e.flight_path_angle, e.azimuth)
        end = fly_point_mass(
            surroundings_of(models, tables), models.vehicle, start, tables.stop_height, step=step, longest=longest,
            height=lambda position: height_above_terrain(models, tables, frame, position),
        )  # fmt: skip
        position, velocity = end.state
        latitude, longitude = shape.latitude_longitude(position)
        speed = norm(velocity)
        climb: Any = jax.numpy.arcsin(shape.east_north_up(position).undo(velocity).z / speed)
        return PointMassEntries(
            end.reached,
            end.time,
            latitude,
            longitude,
            speed,
            climb,
            end.peak_deceleration,
            end.peak_time,
            end.peak_height,
        )

    def run(models: Any, tables: Any, sizes: Any, seeds: Any) -> PointMassEntries:
        return jax.lax.map(jax.vmap(lambda seed: one(models, tables, sizes, seed)), seeds)

    return run
