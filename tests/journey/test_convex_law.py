"""The fuel-optimal law by name: it lands, it saves propellant, and a failed solve is an event after which the polynomial law flies."""

from skycrane.flight import fly
from skycrane.mission import load_mission
from skycrane.record import FlightRecord


def test_the_convex_law_lands_with_less_propellant_than_the_polynomial(nominal: FlightRecord) -> None:
    record = fly(load_mission("mars2020").with_changes({"powered_descent.model": "convex"}))
    assert record.outcome["success"], record.outcome["sentence"]
    assert record.event("convex_approach") is not None
    assert record.outcome["propellant"]["powered_descent_kg"] < nominal.outcome["propellant"]["powered_descent_kg"]
    assert record.outcome["touchdown"]["distance_to_selected_target_m"] < 60.0


def test_a_failed_solve_is_an_event_and_the_polynomial_law_flies() -> None:
    upright = {"powered_descent.model": "convex", "powered_descent.tilt_limit_deg": 2.0}
    record = fly(load_mission("mars2020").with_changes(upright))
    failed = record.event("convex_approach_failed")
    assert failed is not None
    assert record.event("convex_approach") is None
    assert record.event("powered_approach_start") is not None
