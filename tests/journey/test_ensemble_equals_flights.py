"""A case of an ensemble is the flight that `fly` makes of it: every event, figure and ending is the record's, bit for bit."""

import math
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
import pytest

from skycrane.ensemble.batch import Batch, fly_batch
from skycrane.ensemble.columns import STATE, sample_columns
from skycrane.ensemble.order import Ground, order_of
from skycrane.flight import fly_many
from skycrane.flight.row_memory import RowMemory
from skycrane.mission import Mission, load_mission
from skycrane.record import FlightRecord
from skycrane.record.quantity_path import quantity_of

SEED = 9
#: with losses in it: an untrained eye would not find their numbers
WILD: dict[str, Any] = {
    "dispersions.atmosphere.density_scale.sigma": 0.3,
    "dispersions.entry.flight_path_angle_deg.sigma": 1.5,
    "dispersions.vehicle.parachute.drag_scale.sigma": 0.4,
    "dispersions.vehicle.propellant.mass_kg.sigma": 60.0,
    "dispersions.radar.failed_beam.chances": [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
}


@pytest.fixture(scope="module", params=["mars2020", "wild", "teaching"])
def flown(request: pytest.FixtureRequest) -> tuple[Mission, Batch, list[FlightRecord]]:
    mission = load_mission("teaching" if request.param == "teaching" else "mars2020")
    mission = mission.with_changes(WILD) if request.param == "wild" else mission
    first, count = 57, 8
    batch = fly_batch(Ground(order_of(mission, SEED)), first, count, keep=[60])
    records = fly_many(mission, [SEED] * count, cases=list(range(first, first + count)))
    return mission, batch, records


def same(a: float, b: float | None) -> bool:
    return (b is None or math.isnan(b)) if math.isnan(a) else a == b


def test_events_and_their_states_are_the_records(flown: tuple[Mission, Batch, list[FlightRecord]]) -> None:
    _, batch, records = flown
    for n, record in enumerate(records):
        events = {event.key: event for event in record.events}
        columns = {name.split(".")[1] for name in batch.numbers if name.startswith("event.")}
        assert set(events) <= columns
        for key in columns:
            t = batch.numbers[f"event.{key}.t_s"][n]
            assert same(t, events[key].t_s if key in events else None), (n, key)
            for name in STATE:
                if f"event.{key}.{name}" in batch.numbers:
                    stored = events[key].state.get(name) if key in events else None
                    assert same(batch.numbers[f"event.{key}.{name}"][n], stored), (n, key, name)


def test_endings_are_the_records(flown: tuple[Mission, Batch, list[FlightRecord]]) -> None:
    _, batch, records = flown
    for n, record in enumerate(records):
        assert batch.words["outcome"][n] == record.outcome["outcome"]
        assert batch.words["sentence"][n] == record.outcome["sentence"]
        assert batch.words["losses"][n].split() == [each["name"] for each in record.outcome["losses"]]
        assert batch.numbers["success"][n] == record.outcome["success"]
        found = {
            name.removeprefix("outcome."): x[n] for name, x in batch.numbers.items() if name.startswith("outcome.")
        }
        stored = dict(numbers(record.outcome))
        assert set(stored) <= set(found)
        for name, value in found.items():
            assert same(value, stored.get(name)), (n, name)


def numbers(content: Mapping[str, Any], path: str = "") -> list[tuple[str, float]]:
    found = []
    for key, value in content.items():
        if isinstance(value, Mapping):
            found += numbers(value, f"{path}{key}.")
        elif isinstance(value, (int, float)) and path + key != "success":
            found.append((path + key, float(value)))
    return found


def test_figures_are_the_records(flown: tuple[Mission, Batch, list[FlightRecord]]) -> None:
    mission, batch, records = flown
    asked = [(f"figure.{each.key}", each.figure) for each in mission.parameters.requirements]
    asked += [(f"flown.{each.key}", each.quantity) for each in mission.flown or ()]
    assert asked
    for n, record in enumerate(records):
        for name, expression in asked:
            assert same(batch.numbers[name][n], quantity_of(record, expression)), (n, name)


def test_samples_are_rows_of_the_record(flown: tuple[Mission, Batch, list[FlightRecord]]) -> None:
    _, batch, records = flown
    for n, record in enumerate(records):
        times = record.channels["time"].values
        for column, (label, name, component) in zip(batch.samples[:, n], sample_columns(), strict=True):
            last = int(times[-1] + 1e-6)
            assert np.isnan(column[last + 1 :]).all()
            if name not in record.channels:
                assert np.isnan(column).all() or not column[: last + 1].any(), label
                continue
            for second in (0, last // 2, last):
                row = int(np.argmin(np.abs(times - second)))
                value = record.channels[name].values[row]
                expected = np.float32(value if component is None else value[component])
                assert same(float(column[second]), float(expected)), (n, label, second)


def test_a_kept_record_is_the_flight(flown: tuple[Mission, Batch, list[FlightRecord]]) -> None:
    _, batch, records = flown
    kept, alone = batch.kept[60], records[3]
    for name in alone.channels.variables:
        assert np.array_equal(
            kept.channels[name].values, alone.channels[name].values, equal_nan=alone.channels[name].dtype.kind == "f"
        )
    assert kept.outcome == alone.outcome
    assert [e.to_dict() for e in kept.events].__repr__() == [e.to_dict() for e in alone.events].__repr__()


def test_what_lies_in_memory_before_a_flight_is_never_read(
    flown: tuple[Mission, Batch, list[FlightRecord]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that were not flown keep what the memory held: here numbers that would spoil whatever touched them."""
    mission, batch, _ = flown
    full = lambda self, shapes: [jax.device_put(np.full(x.shape, np.nan, x.dtype)) for x in shapes]  # noqa: E731
    monkeypatch.setattr(RowMemory, "take", full)
    spoilt = fly_batch(Ground(order_of(mission, SEED)), batch.first, batch.count)
    assert np.array_equal(spoilt.fingerprint, batch.fingerprint)
    assert np.array_equal(spoilt.samples, batch.samples, equal_nan=True)
    for name, x in spoilt.numbers.items():
        assert np.array_equal(x, batch.numbers[name], equal_nan=True), name
    assert spoilt.words == batch.words


def test_a_case_is_the_same_bytes_in_any_batch(flown: tuple[Mission, Batch, list[FlightRecord]]) -> None:
    mission, batch, _ = flown
    other = fly_batch(Ground(order_of(mission, SEED)), 60, 3)
    assert np.array_equal(other.fingerprint, batch.fingerprint[3:6])
    assert np.array_equal(other.samples, batch.samples[:, 3:6], equal_nan=True)
    for name, x in other.numbers.items():
        assert np.array_equal(x, batch.numbers[name][3:6], equal_nan=True), name
    assert {name: x[3:6] for name, x in batch.words.items()} == other.words
    assert len(set(batch.fingerprint.tolist())) == batch.count
