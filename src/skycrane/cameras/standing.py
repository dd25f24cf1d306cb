"""How a rover stands on the ground that a picture shows: wheels on it, rockers and bogies turned, the body where they carry it.

A multibody touchdown has followed its wheels: pose and angles are the record's. A reduced one knows the plane under the six wheels: the
pose that it leaves is within some centimetres of a stand, and what is missing is found here. Height, pitch and roll of the body, one
angle of both rockers and one of each bogie are as many unknowns as wheels, so that each wheel stands on its own piece of ground.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.rover import WHEEL_RADIUS, WHEEL_WIDTH
from skycrane.cameras.models.suspension import Suspension, about_left, rows_of_wheels, suspension_of
from skycrane.cameras.moment import Landing, Moment, Pose, points

Array = NDArray[np.float64]

SINK = 0.01  # [m] assumed: wheels at rest are so deep in the soil; `skycrane site` finds 2 to 3.5 cm, pictures draw the ground coarser
_SPACING, _HALF = 0.05, 3.0  # [m] of the ground that is looked at
_BORNE = 0.5  # share of the weight on the wheels from which they stand as at rest
_ROOM = np.array([0.6, 0.3, 0.3])  # [m], [rad], [rad] that the body may move
_UPRIGHT = 0.5  # cosine of the tilt beyond which it lies on its side
_BACK = 1e-4  # weight of staying as recorded: decides only where wheels leave it open


@dataclass(frozen=True)
class Stand:
    """What has to be changed in a recorded rover at rest: height [m], pitch and roll [rad, nose and right side down], its suspension."""

    rise: float
    pitch: float
    roll: float
    suspension: Suspension

    def of(self, pose: Pose, floor: float, share: float) -> tuple[Pose, Suspension]:
        """A pose and the suspension, changed by a share of it; turned about the middle of the wheels' `floor` [m]."""
        axes = pose.axes @ about_left(share * self.pitch) @ _about_nose(share * self.roll)
        middle = np.array([0.0, 0.0, floor])
        origin = pose.point(middle) - axes @ middle + [0.0, 0.0, share * self.rise]
        angles = tuple(share * each for each in self.suspension.angles)
        return replace(pose, origin=origin, axes=axes), replace(self.suspension, angles=angles)  # type: ignore[arg-type]


