"""A made-up landing for tests of what is heard: all is constant between its events, so levels can be reckoned by hand."""

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from skycrane.mission import load_mission
from skycrane.record import Event, FlightRecord, describe_provenance, utc_after
from skycrane.record.channels_dataset import dataset_from_si

#: when things happen [s]
OPENS, ENGINES, SEPARATED, LOWERED, LANDED, CUT, CRASHED, ENDS = 8.0, 14.0, 20.0, 24.0, 30.0, 32.0, 36.0, 37.0
THRUST, AIRSPEED, DENSITY, TEMPERATURE, WIND = 1500.0, 80.0, 0.0155, 240.0, 4.0
LOAD, PAID_OUT, CRASH_AWAY, CRASH_SPEED = 2000.0, 7.0, 500.0, 40.0
LISTENS_ON = 9.0
PRESSURE = DENSITY * 191.2 * TEMPERATURE
EVENTS = (
    ("entry_interface", 0.0), ("heatshield_separation", OPENS), ("backshell_separation", ENGINES), ("rover_separation", SEPARATED),
    ("touchdown", LANDED), ("bridle_cut", CUT), ("descent_stage_impact", CRASHED),
)  # fmt: skip


def heard_record(
    changes: dict[str, object] | None = None, mission: str = "mars2020", seed: int | None = None
) -> FlightRecord:
    """The record; `changes` of its mission beside one that shortens the tape."""
    flown = load_mission(mission)
    if flown.parameters.sound is not None:
        flown = flown.with_changes({"sound.microphones.0.off_delay_s": LISTENS_ON, **(changes or {})})
    t = np.arange(0.0, ENDS + 0.01, 0.05)
    burns = (t >= ENGINES) & (t < CUT)
    hangs = (t >= SEPARATED) & (t < CUT)
    rests = t >= LANDED
    down = _down(flown.parameters.site, flown.parameters.planet)
    n = len(t)
    stage = np.tile([100.0, 200.0, 50.0], (n, 1))
    stage[t >= CUT + 0.5] += [CRASH_AWAY, 0.0, 0.0]
    # before separation position is the centre of mass of all, afterwards that of the stage: both stand still at the same place
    lander = np.asarray(flown.parameters.vehicle.lander.place)
    ropes = np.interp(t, [SEPARATED, LOWERED], [0.0, PAID_OUT])[:, None]
    below = stage[0] + site_from_body() @ (lander - centre()) + np.array([0.0, 0.0, -1.0]) * ropes
    speed = np.where(rests, 0.0, AIRSPEED)
    arrays = {
        "position_site": stage,
        "position_mcmf": np.tile(_place(flown.parameters.site), (n, 1)),
        "convective_heat_flux": np.zeros(n),
        "attitude_mcmf_from_body": np.tile(down, (n, 1)),
        "centre_of_mass_body": np.tile(centre(), (n, 1)),
        "rover_position_site": np.where(hangs[:, None], below, np.nan),
        "rover_attitude_mcmf_from_body": np.where(hangs[:, None], down, np.nan),
        "speed_planet_relative": np.where(t >= CUT, CRASH_SPEED, AIRSPEED),
        "airspeed": speed,
        "mach": speed / 247.0,
        "dynamic_pressure": 0.5 * DENSITY * speed**2,
        "density": np.full(n, DENSITY),
        "temperature": np.full(n, TEMPERATURE),
        "pressure": np.full(n, PRESSURE),
        "wind_site": np.tile([WIND, 0.0, 0.0], (n, 1)),
        "mass": np.full(n, 800.0),
        "engine_thrust": np.where(burns[:, None], THRUST, np.nan) * np.ones(8),
        "wheel_load": np.where((hangs & rests)[:, None], LOAD / 6.0, 0.0) * np.ones(6),
    }
    state = {"mass": 800.0, "speed_planet_relative": CRASH_SPEED}
    epoch = flown.parameters.entry.utc
    return FlightRecord(
        channels=dataset_from_si(arrays, time=t, mission_name=flown.name, epoch_utc=epoch),
        events=[Event(key, key.replace("_", " "), at, utc_after(epoch, at), state=state) for key, at in EVENTS],
        outcome={"outcome": "landed", "success": True, "touchdown": {"t_s": LANDED}},
        mission=flown.to_toml(),
        provenance=describe_provenance(mission_name=flown.name, mission_toml=flown.to_toml(), seed=seed, sources=()),
    )


def heard_run(
    folder: Path, changes: dict[str, object] | None = None, mission: str = "mars2020", seed: int | None = None
) -> Path:
    """The same as a run folder."""
    return heard_record(changes, mission, seed).save(folder)


def _place(site: object) -> np.ndarray:
    """The site, planet fixed."""
    c, radius = np.cos(site.latitude), site.areoid_radius + site.elevation  # type: ignore[attr-defined]
    return radius * np.array([c * np.cos(site.longitude), c * np.sin(site.longitude), np.sin(site.latitude)])  # type: ignore[attr-defined]


def centre() -> np.ndarray:
    return np.array([-1.2, 0.0, 0.05])


def site_from_body() -> np.ndarray:
    """Body axes of a machine that stands upright and looks north: x down, y left (west), z forward (north), as columns east, north, up."""
    return np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])


def _down(site: object, planet: object) -> np.ndarray:
    """The quaternion, scalar first, of that machine in planet-fixed axes."""
    a, b = planet.equatorial_radius, planet.polar_radius  # type: ignore[attr-defined]
    latitude = np.arctan((a / b) ** 2 * np.tan(site.latitude))  # type: ignore[attr-defined]
    up, east, north = Rotation.from_euler("ZY", [site.longitude, -latitude]).apply(np.eye(3))  # type: ignore[attr-defined]
    x, y, z, w = Rotation.from_matrix(np.stack([east, north, up], axis=1) @ site_from_body()).as_quat()
    return np.array([w, x, y, z])
