"""The entry of Mars 2020 with three degrees of freedom, guided as the real one, against the reconstructed flight.

Only what happens at hypersonic speed is asked for: a point mass keeps its coefficients, the vehicle's lift over drag grew to 0.3 below
Mach 3; the deadband that the design rule gives it has room for a fourth reversal. Figures and tolerances ship with the preset
(`mission/presets/mars2020_flown.toml`).
"""

from pathlib import Path

import pytest

from skycrane.flight import fly
from skycrane.mission import load_mission
from skycrane.report.compare import ComparedFigure, compare_with_flight

HYPERSONIC = (
    "peak_deceleration", "peak_deceleration_time", "peak_dynamic_pressure", "bank_reversal_1_time",
    "bank_reversal_2_time", "bank_reversal_3_time",
)  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> dict[str, ComparedFigure]:
    mission = load_mission(Path(__file__).resolve().parents[1] / "missions/mars2020_point_mass.toml")
    return {row.key: row for row in compare_with_flight(fly(mission)).rows}


@pytest.mark.parametrize("key", HYPERSONIC)
def test_a_guided_point_mass_enters_as_perseverance_did(rows: dict[str, ComparedFigure], key: str) -> None:
    row = rows[key]
    assert row.passed, f"{row.label}: {row.predicted} against {row.flown}"


def test_rows_that_a_point_mass_cannot_have_are_missing_not_zero(rows: dict[str, ComparedFigure]) -> None:
    for key in ("parachute_peak_load", "touchdown_time", "propellant_rcs"):
        assert rows[key].predicted is None
