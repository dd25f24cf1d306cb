"""One seed is one flight: the same bytes alone, again, in another lane, and beside other seeds."""

import json
from pathlib import Path

import numpy as np

from skycrane.flight import fly, fly_many
from skycrane.mission import load_mission
from skycrane.record import FlightRecord


def same(a: FlightRecord, b: FlightRecord) -> None:
    for name in a.channels.variables:
        assert np.array_equal(
            a.channels[name].values, b.channels[name].values, equal_nan=a.channels[name].dtype.kind == "f"
        ), name
    assert [e.to_dict() for e in a.events].__repr__() == [e.to_dict() for e in b.events].__repr__()
    assert json.dumps(a.outcome) == json.dumps(b.outcome)


def test_a_seed_flies_the_same_alone_and_in_any_lane_of_a_batch(tmp_path: Path) -> None:
    mission = load_mission("mars2020")
    alone = fly(mission, seed=5)
    batch = fly_many(mission, [11, None, 5])
    same(alone, batch[2])
    again = fly(mission, seed=5)
    same(alone, again)
    for name, record in (("a", alone), ("b", again)):
        record.save(tmp_path / name)
    for file in ("mission.toml", "flight.nc", "events.json", "outcome.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_no_dispersion_equals_the_nominal_flight(nominal: FlightRecord) -> None:
    """The sampler with every sigma at zero and noise off is the nominal flight: one program, one path."""
    mission = load_mission("mars2020")
    changes = {f"dispersions.{n}.sigma": 0.0 for n in range(len(mission.parameters.dispersions))}
    quiet = {
        "atmosphere.perturbations": False,
        "inertial_unit.gyro_noise_deg_rt_h": 0.0,
        "inertial_unit.accelerometer_noise_m_s_rt_s": 0.0,
        "radar.range_noise": 0.0,
        "radar.range_noise_floor_m": 0.0,
        "radar.doppler_noise_m_s": 0.0,
        "radar.dropout": 0.0,
        "radar.outlier": 0.0,
        "lander_vision.coarse_sigma_m": 0.0,
        "lander_vision.fine_sigma_m": 0.0,
    }
    drawn = fly(mission.with_changes({**changes, **quiet}), seed=3)
    quiet_nominal = fly(mission.with_changes({**changes, **quiet}))
    for name in ("position_mcmf", "velocity_mcmf", "attitude_mcmf_from_body", "propellant_mass"):
        assert np.array_equal(drawn.channels[name].values, quiet_nominal.channels[name].values, equal_nan=True), name
