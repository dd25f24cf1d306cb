"""Which machines a picture shows, and where: the models of a moment, placed."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.dust import Jet
from skycrane.cameras.models.aeroshell import backshell, heat_shield, parachute_support, rim_height
from skycrane.cameras.models.bridles import bridles, cut, umbilical
from skycrane.cameras.models.descent_stage import descent_stage
from skycrane.cameras.models.material import Part, by_material
from skycrane.cameras.models.parachute import parachute
from skycrane.cameras.models.rover import rover
from skycrane.cameras.moment import Landing, Moment, points

Array = NDArray[np.float64]

UMBILICAL_TOP, UMBILICAL_BOTTOM = (0.0, 0.25, 1.5), (-0.3, 0.3, 1.2)  # [m] model axes; assumed
_SPRUNG_BACK = 0.4  # assumed: share of its length to which the umbilical's spring draws it when it is cut


@dataclass(frozen=True)
class Machine:
    """A model in its place: parts in axes (3, 3) at an origin (3,) [m] of the site frame; `body` names the body it moves with."""

    name: str
    parts: tuple[Part, ...]
    axes: Array
    origin: Array
    body: str


def machines(landing: Landing, moment: Moment, replaced: dict[str, tuple[Part, ...]] | None = None) -> list[Machine]:
    """Every machine that is there at a moment. `replaced`: a user's own models by name, in model axes."""
    vehicle = landing.parameters.vehicle
    own = replaced or {}
    found = []
    for name, pose in moment.poses.items():
        parts = by_material(own[name]) if own.get(name) else _built(name, vehicle, moment, landing)
        if parts:
            found.append(Machine(name, parts, pose.axes, pose.origin, name))
    found += _canopy(landing, moment)
    found += _cords(landing, moment)
    return found


def jets(landing: Landing, moment: Moment) -> list[Jet]:
    """The engines as they burn; none once the descent stage is gone."""
    pose = moment.poses.get("descent_stage")
    engines = getattr(landing.parameters.vehicle, "engines", None)
    if pose is None or engines is None or moment.time > landing.end:
        return []
    places, pushes = points(engines, "place"), points(engines, "push")
    return [
        Jet(
            pose.point(place),
            pose.direction(-push / np.linalg.norm(push)),
            float(throttle),
            float(throttle) * engines.maximum_thrust,
        )
        for place, push, throttle in zip(places, pushes, moment.throttle, strict=False)
    ]


def _built(name: str, vehicle: Any, moment: Moment, landing: Landing) -> tuple[Part, ...]:
    """The parts of a machine, one a material."""
    shell = vehicle.aeroshell
    cone = float(getattr(shell, "cone_angle", None) or np.radians(70.0))
    rim = rim_height(shell.base_diameter, shell.nose_radius, cone)
    if name == "rover":
        return _kept(rover, _tuples(points(vehicle.feet, "place")), 0.0, moment.wheels, moment.suspension)
    if name == "descent_stage":
        engines = vehicle.engines
        return _kept(descent_stage, _tuples(points(engines, "place")), _tuples(points(engines, "push")))
    if name == "heat_shield":
        return _kept(heat_shield, shell.base_diameter, shell.nose_radius, cone)
    if name == "backshell":
        deployed = landing.passed("line_stretch", moment.time)
        return _kept(backshell, shell.base_diameter, rim) + (_kept(parachute_support, rim + 2.1) if deployed else ())
    return ()


@functools.lru_cache(maxsize=16)
def _kept(build: Callable[..., tuple[Part, ...]], *sizes: Any) -> tuple[Part, ...]:
    """A model built once for all pictures that show it."""
    return by_material(build(*sizes))


def _tuples(places: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(each) for each in row) for row in places)


def _canopy(landing: Landing, moment: Moment) -> list[Machine]:
    """The parachute: at its recorded place, or above a dropped backshell against its motion."""
    chute = landing.parameters.vehicle.parachute
    pose = moment.poses.get("backshell")
    if chute is None or pose is None or not landing.passed("line_stretch", moment.time):
        return []
    confluence = pose.point(np.array([0.0, 0.0, -chute.attachment[0] + 1.0]))
    centre = moment.canopy
    if centre is None:
        speed = pose.velocity / max(float(np.linalg.norm(pose.velocity)), 1e-6)
        centre = confluence - speed * chute.trailing_distance
    parts = parachute(chute.nominal_diameter, moment.inflation, np.zeros(3), centre - confluence)
    return [Machine("parachute", by_material(parts), np.eye(3), confluence, "backshell")]


def _cords(landing: Landing, moment: Moment) -> list[Machine]:
    """Bridles and umbilical between stage and rover; cut ones trail from the stage."""
    lines = landing.parameters.vehicle.bridles
    stage = moment.poses.get("descent_stage")
    if lines is None or stage is None or not landing.passed("rover_separation", moment.time):
        return []
    tops = stage.point(points(lines, "top"))
    if moment.hanging:
        load = moment.poses["rover"]
        bottoms = load.point(points(lines, "bottom"))
        cords = bridles(tops - stage.origin, bottoms - stage.origin, moment.bridle_length)
        cords += umbilical(
            stage.point(np.array(UMBILICAL_TOP)) - stage.origin, load.point(np.array(UMBILICAL_BOTTOM)) - stage.origin
        )
    else:
        released, planet, site = landing.events["bridle_cut"], landing.parameters.planet, landing.parameters.site
        gravity = planet.gm / site.areoid_radius**2

        def below(ago: float) -> Array:
            return -landing.vehicle(max(moment.time - ago, released)).axes[:, 2]

        since = moment.time - released
        cords = cut(tops - stage.origin, moment.bridle_length, gravity, since, below)
        loose = stage.point(np.array(UMBILICAL_TOP)) - stage.origin
        cords += umbilical(loose, loose + _SPRUNG_BACK * moment.bridle_length * below(0.0))
    return [Machine("bridles", by_material(cords), np.eye(3), stage.origin, "descent_stage")]
