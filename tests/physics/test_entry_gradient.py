"""Derivatives through the entry: they are those of the flight itself, and what has none is refused."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skycrane.cli import main
from skycrane.core.errors import InputError
from skycrane.flight import event_derivative
from skycrane.flight.event_derivative import event_gradient
from skycrane.mission import load_mission
from skycrane.record import FlightRecord

QUICK = Path(__file__).parents[1] / "missions" / "quick.toml"
WRT = ("entry.flight_path_angle_deg", "atmosphere.density_scale")


@pytest.mark.parametrize(
    "figure",
    ["speed_planet_relative_m_s", "dynamic_pressure_Pa", "t_s", "longitude_deg", "range_to_target_m", "heat_load_J_m2"],
)
def test_a_ballistic_entry_agrees_with_finite_differences(figure: str) -> None:
    found = event_gradient(load_mission(QUICK), f"height_reached.{figure}", WRT)
    for each in found.derivatives:
        assert each.sides == "both"
        assert each.value == pytest.approx(each.difference, rel=5e-6)


def test_the_height_of_a_height_does_not_move() -> None:
    """At the event whose condition is the height itself the event-time correction cancels the change at fixed time exactly."""
    found = event_gradient(load_mission(QUICK), "height_reached.height_above_terrain_m", WRT)
    assert found.value == pytest.approx(20000.0, abs=1e-6)
    for each in found.derivatives:
        assert abs(each.value) < 1e-6 * 20000.0 / 15.0


def test_denser_air_slows_as_allen_and_eggers_say() -> None:
    """Ballistic entry, V = V0 exp(-rho H / (2 beta sin|gamma|)): d ln V / d ln rho = ln(V / V0) (Allen and Eggers 1958), to a tenth."""
    found = event_gradient(
        load_mission(QUICK), "height_reached.speed_planet_relative_m_s", ["atmosphere.density_scale"]
    )
    slope = found.derivatives[0].value / found.value
    assert slope == pytest.approx(math.log(found.value / 5500.0), rel=0.35)


def test_a_guided_entry_agrees_on_the_branch_that_was_flown(nominal: FlightRecord) -> None:
    """Thruster pulses switch within 1e-8 of the nominal: so small a change leaves three digits to the finite difference."""
    found = event_gradient(load_mission("mars2020"), "parachute_deploy.height_above_areoid_m", WRT)
    assert found.time == pytest.approx(nominal.event("parachute_deploy").t_s, abs=0.1)
    for each in found.derivatives:
        assert max(each.holds) > 0.0
        if each.sides == "both":
            assert each.value == pytest.approx(each.difference, rel=1e-2)


@pytest.mark.parametrize(
    ("of", "wrt", "words"),
    [
        ("touchdown.mach", WRT[0], "must begin with an event of the entry: parachute_deploy or height_reached"),
        ("height_reached.beauty", WRT[0], "must name a figure"),
        ("height_reached.mach", "entry.beauty", "is not a key of this mission"),
        ("parachute_deploy.mach", WRT[0], "does not happen in a mission without a parachute phase"),
        ("height_reached.mach", "vehicle.parachute.drag_mach", "goes into a table made before the flight"),
        ("height_reached.mach", f"{WRT[0]},{WRT[0]}", "must be 1 to 8, each once"),
    ],
)
def test_what_has_no_derivative_is_refused_in_one_sentence(
    of: str, wrt: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gradient", str(QUICK), "--of", of, "--wrt", wrt]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_an_event_that_never_happens_has_no_derivative() -> None:
    mission = load_mission("teaching")
    with pytest.raises(InputError, match="does not happen unless"):
        event_gradient(mission, "height_reached.mach", WRT)


def with_a_switch(monkeypatch: pytest.MonkeyPatch, lanes: slice) -> None:
    """Some of the flights beside the nominal one decide differently in cycle 100: those with less (odd) or more (even) of the parameter."""
    decided = event_derivative._switches
    told: list[int] = []

    def otherwise(rows: Any) -> np.ndarray:
        code = decided(rows).copy()
        if not told:  # the first segment
            code[100, lanes] += 1.0
        told.append(1)
        return code

    monkeypatch.setattr(event_derivative, "_switches", otherwise)


@pytest.mark.parametrize(("lanes", "holds"), [(slice(1, None, 2), "above"), (slice(2, None, 2), "below")])
def test_a_switch_on_one_side_makes_the_derivative_one_sided(
    lanes: slice, holds: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number stays that of the branch flown; it is labelled, and no difference quotient across the switch is offered for it."""
    of, wrt = "height_reached.speed_planet_relative_m_s", "atmosphere.density_scale"
    both = event_gradient(load_mission(QUICK), of, [wrt]).derivatives[0]
    with_a_switch(monkeypatch, lanes)
    assert main(["gradient", str(QUICK), "--of", of, "--wrt", wrt, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["derivatives"][0]
    assert found["sides"] == holds
    assert found["value"] == both.value
    assert found["difference"] is None
    assert [reach > 0.0 for reach in found["holds"]] == [holds == "below", holds == "above"]
    with_a_switch(monkeypatch, lanes)
    assert main(["gradient", str(QUICK), "--of", of, "--wrt", wrt]) == 0
    said = capsys.readouterr().out
    assert f"one-sided: a switch is crossed on the other side; holds {holds}, up to" in said
    assert "finite differences" not in said


def test_a_switch_on_both_sides_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with_a_switch(monkeypatch, slice(1, None))
    assert main(["gradient", str(QUICK), "--of", "height_reached.mach", "--wrt", WRT[1]]) == 2
    flying, refusal = capsys.readouterr().err.splitlines()
    assert flying.startswith("Flying the entry")
    assert (
        "height_reached.mach crosses a switch for the smallest change of atmosphere.density_scale to either side"
        in refusal
    )
