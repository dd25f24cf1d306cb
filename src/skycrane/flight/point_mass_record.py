"""The channels of a point mass: its path, the air, the bank of its lift and what it feels. What it has not is left out.

No attitude, so no angles of attack, rates, forces in body axes or tilt; no sensors, so nothing navigated; no propellant.
"""

from typing import Any

import numpy as np

from skycrane.core.vector import norm
from skycrane.flight.landing_frame import entry_target
from skycrane.flight.path_channels import Arrays, path_channels
from skycrane.flight.phases.point_mass_entry import estimate_of
from skycrane.flight.state import air_at
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance.apollo_entry import ApolloEntryGuidance, BallisticEntry, range_and_crossrange
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import Gusts


def point_mass_channels(models: Any, tables: Tables, phase: int, r: Any) -> Arrays:
    """Channel arrays (SI, rad) of some rows of one case; `phase` is the number of the phase in the record."""
    position, velocity = r["state"]
    gusts = Gusts(*r["gusts"])
    around = air_at(models, tables, position, gusts)
    makers = path_channels(models, tables, position, velocity, gusts, around)
    result = {name: make() for name, make in makers.items()}
    still = np.zeros_like(result["radius"])
    air, wind, _ = around
    up = shape.east_north_up(position).cz
    felt = models.vehicle.aerodynamic_acceleration(air.density, velocity - wind, up, r["bank"])
    to_go, crossrange = range_and_crossrange(estimate_of(r["state"], felt), entry_target(models))
    result |= {
        "phase": still + phase,
        "range_to_target": to_go,
        "crossrange_to_target": crossrange,
        "deceleration": norm(felt),
        "mass": still + models.vehicle.mass,
    }
    if models.vehicle.lift_to_drag > 0.0:
        result |= {"bank_angle": r["bank"], "bank_angle_commanded": r["bank_commanded"]}
    if not isinstance(models.entry_guidance, BallisticEntry):
        result["crossrange_deadband"] = r["deadband"] + still
    if isinstance(models.entry_guidance, ApolloEntryGuidance):
        result |= {
            "mode": r["mode"] + still,
            "guidance_range_predicted": r["range_predicted"],
            "guidance_drag_reference": r["drag_reference"],
        }
    return result
