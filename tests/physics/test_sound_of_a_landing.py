"""A landing that can be reckoned by hand, as the microphone hears it: levels, places, times."""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from heard_run import (
    AIRSPEED,
    CRASH_AWAY,
    CRASH_SPEED,
    CRASHED,
    CUT,
    DENSITY,
    ENGINES,
    LANDED,
    LISTENS_ON,
    LOAD,
    LOWERED,
    OPENS,
    PAID_OUT,
    PRESSURE,
    SEPARATED,
    TEMPERATURE,
    THRUST,
    WIND,
    centre,
    heard_record,
    site_from_body,
)
from scipy import integrate

from skycrane.core.errors import InputError
from skycrane.mission.mission import read_mission_text
from skycrane.record import FlightRecord
from skycrane.sound import record_sound
from skycrane.sound.bangs import bangs
from skycrane.sound.carbon_dioxide import Gas
from skycrane.sound.places import Places
from skycrane.sound.sources import Landing

GAS = Gas(PRESSURE, TEMPERATURE, 191.2)
IMPEDANCE = DENSITY * float(GAS.slow_speed)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, dict[str, Any]]:
    """The samples in pascal, and the label."""
    folder = tmp_path_factory.mktemp("heard") / "sound"
    made = record_sound(landed(), out=folder)
    label = made.label["microphones"][0]
    samples, rate = soundfile.read(folder / "edl_microphone.flac")
    assert rate == 48000
    return samples * label["full_scale_Pa"], label


def rms(samples: np.ndarray, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(samples[int(start * 48000) : int(end * 48000)] ** 2)))


@functools.cache
def landed() -> FlightRecord:
    return heard_record()


@functools.cache
def parameters() -> Any:
    return read_mission_text(landed().mission).parameters


def in_band(density: np.ndarray, f: np.ndarray) -> float:
    """Root of the integral over the band, its lower end falling as a Butterworth filter of second order."""
    return float(np.sqrt(integrate.trapezoid(density * (f / 20.0) ** 4 / (1.0 + (f / 20.0) ** 4), f)))


def engines_by_hand(below: float) -> float:
    """Eight engines, each from ten jet diameters behind its nozzle, to the microphone `below` metres under its stowed place."""
    given = parameters()
    engine = given.vehicle.engines
    wide = np.sqrt(4 * THRUST / (np.pi * 1.3 * PRESSURE * 36.0))
    f = np.geomspace(5.0, 2e4, 20_000)
    f0 = 0.02 * 2200.0 / wide / np.sqrt(2.0)
    shape = f / f0**2 / (1 + (f / f0) ** 2) ** 1.5
    total = np.zeros(len(f))
    for n in range(8):
        nozzle = np.array([engine.place_x[n], engine.place_y[n], engine.place_z[n]])
        jet = nozzle - 10 * wide * np.array([engine.push_x[n], engine.push_y[n], engine.push_z[n]])
        r = np.linalg.norm(jet - np.add(given.sound.microphones[0].place, (below, 0.0, 0.0)))
        power = 0.005 * 0.5 * THRUST * 2200.0
        total += power * IMPEDANCE / (4 * np.pi * r**2) * shape * np.exp(-2 * GAS.absorption(f) * r)
    return in_band(total, f)


@pytest.mark.parametrize(("start", "end", "below"), [(ENGINES + 2, SEPARATED, 0.0), (LOWERED + 1, LANDED, PAID_OUT)])
def test_engines_are_as_loud_as_their_power_and_distance_say(
    heard: tuple[np.ndarray, dict[str, Any]], start: float, end: float, below: float
) -> None:
    """Within 0.3 dB of the sum of eight jets by hand, aboard the stage and seven metres under it."""
    flow = 0.01 * 0.5 * DENSITY * AIRSPEED**2
    expected = np.hypot(engines_by_hand(below), flow)
    assert 20 * np.log10(rms(heard[0], start, end) / expected) == pytest.approx(0.0, abs=0.3)