class Standing:
    """The rover of a landing on the ground of a survey; leaves alone what has no six wheels or never touched."""

    def __init__(self, landing: Landing, survey: Any) -> None:
        self.landing, self.survey = landing, survey
        vehicle = landing.parameters.vehicle
        self.feet = points(vehicle.feet, "place") if getattr(vehicle, "feet", None) is not None else np.zeros((0, 3))
        self.floor = float(self.feet[:, 2].mean()) if len(self.feet) else 0.0
        self.straight = suspension_of(getattr(landing.parameters, "rover", None), self.floor)
        self.flown = "suspension_angle" in landing.record.channels
        wheels = len(self.feet) == 6 and int((self.feet[:, 1] > 0.0).sum()) == 3
        stands = wheels and {"touchdown", "rover_separation"} <= set(landing.events)
        self.stand = self._found() if stands and not self.flown and self._upright() else None

    def of(self, moment: Moment) -> Moment:
        """The moment with its rover as it stands."""
        if self.flown:
            angles = np.radians(self.landing.last("suspension_angle", moment.time))
            known = tuple(float(each) for each in angles) if np.all(np.isfinite(angles)) else self.straight.angles
            return replace(moment, suspension=replace(self.straight, angles=known))  # type: ignore[arg-type]
        share = self.share(moment.time)
        if self.stand is None or share == 0.0:
            return replace(moment, suspension=self.straight)
        pose, suspension = self.stand.of(moment.poses["rover"], self.floor, share)
        return replace(moment, poses=moment.poses | {"rover": pose}, suspension=suspension)

    def share(self, time: float) -> float:
        """How far the rover stands on its wheels at a time: 0 in the air, 1 with half of its weight on them."""
        if not self.landing.passed("touchdown", time):
            return 0.0
        load = self.landing.last("wheel_load", time)
        planet, site = self.landing.parameters.planet, self.landing.parameters.site
        weight = self.landing.parameters.vehicle.lander.mass * planet.gm / site.areoid_radius**2
        return float(np.clip(np.sum(load) / (_BORNE * weight), 0.0, 1.0)) if np.all(np.isfinite(load)) else 1.0

    @property
    def rise(self) -> float:
        """How far the rover at rest stands above its recorded place [m]."""
        return self.stand.rise if self.stand is not None else 0.0

    def _upright(self) -> bool:
        """Whether the record leaves the rover on its wheels."""
        return bool(self.landing.moment(self.landing.end).poses["rover"].axes[2, 2] > _UPRIGHT)

    def _found(self) -> Stand:
        """The stand of the rover as the record leaves it: clearance of every wheel by least squares."""
        from scipy.optimize import least_squares

        pose = self.landing.moment(self.landing.end).poses["rover"]
        ground = _Near(self.survey, pose.origin)
        rover = getattr(self.landing.parameters, "rover", None)
        travel = float(rover.travel) if rover is not None else np.radians(30.0)
        scale = np.concatenate([_ROOM, np.full(3, travel)])

        low = -float(np.mean(self._clearance(pose, self.straight, ground)))

        def stand(x: Array) -> Stand:
            rise, pitch, roll, rock, left, right = (float(each) for each in x * scale)
            return Stand(low + rise, pitch, roll, replace(self.straight, angles=(rock, -rock, left, right)))

        def misfit(x: Array) -> Array:
            there, suspension = stand(x).of(pose, self.floor, 1.0)
            return np.concatenate([self._clearance(there, suspension, ground) + SINK, _BACK * x])

        return stand(least_squares(misfit, np.zeros(6), bounds=(-1.0, 1.0), diff_step=1e-4, x_scale=0.1).x)

    def _clearance(self, pose: Pose, suspension: Suspension, ground: "_Near") -> Array:
        """How far the tread of each wheel (6,) is above the ground where it is nearest to it [m]."""
        found = []
        for number, side, on_bogie in rows_of_wheels(self.feet):
            turn, shift = suspension.carry(side, on_bogie)
            tread = (self.feet[number] + _TREAD) @ turn.T + shift
            places = pose.point(tread)
            found.append(float(np.min(places[:, 2] - ground.up(places))))
        return np.array(found)


class _Near:
    """The ground around a place (3,) of the site frame, sampled once."""

    def __init__(self, survey: Any, place: Array) -> None:
        steps = np.arange(-_HALF, _HALF + 0.5 * _SPACING, _SPACING)
        self.west, self.south = place[0] - _HALF, place[1] - _HALF
        east, north = (place[0] + steps)[None, :], (place[1] + steps)[:, None]
        heights = np.nan_to_num(np.asarray(survey.terrain.height(east, north, _SPACING), float))
        self.heights = np.asarray(survey.up(east, north, heights), float)

    def up(self, places: Array) -> Array:
        """Site-frame up of the ground (n,) under places (n, 3) [m]."""
        from scipy.ndimage import map_coordinates

        rows, columns = (places[:, 1] - self.south) / _SPACING, (places[:, 0] - self.west) / _SPACING
        return np.asarray(map_coordinates(self.heights, [rows, columns], order=1, mode="nearest"))


def _about_nose(angle: float) -> Array:
    """Turn about x (forward) [rad]: the right side goes down."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def _tread() -> Array:
    """Places on the lower part of a wheel, from where it touches level ground."""
    angle, across = np.radians(np.arange(-60.0, 61.0, 10.0)), np.linspace(-0.5, 0.5, 5) * WHEEL_WIDTH
    a, y = (each.ravel() for each in np.meshgrid(angle, across))
    return np.stack([WHEEL_RADIUS * np.sin(a), y, WHEEL_RADIUS * (1.0 - np.cos(a))], 1)


_TREAD = _tread()
