"""One moment of a landing, as the record tells it: where every body is and how it is turned. What the cameras photograph.

The record holds the attitude of the vehicle and of the rover, and positions of loose bodies. What it does not hold is derived and said
here: a falling heat shield and backshell are turned into their own motion (blunt bodies fly so), the parachute of a dropped
backshell hangs above it against its motion, the rover stands still after the last sample.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.suspension import Suspension
from skycrane.core.attitude import Quaternion, matrix
from skycrane.planet import shape
from skycrane.record import FlightRecord

Array = NDArray[np.float64]

#: columns: model forward, left, up written in the record's body axes
BODY_FROM_MODEL = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


@dataclass(frozen=True)
class Pose:
    """Where a body is: origin of its axes [m], site_from_model, velocity [m/s], angular rate [rad/s]; all in the site frame."""

    origin: Array
    axes: Array
    velocity: Array
    rate: Array

    def point(self, model: Array) -> Array:
        """A point (..., 3) of the model in the site frame."""
        return np.asarray(model, float) @ self.axes.T + self.origin

    def direction(self, model: Array) -> Array:
        """A direction (..., 3) of the model in the site frame."""
        return np.asarray(model, float) @ self.axes.T


@dataclass(frozen=True)
class Moment:
    """Everything a picture needs to know about one instant."""

    time: float
    poses: dict[str, Pose]
    throttle: Array
    inflation: float
    canopy: Array | None
    bridle_length: float
    hanging: bool
    wheels: float
    suspension: Suspension
    seconds_since: dict[str, float]

    def since(self, event: str) -> float | None:
        """Seconds since an event, or None while it has not happened."""
        passed = self.seconds_since.get(event)
        return passed if passed is not None and passed >= 0.0 else None


class Landing:
    """A flight record with its mission, ready to be asked for moments."""

    def __init__(self, record: FlightRecord, mission: "object") -> None:
        self.record = record
        self.parameters = mission.parameters  # type: ignore[attr-defined]
        self.times = record.channels["time"].values
        site, planet = self.parameters.site, self.parameters.planet
        origin = shape.position_from_spherical(site.latitude, site.longitude, site.areoid_radius + site.elevation)
        self.site_from_mcmf = np.array(
            shape.east_north_up_geodetic(origin, planet.equatorial_radius, planet.polar_radius), float
        )
        self.events: dict[str, float] = {}
        for event in record.events:
            self.events.setdefault(event.key, event.t_s)
        self._loose = list(record.outcome.get("loose_bodies", {}))
        self._step = 2.0 * float(np.max(np.diff(self.times))) if len(self.times) > 1 else 0.0  # [s] two samples

    @property
    def end(self) -> float:
        """Last time of the record [s]."""
        return float(self.times[-1])

    def values(self, name: str, time: float) -> Array:
        """A channel at a time, linear between samples; NaN where the record has none."""
        if name not in self.record.channels:
            return np.array(np.nan)
        rows = self.record.channels[name].values
        at = np.clip(np.searchsorted(self.times, time), 1, len(self.times) - 1)
        share = np.clip((time - self.times[at - 1]) / (self.times[at] - self.times[at - 1]), 0.0, 1.0)
        return np.asarray(rows[at - 1] * (1.0 - share) + rows[at] * share, float)

    def last(self, name: str, time: float) -> Array:
        """The channel at a time, or its last whole sample before."""
        now = self.values(name, time)
        if np.all(np.isfinite(now)) or name not in self.record.channels:
            return now
        rows = self.record.channels[name].values
        good = np.flatnonzero(np.isfinite(rows.reshape(len(rows), -1)).all(axis=1) & (self.times <= time))
        return np.asarray(rows[good[-1]], float) if len(good) else now

    def passed(self, event: str, time: float) -> bool:
        """Whether an event has happened by a time."""
        return event in self.events and time >= self.events[event]

    def moment(self, time: float) -> Moment:
        """The moment at a time [s since entry interface]."""
        poses = self._poses(time)
        canopy = self.values("parachute_position_site", time)
        released = self.passed("rover_separation", time)
        throttle = self.values("engine_throttle", min(time, self.end))
        return Moment(
            time=time,
            poses=poses,
            throttle=np.nan_to_num(np.atleast_1d(throttle)),
            inflation=float(np.nan_to_num(self.values("parachute_inflation", time), nan=1.0)),
            canopy=canopy if np.all(np.isfinite(canopy)) and canopy.shape == (3,) else None,
            bridle_length=float(np.nan_to_num(self.last("bridle_length_paid_out", time))),
            hanging=released and not self.passed("bridle_cut", time),
            wheels=self._wheels(time),
            suspension=Suspension(),
            seconds_since={key: time - at for key, at in self.events.items()},
        )

    def _poses(self, time: float) -> dict[str, Pose]:
        vehicle = self.vehicle(time)
        poses: dict[str, Pose] = {}
        if not self.passed("descent_stage_impact", time):
            poses["descent_stage"] = vehicle
        if not self.passed("backshell_separation", time):
            poses["backshell"] = vehicle
        poses["rover"] = (self._rover(time) if self.passed("rover_separation", time) else None) or vehicle
        if not self.passed("heatshield_separation", time):
            poses["heat_shield"] = vehicle
        for name, event in (("heat_shield", "heatshield_separation"), ("backshell", "backshell_separation")):
            loose = self._falling(name, time)
            if loose is None and self.passed(event, time) and time < self.events[event] + self._step:
                loose = vehicle  # its own samples begin with the next one
            if loose is not None:
                poses[name] = loose
        return poses

    def vehicle(self, time: float) -> Pose:
        """The vehicle, from the rover's release on the descent stage, at a time."""
        axes = self._axes("attitude_mcmf_from_body", time)
        centre = self.values("centre_of_mass_body", time) @ BODY_FROM_MODEL
        return self._pose("position_site", "velocity_site", "angular_rate_body", axes, centre, time)

    def _rover(self, time: float) -> Pose | None:
        """The rover on its own; None in the moment of its release, before its samples begin."""
        if not np.all(np.isfinite(self.last("rover_position_site", time))):
            return None
        axes = self._axes("rover_attitude_mcmf_from_body", time)
        centre = np.array(self.parameters.vehicle.lander.place) @ BODY_FROM_MODEL
        pose = self._pose("rover_position_site", "rover_velocity_site", "rover_angular_rate_body", axes, centre, time)
        still = not np.all(np.isfinite(self.values("rover_position_site", time))) or time > self.end
        return Pose(pose.origin, pose.axes, np.zeros(3), np.zeros(3)) if still else pose

    def _axes(self, channel: str, time: float) -> Array:
        """site_from_model from an attitude channel."""
        q = self.last(channel, time)
        q = q / np.linalg.norm(q)
        mcmf_from_body = np.array(matrix(Quaternion(*q)), float).T
        axes: Array = self.site_from_mcmf @ mcmf_from_body @ BODY_FROM_MODEL
        return axes

    def _pose(self, place: str, speed: str, rate: str, axes: Array, centre: Array, time: float) -> Pose:
        origin = self.last(place, time) - axes @ centre
        turning = np.radians(self.last(rate, time)) @ BODY_FROM_MODEL
        return Pose(origin, axes, self.last(speed, time), axes @ turning)

    def _falling(self, name: str, time: float) -> Pose | None:
        """A loose body between release and impact: blunt side into its motion."""
        if name not in self._loose or "loose_body_position_site" not in self.record.channels:
            return None
        body = self._loose.index(name)
        here = self.values("loose_body_position_site", time)[body]
        later = self.values("loose_body_position_site", time + 0.1)[body]
        if not (np.all(np.isfinite(here)) and np.all(np.isfinite(later))) or time > self.end:
            return None
        velocity = (later - here) / 0.1
        up = -velocity / max(float(np.linalg.norm(velocity)), 1e-6)
        forward = np.array([0.0, 1.0, 0.0]) - up[1] * up
        forward /= np.linalg.norm(forward)
        axes = np.stack([forward, np.cross(up, forward), up], 1)
        place = np.array(getattr(self.parameters.vehicle, name).place) @ BODY_FROM_MODEL
        return Pose(here - axes @ place, axes, velocity, np.zeros(3))

    def _wheels(self, time: float) -> float:
        """How far the wheels are down: as recorded by a multibody touchdown, else assumed to unfold evenly while the bridles pay out."""
        recorded = self.last("wheels_unfolded", time)
        if recorded.shape == () and np.isfinite(recorded):
            return float(recorded)
        if "rover_separation" not in self.events:
            return 0.0
        start = self.events["rover_separation"]
        end = self.events.get("bridle_deployed", start + 5.0)
        return float(np.clip((time - start - 0.2 * (end - start)) / max(0.8 * (end - start), 1e-6), 0.0, 1.0))


def points(section: Any, name: str) -> Array:
    """Points (n, 3) in model axes from a section's x, y and z tables in body axes."""
    return np.stack([getattr(section, f"{name}_{axis}") for axis in "xyz"], 1).astype(float) @ BODY_FROM_MODEL
