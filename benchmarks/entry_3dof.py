"""Verification case B of the point-mass entry, dispersed: many entries side by side at a relative accuracy of 1e-4. Prints one JSON object.

Rotating sphere, exponential air, lift over drag 0.24, bank -60 degrees, from 125 km to 10 km. Accuracy against the same entries with a
sixteenth of the step.
"""

import json
import time
from typing import Any

import numpy as np

CASES, STEP, FINE = 8192, 1.0, 0.0625


def main() -> None:
    """Fly, check, print."""
    from skycrane.flight import engine

    engine.configure()
    import jax

    from skycrane.core.vector import norm
    from skycrane.flight.point_mass import Surroundings, fly_point_mass, state_from_angles
    from skycrane.mission.parameters.atmosphere import ExponentialParameters
    from skycrane.mission.parameters.planet import GasParameters, PlanetParameters
    from skycrane.mission.parameters.point_mass import PointMassParameters
    from skycrane.planet.atmosphere.air import Day
    from skycrane.planet.atmosphere.tables import atmosphere_table
    from skycrane.planet.planet import Planet
    from skycrane.vehicle.point_mass import PointMass

    radius = 3396200.0
    gas = GasParameters(gas_constant=191.2, heat_capacity_ratio=1.335, convective_heating_constant=1.9e-4)
    planet = PlanetParameters(
        name="sphere", gm=4.282837e13, reference_radius=radius, rotation_rate=7.088253e-5, equatorial_radius=radius,
        polar_radius=radius, standard_gravity=3.71, gas=gas,
    )  # fmt: skip
    air = ExponentialParameters(base_density=0.0158, scale_height=9354.5)
    around = Surroundings(Planet.of(planet), atmosphere_table(air, planet), Day.of(air))
    vehicle = PointMass.of(
        PointMassParameters(
            mass=3369.0,
            reference_area=15.904313,
            drag_coefficient=1.68,
            lift_to_drag=0.24,
            bank_angles=(np.radians(-60.0),),
        )
    )

    def entry(gamma: Any, speed: Any, step: float) -> Any:
        latitude, longitude, azimuth = np.radians([18.0, 70.0, 90.0])
        start = state_from_angles(latitude, longitude, radius + 125e3, speed, gamma, azimuth)
        flight = fly_point_mass(around, vehicle, start, stop_height=10e3, step=step, longest=400.0)
        return norm(flight.state.velocity), flight.time

    random = np.random.default_rng(1)
    gamma = np.radians(-15.5 + 0.1 * random.normal(size=CASES))
    speed = 5330.0 + 5.0 * random.normal(size=CASES)
    many = jax.jit(jax.vmap(lambda g, v: entry(g, v, STEP)))
    width = engine.WIDTH
    jax.block_until_ready(many(gamma[:width], speed[:width]))
    wall, cpu, found = time.perf_counter(), time.process_time(), []
    for n in range(0, CASES, width):
        found.append(np.asarray(many(gamma[n : n + width], speed[n : n + width])[0]))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    exact = np.asarray(jax.jit(jax.vmap(lambda g, v: entry(g, v, FINE)))(gamma[:width], speed[:width])[0])
    error = float(np.max(np.abs(found[0] / exact - 1.0)))
    print(json.dumps({"cases": CASES, "wall_s": wall, "cpu_s": cpu, "error": error}))


if __name__ == "__main__":
    main()
