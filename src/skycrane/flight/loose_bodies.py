"""What was let go on the way: ballast, heat shield, backshell with its canopy, each flown to the ground, and how near they came.

Each is a point mass with its drag area, flown after the landing from the state at which it left. Their distance to the vehicle is the
recontact margin; it counts once a body comes back towards the vehicle.
"""

from typing import Any, NamedTuple

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.point_mass import PointState, Surroundings, fly_to_height
from skycrane.flight.tables import Tables
from skycrane.vehicle.point_mass import PointMass

SAMPLES, EVERY = 1250, 0.2  # s; between two samples a body is 0.1 m off the straight line at 20 m/s^2
BODIES = ("ballast_1", "ballast_2", "ballast_3", "heat_shield", "backshell")
LEAVES_AT = (
    "ballast_jettison_1",
    "ballast_jettison_2",
    "ballast_jettison_3",
    "heatshield_separation",
    "backshell_separation",
)
_GRAIN = 0.3  # m, distances are known to better than this between the samples of a path


class Release(NamedTuple):
    """Position, velocity (mcmf) and attitude of the vehicle when a body leaves; one entry a body."""

    position: Vec3
    velocity: Vec3
    attitude: attitude.Quaternion


class LoosePath(NamedTuple):
    """Where a body was every EVERY seconds after it left [m, mcmf], and when [s after that; infinite if never] and where it came down."""

    position: Vec3
    impact_time: Scalar
    impact: Vec3


def fall(models: Any, tables: Tables, releases: tuple[Release, ...]) -> LoosePath:
    """Path of each body, bodies first, then lanes, from its release to the ground; every argument but the tables has a lane first."""
    return jax.vmap(lambda m, r: _fall(m, tables, r), out_axes=1, axis_name="lane")(models, releases)


def by_lane(paths: LoosePath) -> LoosePath:
    """What the program gives, lanes first, then bodies, on NumPy."""
    return jax.tree.map(lambda x: np.moveaxis(np.asarray(x), 1, 0), paths)  # type: ignore[no-any-return]


def _fall(models: Any, tables: Tables, releases: tuple[Release, ...]) -> LoosePath:
    around = Surroundings(models.planet, tables.atmosphere, models.atmosphere, tables.areoid_above_ellipsoid)
    frame = landing_frame(models, tables)
    ground = lambda position: height_above_terrain(models, tables, frame, position)  # noqa: E731
    vehicle = models.vehicle
    chute = vehicle.parachute
    canopy = (
        (chute.mass, chute.area() * tables.parachute.drag[0] * chute.drag_scale) if chute is not None else (0.0, 0.0)
    )
    kinds: list[tuple[Scalar, Scalar, Vec3]] = []
    for _ in range(3):
        b = vehicle.ballast
        kinds.append(
            (0.5 * b.pair_mass, b.drag_area, Vec3(0.0, 0.0, -b.separation_speed)) if b is not None else _nothing()
        )
    kinds.append(
        (vehicle.heat_shield.mass, vehicle.heat_shield.drag_area, Vec3(vehicle.heat_shield.separation_speed, 0.0, 0.0))
    )
    kinds.append((vehicle.backshell.mass + canopy[0], vehicle.backshell.drag_area + canopy[1], Vec3(0.0, 0.0, 0.0)))
    masses = jnp.stack([jnp.asarray(m + 0.0) for m, _, _ in kinds])
    areas = jnp.stack([jnp.asarray(a + 0.0) for _, a, _ in kinds])
    starts = [
        PointState(r.position, r.velocity + attitude.matrix(r.attitude).apply(push))
        for r, (_, _, push) in zip(releases, kinds, strict=True)
    ]
    start = jax.tree.map(lambda *x: jnp.stack(x), *starts)

    def one(body: tuple[Scalar, Scalar, PointState]) -> LoosePath:
        mass, area, start = body
        point = PointMass.ballistic(jnp.maximum(mass, 1e-3), area)
        path = fly_to_height(around, point, start, ground, samples=SAMPLES, every=EVERY, step=EVERY, together=("lane",))
        return LoosePath(path.states.position, path.impact_time, path.impact.position)

    return lax.map(one, (masses, areas, start))  # type: ignore[no-any-return]


def _nothing() -> tuple[float, float, Vec3]:
    return 1.0, 1.0, Vec3(0.0, 0.0, 0.0)


def return_of(times: np.ndarray, distance: np.ndarray) -> tuple[float, float]:
    """When and how near a body came again once it had begun to come back, or at the end if it only went away [s, m].

    It comes back from the moment at which the distance has shrunk by 0.3 m from its largest so far: less is the grain of the path.
    """
    if len(distance) == 0:
        return float("inf"), float("inf")
    back = np.nonzero(distance < np.maximum.accumulate(distance) - _GRAIN)[0]
    first = int(back[0]) if len(back) else len(distance) - 1
    nearest = first + int(np.argmin(distance[first:]))
    return float(times[nearest]), float(distance[nearest])
