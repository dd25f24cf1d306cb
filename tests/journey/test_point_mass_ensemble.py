"""Ensembles of a point mass: the same folder, cases that are the flights of `fly`, ends that agree with the fast entries."""

from pathlib import Path

import numpy as np
import pytest

import skycrane as sc
from skycrane.cli import main
from skycrane.core.errors import InputError
from skycrane.flight import fly_point_masses

CASE_B = Path(__file__).parents[1] / "missions" / "verification_b.toml"


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> sc.Ensemble:
    out = tmp_path_factory.mktemp("point_mass") / "ens"
    return sc.run_ensemble(sc.load_mission(CASE_B), 70, 3, engine="here", out=out, keep=[66])


def test_a_case_is_the_flight_of_its_seed(flown: sc.Ensemble) -> None:
    alone = sc.fly(sc.load_mission(CASE_B), seed=3, case=66)
    row = flown.summary.loc[66]
    end = alone.event("height_reached")
    assert end is not None
    assert row["event.height_reached.t_s"] == end.t_s
    assert row["event.height_reached.mach"] == end.state["mach"]
    assert row["sentence"] == alone.outcome["sentence"]
    stored = flown.trajectories["speed_planet_relative"].sel(case=66, time=60.0)
    assert float(stored) == np.float32(alone.channels["speed_planet_relative"].sel(time=60.0, method="nearest"))
    assert np.isnan(flown.trajectories["mach"].sel(case=66).values[int(end.t_s) + 2 :]).all()
    assert flown.kept == [66]
    with pytest.raises(InputError, match=r"case 5 was not kept, must be one of 66; fly it with: skycrane refly .* 5"):
        flown.record(5)
    kept = flown.record(66)
    assert kept.channels["position_mcmf"].equals(alone.channels["position_mcmf"])


def test_its_end_is_that_of_the_fast_entries(flown: sc.Ensemble) -> None:
    """Steps of 1 s instead of 0.05 s, another program: case 0 of a seed is what `fly_point_masses` flies for it."""
    fast = fly_point_masses(sc.load_mission(CASE_B), [3])
    row = flown.summary.loc[0]
    assert row["event.height_reached.t_s"] == pytest.approx(float(fast.time[0]), rel=1e-4)
    assert row["event.height_reached.speed_planet_relative"] == pytest.approx(float(fast.speed[0]), rel=1e-4)


def test_a_case_is_flown_again_the_same(flown: sc.Ensemble, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refly", str(flown.path), "5", "--no-report", "--out", str(tmp_path / "run")]) == 0
    assert "The same bytes as in the ensemble." in capsys.readouterr().out
