"""Far outside of what anybody would fly: every flight still ends in one of the named ways, and its record holds only numbers."""

from typing import Any

import numpy as np
import pytest
from many_flights import assert_whole, fly_variations

from skycrane.mission import Mission, load_mission

ENDINGS = {
    "landed", "skip_out", "parachute_outside_box", "parachute_overload", "parachute_never_opened", "radar_never_locked", "dropped",
    "backshell_never_left", "propellant_empty", "hard_landing", "sideways_landing", "tip_over", "descent_stage_contact", "recontact",
    "never_landed", "out_of_control", "touchdown_not_declared", "early_ground_contact",
}  # fmt: skip


def anything(mission: Mission, seed: int, count: int) -> list[dict[str, Any]]:
    """Entries from skimming to plunging, slow to fast, tumbling; masses from a third to three times; canopies from 0.4 to 2 times."""
    draw = np.random.default_rng(seed)
    canopy = mission.value("vehicle.parachute.nominal_diameter_m")
    variations = []
    for _ in range(count):
        heavy = np.exp(draw.uniform(np.log(0.3), np.log(3.0)))
        change = {
            "entry.flight_path_angle_deg": draw.uniform(-25.0, -8.0),
            "entry.speed_m_s": draw.uniform(3000.0, 7500.0),
            "entry.angle_of_attack_deg": draw.uniform(-80.0, 80.0),
            "entry.spin_rate_deg_s": draw.uniform(-60.0, 60.0),
            "entry.azimuth_deg": draw.uniform(-180.0, 180.0),
            "entry.duration_limit_s": 400.0,
            "vehicle.parachute.nominal_diameter_m": canopy * np.exp(draw.uniform(-0.9, 0.7)),
            "atmosphere.density_scale": np.exp(draw.uniform(-0.7, 0.7)),
            "atmosphere.wind_east_offset_m_s": draw.uniform(-80.0, 80.0),
            "site.slope_east": draw.uniform(-0.3, 0.3),
        }
        for part in ("lander", "heat_shield", "backshell", "descent_stage", "propellant"):
            if getattr(mission.parameters.vehicle, part) is not None:
                mass = mission.value(f"vehicle.{part}.mass_kg")
                change[f"vehicle.{part}.mass_kg"] = mass * heavy * np.exp(draw.uniform(-0.2, 0.2))
        variations.append({key: float(value) for key, value in change.items()})
    return variations


@pytest.mark.parametrize("name", ["teaching", pytest.param("mars2020", marks=pytest.mark.heavy)])
def test_every_flight_ends_in_a_named_way(name: str) -> None:
    mission = load_mission(name)
    for flown in fly_variations(mission, anything(mission, seed=20260, count=64)):
        assert_whole(flown)
        assert flown.outcome["outcome"] in ENDINGS


def test_a_vehicle_that_spins_up_is_lost_by_name() -> None:
    """Sixty times the pitch stiffness and anti-damping: it swings faster than the step of the integration can follow."""
    change = {
        "entry.angle_of_attack_deg": 40.0,
        "vehicle.aeroshell.moment_scale": 60.0,
        "vehicle.aeroshell.damping_offset": 2.0,
    }
    (flown,) = fly_variations(load_mission("teaching"), [change])
    assert_whole(flown)
    assert flown.outcome["outcome"] == "out_of_control", flown.outcome["sentence"]