def test_the_rush_of_air_is_a_hundredth_of_the_dynamic_pressure(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    f = np.linspace(0.5, 2e4, 200_000)
    f0 = 8 * AIRSPEED / (2 * np.pi * 0.45)
    pressure = 0.01 * 0.5 * DENSITY * AIRSPEED**2 / (1 + 0.14 * (AIRSPEED / 247.0) ** 2)
    expected = in_band(pressure**2 / f0 / (1 + (f / f0) ** 2) ** 1.5, f)
    assert 20 * np.log10(rms(heard[0], OPENS + 0.5, ENGINES - 0.1) / expected) == pytest.approx(0.0, abs=0.2)


def test_a_shut_aeroshell_is_quiet(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    """What shakes through the structure: 27 mPa a m/s^2 of a tenth of the pressure over 15 kg/m^2, less above 200 Hz; and the own noise."""
    f = np.linspace(0.5, 2e4, 200_000)
    f0 = 8 * AIRSPEED / (2 * np.pi * 0.45)
    pressure = 0.01 * 0.5 * DENSITY * AIRSPEED**2 / (1 + 0.14 * (AIRSPEED / 247.0) ** 2)
    outside = pressure**2 / f0 / (1 + (f / f0) ** 2) ** 1.5
    wall = 1 / (1 + (np.pi * f * 15.0 / IMPEDANCE) ** 2) + (0.027 * 0.1 / 15.0) ** 2 / (1 + (f / 200.0) ** 2)
    expected = np.hypot(in_band(outside * wall, f), 1.5e-4)
    found = rms(heard[0], 0.5, OPENS - 0.5)
    assert 20 * np.log10(found / expected) == pytest.approx(0.0, abs=0.5)
    assert 20 * np.log10(found / rms(heard[0], OPENS + 0.5, ENGINES - 0.1)) < -55.0


def test_wind_is_what_is_left_on_the_ground(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    """A fifth of the wind, times rho V, of which (1 + 20 L / V)^(-2/3) lies above 20 Hz; within 1 dB, for the band has no sharp end."""
    expected = np.hypot(DENSITY * 0.2 * WIND**2 * (1 + 20.0 * 5.0 / WIND) ** (-1 / 3), 1.5e-4)
    assert 20 * np.log10(rms(heard[0], CUT + 0.2, CRASHED) / expected) == pytest.approx(0.0, abs=1.0)


def test_the_last_roar_arrives_when_sound_has_had_its_way(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    """Engines end at bridle cut 7 m above: silence comes after 3 to 50 ms more, when wind is left."""
    before, after = rms(heard[0], CUT - 0.25, CUT - 0.1), rms(heard[0], CUT + 0.2, CUT + 0.4)
    assert 20 * np.log10(before / after) > 50.0


def test_the_stage_is_heard_to_hit_the_ground_when_its_sound_has_come(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    bang = next(each for each in heard[1]["bangs"] if each["event"] == "descent_stage_impact")
    stage, stowed = np.array([CRASH_AWAY, 0.0, 0.0]), np.array(parameters().sound.microphones[0].place)
    arm = site_from_body() @ (stowed - centre()) - [0.0, 0.0, PAID_OUT]
    far = float(np.linalg.norm(stage - arm))
    assert bang["heard_s"] - CRASHED == pytest.approx(far / float(GAS.fast_speed), abs=1e-3)
    energy = 0.001 * 0.5 * 800.0 * CRASH_SPEED**2
    loudest = np.sqrt(energy * IMPEDANCE / (2 * np.pi * far**2) / 0.01)
    assert 0.0 < bang["peak_Pa"] < loudest, "the way takes away most of it"


def test_wheels_shake_the_microphone_by_their_load(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    record, given = landed(), parameters()
    microphone = given.sound.microphones[0]
    landing = Landing(record, given, given.sound, microphone, Places(record.channels, given, microphone))
    bang = next(each for each in bangs(landing, (0, 0)) if each.event == "touchdown")
    assert bang.starts == LANDED
    assert bang.peak == pytest.approx(LOAD / 1026.0 * 0.027, rel=1e-6)
    told = next(each for each in heard[1]["bangs"] if each["event"] == "touchdown")
    assert 0.3 * bang.peak < told["peak_Pa"] < bang.peak, "the lower end of the band takes part of a thud of 30 Hz"


def test_the_label_says_what_is_in_the_file(heard: tuple[np.ndarray, dict[str, Any]]) -> None:
    samples, label = heard
    assert len(samples) == round((LANDED + LISTENS_ON) * 48000)
    energy = [part["rms_Pa"] ** 2 * (part["ends_s"] - part["starts_s"]) for part in label["parts"]]
    assert sum(energy) == pytest.approx(np.sum(samples**2) / 48000, rel=5e-3)
    for part in label["parts"]:
        if part["level_dB"] > 80.0:
            assert part["rms_Pa"] == pytest.approx(rms(samples, part["starts_s"], part["ends_s"]), rel=0.02), part[
                "part"
            ]
        assert part["level_dB"] == pytest.approx(20 * np.log10(part["rms_Pa"] / 20e-6), abs=0.06)
        assert part["peak_Pa"] <= np.max(np.abs(samples)) + 1e-9
    mostly = {each["part"]: each["main_source"] for each in label["parts"]}
    assert mostly["parachute, heat shield gone"] == "flow"
    assert mostly["powered descent"] == mostly["on the bridles"] == "engines"


def test_the_microphone_hangs_with_the_rover() -> None:
    """From rover separation on as far under its stowed place as the bridles are paid out, then it stays where the rover stands."""
    record, given = landed(), parameters()
    where = Places(record.channels, given, given.sound.microphones[0]).microphone
    t = record.channels["time"].values
    at = [where[int(np.searchsorted(t, each))] for each in (SEPARATED - 1, SEPARATED, LOWERED, CUT + 3)]
    assert at[1] == pytest.approx(at[0], abs=1e-6)
    assert at[0] - at[2] == pytest.approx([0.0, 0.0, PAID_OUT], abs=1e-6)
    assert at[3] == pytest.approx(at[2], abs=1e-9)
    left = site_from_body() @ np.array([0.0, 1.0, 0.0])
    assert left == pytest.approx([-1.0, 0.0, 0.0])


def test_a_louder_world_is_clipped_and_said(tmp_path: Path) -> None:
    record = heard_record({"sound.microphones.0.full_scale_Pa": 10.0})
    label = record_sound(record, out=tmp_path / "sound").label["microphones"][0]
    assert label["clipped_samples"] > 1000
    samples, _ = soundfile.read(tmp_path / "sound/edl_microphone.flac", dtype="int32")
    assert np.max(samples >> 8) == 2**23 - 1
    assert max(each["peak_Pa"] for each in label["parts"]) == pytest.approx(10.0, rel=1e-6)


def test_a_vehicle_that_is_lost_is_heard_to_its_end(tmp_path: Path) -> None:
    """No touchdown: the tape ends with the record, and the excerpt is what came last."""
    record = landed()
    events = [each for each in record.events if each.t_s < LANDED]
    lost = dataclasses.replace(record, events=events, channels=record.channels.sel(time=slice(0.0, SEPARATED + 1.0)))
    told = record_sound(lost, out=tmp_path / "sound").label["microphones"][0]
    assert told["ends_s"] == pytest.approx(SEPARATED + 1.0)
    assert told["files"][0]["ends_s"] == pytest.approx(SEPARATED + 1.0)
    assert told["parts"][-1]["part"] == "on the bridles"


def test_a_point_mass_has_no_ears(tmp_path: Path) -> None:
    record = landed()
    point = dataclasses.replace(record, channels=record.channels.drop_vars("attitude_mcmf_from_body"))
    with pytest.raises(InputError, match="point mass"):
        record_sound(point, out=tmp_path / "sound")
    assert not (tmp_path / "sound").exists()
