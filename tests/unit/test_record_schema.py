"""The dictionary of channels holds together, and a dataset made from SI says what it is."""

import numpy as np
import pytest
from unit.synthetic_record import EPOCH, synthetic_record

from skycrane.record.channels_dataset import dataset_from_si
from skycrane.record.sampling import scalars_at, value_at
from skycrane.record.schema import CHANNELS, DIMENSIONS, channel


def test_every_channel_is_named_once_and_lives_in_known_dimensions() -> None:
    names = [each.name for each in CHANNELS]
    known = {each.name for each in DIMENSIONS}
    assert len(names) == len(set(names))
    assert all(each.dims[0] == "time" and set(each.dims) <= known for each in CHANNELS)
    assert all(each.long_name and each.unit for each in CHANNELS)


def test_no_channel_is_called_altitude_and_every_vector_names_its_frame() -> None:
    assert not [each.name for each in CHANNELS if "altitude" in each.name]
    vectors = [each for each in CHANNELS if "axis" in each.dims or "quaternion" in each.dims]
    assert not [each.name for each in vectors if not each.frame]
    frames = ("_mcmf", "_site", "_body", "_error")
    assert not [each.name for each in vectors if not any(frame in each.name for frame in frames)]


def test_an_unknown_channel_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(KeyError, match="mach"):
        channel("machh")
    with pytest.raises(KeyError, match="did you mean 'mach'"):
        dataset_from_si({"machh": np.zeros(3)}, np.arange(3.0))


def test_a_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="position_site"):
        dataset_from_si({"position_site": np.zeros(3)}, np.arange(3.0))
    with pytest.raises(ValueError, match="2 labels"):
        dataset_from_si({"engine_thrust": np.zeros((3, 8))}, np.arange(3.0), {"engine": ["a", "b"]})


def test_radian_and_si_become_the_units_of_the_schema() -> None:
    arrays = {
        "flight_path_angle": np.radians([-16.0, -5.0]),
        "longitude": np.radians([-10.0, 77.4]),
        "bank_angle": np.radians([190.0, -170.0]),
        "deceleration": np.array([9.80665, 98.0665]),
        "mass": np.array([3369.0, 3219.0]),
    }
    made = dataset_from_si(arrays, [0.0, 1.0])
    np.testing.assert_allclose(made["flight_path_angle"], [-16.0, -5.0])
    np.testing.assert_allclose(made["longitude"], [350.0, 77.4])
    np.testing.assert_allclose(made["bank_angle"], [-170.0, -170.0])
    np.testing.assert_allclose(made["deceleration"], [1.0, 10.0])
    np.testing.assert_array_equal(made["mass"], arrays["mass"])


def test_attributes_follow_cf_and_absent_channels_are_absent() -> None:
    made = dataset_from_si({"phase": np.array([0, 1]), "mode": [1, 0]}, [0.0, 1.0], flags={"mode": ("idle", "bank")})
    assert made.attrs["Conventions"] == "CF-1.11"
    assert made["phase"].attrs["flag_meanings"].split()[1] == "entry"
    assert made["mode"].attrs["flag_meanings"] == "idle bank"
    assert made["mode"].dtype == np.int8
    assert set(made.data_vars) == {"phase", "mode"}


def test_sizes_of_machine_dimensions_come_from_the_data() -> None:
    made = dataset_from_si({"engine_thrust": np.zeros((2, 3))}, [0.0, 1.0], {"engine": ["left", "right", "aft"]})
    assert list(made["engine"].values) == ["left", "right", "aft"]


def test_time_refers_to_the_epoch() -> None:
    made = dataset_from_si({"mach": np.ones(2)}, [0.0, 1.0], epoch_utc=EPOCH)
    assert made["time"].attrs["units"] == "seconds since 2021-02-18 20:36:50.080"


def test_values_between_samples_are_linear_angles_go_the_short_way_and_words_stay() -> None:
    arrays = {"mach": [1.0, 3.0], "bank_angle": np.radians([170.0, -170.0]), "phase": [1, 2]}
    made = dataset_from_si(arrays, [0.0, 1.0])
    assert value_at(made, "mach", 0.25) == pytest.approx(1.5)
    assert abs(value_at(made, "bank_angle", 0.5)) == pytest.approx(180.0)
    assert value_at(made, "phase", 0.9) == 1.0
    assert np.isnan(value_at(made, "mach", 1.5))


def test_the_state_of_an_event_holds_every_scalar_channel() -> None:
    channels = synthetic_record().channels
    scalars = {str(name) for name, each in channels.data_vars.items() if each.dims == ("time",)}
    assert set(scalars_at(channels, 100.0)) == scalars
