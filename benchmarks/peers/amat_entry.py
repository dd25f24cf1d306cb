"""AMAT on verification case B: lifting entry, 400 s at 0.1 s. Runs in an environment that has AMAT; prints one JSON object."""

import json
import math
import time
from importlib import metadata

import numpy as np
from AMAT.planet import Planet
from AMAT.vehicle import Vehicle

RUNS = 5


def main() -> None:
    """Fly and print the median."""
    heights = np.linspace(0.0, 200e3, 2001)
    density = 0.0158 * np.exp(-heights / 9354.5)
    np.savetxt("air.dat", np.stack([heights, np.full_like(heights, 210.0), density * 191.2 * 210.0, density], axis=1))
    planet = Planet("MARS")
    planet.loadAtmosphereModel("air.dat", 0, 1, 2, 3)
    mass, area, drag = 3369.0, 15.904313, 1.68
    clocks = []
    for _ in range(RUNS):
        vehicle = Vehicle("case B", mass, mass / (drag * area), 0.24, area, 0.0, 1.0, planet)
        vehicle.setInitialState(125.0, 70.0, 18.0, 5.33, 0.0, -15.5, 0.0, 0.0)
        vehicle.setSolverParams(1e-6)
        wall, cpu = time.perf_counter(), time.process_time()
        vehicle.propogateEntry(400.0, 0.1, 60.0)
        clocks.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = sorted(clocks)[RUNS // 2]
    assert math.isfinite(float(vehicle.v_kmsc[-1]))
    print(
        json.dumps({"version": metadata.version("amat"), "what": "3-DoF entry, case B", "cpu_s": cpu, "wall_s": wall})
    )


if __name__ == "__main__":
    main()
