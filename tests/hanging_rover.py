"""A made-up record of the last seconds of a landing: the rover goes straight down under a still descent stage. Closed forms, no flight."""

import numpy as np

from skycrane.core.attitude import from_matrix
from skycrane.core.vector import Vec3
from skycrane.mission import Mission, load_mission
from skycrane.planet import shape
from skycrane.record import Event, FlightRecord, describe_provenance, utc_after
from skycrane.record.channels_dataset import dataset_from_si

START, SEPARATION, DEPLOYED, TOUCHDOWN, CUT, END = 395.0, 402.0, 408.0, 418.0, 420.0, 430.0
EVENTS = (
    ("rover_separation", SEPARATION), ("bridle_deployed", DEPLOYED), ("touchdown", TOUCHDOWN),
    ("touchdown_declared", CUT), ("bridle_cut", CUT), ("powered_descent_start", START),
)  # fmt: skip
LENGTH = 7.0
SPEED = 0.75


def hanging_rover(heading: float = 0.0, cameras: bool = True) -> tuple[FlightRecord, Mission]:
    """The record, and the mission it belongs to; the machines look along `heading` [rad, clockwise from north]."""
    mission = load_mission("mars2020")
    if not cameras:
        mission = mission.with_changes({"cameras": []})
    p = mission.parameters
    time = np.arange(START, END + 0.01, 0.05)
    origin = shape.position_from_spherical(p.site.latitude, p.site.longitude, p.site.areoid_radius + p.site.elevation)
    site = shape.east_north_up_geodetic(origin, p.planet.equatorial_radius, p.planet.polar_radius)
    forward = Vec3(np.sin(heading), np.cos(heading), 0.0)
    down = Vec3(0.0, 0.0, -1.0)
    left = Vec3(-np.cos(heading), np.sin(heading), 0.0)
    # body axes: x down, y left, z forward
    columns = [site.apply(each) for each in (down, left, forward)]
    q = np.array(from_matrix(type(site)(*columns)), float)
    lander = 1.0 + SPEED * np.maximum(TOUCHDOWN - time, 0.0)  # centre of mass 1 m over the wheels
    apart = np.interp(time, [SEPARATION, DEPLOYED], [0.0, LENGTH])
    mass_up = -p.vehicle.lander.place[0] - 0.05
    stage = lander + apart + 1.95 - 1.05
    centre = np.array(p.vehicle.descent_stage.place) * [1.0, 0.0, 0.0]
    upright = np.tile(q, (len(time), 1))
    still = np.zeros((len(time), 3))
    over = lambda height: np.stack([0 * time, 0 * time, height], 1)  # noqa: E731
    released = np.where((time >= SEPARATION) & (time < CUT), 0.0, np.nan)[:, None]
    arrays = {
        "position_site": over(stage + mass_up - 1.0),
        "velocity_site": np.gradient(over(stage), time, axis=0),
        "attitude_mcmf_from_body": upright,
        "angular_rate_body": still,
        "centre_of_mass_body": np.tile(centre, (len(time), 1)),
        "engine_throttle": np.full((len(time), 8), 0.4),
        "bridle_length_paid_out": apart,
        "rover_position_site": over(lander) + released,
        "rover_velocity_site": np.gradient(over(lander), time, axis=0) + released,
        "rover_attitude_mcmf_from_body": upright + released,
        "rover_angular_rate_body": still + released,
    }
    channels = dataset_from_si(arrays, time, epoch_utc=p.entry.utc, mission_name=mission.name)
    because = {"condition": "made up", "values": {}, "thresholds": {}}
    events = [
        Event(key, key.replace("_", " "), t, utc_after(p.entry.utc, t), "ACTIVITY_HI", because, {})
        for key, t in sorted(EVENTS, key=lambda each: each[1])
    ]  # fmt: skip
    toml = mission.to_toml()
    provenance = describe_provenance(mission_name=mission.name, mission_toml=toml, seed=None, sources=())
    return FlightRecord(channels, events, {"success": True, "outcome": "landed"}, toml, provenance), mission


class LevelGround:
    """A terrain without height, grey, without a stone."""

    def height(self, east: np.ndarray, north: np.ndarray, finest: float) -> np.ndarray:
        return np.zeros(np.broadcast(east, north).shape)

    def colour(self, east: np.ndarray, north: np.ndarray, finest: float) -> np.ndarray:
        return np.full((*np.broadcast(east, north).shape, 3), 0.2)

    def rocks(self, east: float, north: float, radius: float, smallest: float) -> np.ndarray:
        return np.zeros(
            0, [(name, "f8") for name in ("east", "north", "diameter", "height_above_ground", "yaw", "seed")]
        )
