"""The proximity link: how many bits a second cross the distance between the surface and an orbiter.

Free-space loss grows with the square of the distance, so that the link can carry rate(1000 km) (1000 km / d)^2. The radio takes the
largest of its steps (slowest, twice that, four times that ...) that fits, and nothing below the slowest: adaptive data rate as
Electra radios do it. Left out: gain over elevation of the two antennas, interference, the time that a change of step takes.
Source: Taylor et al., Electra UHF relay (DESCANSO design summary); CCSDS 211.1 for the steps of powers of two.
"""

import math

from skycrane.mission.parameters.downlink import OrbiterParameters

_REFERENCE = 1e6


def rate(orbiter: OrbiterParameters, distance: float, landing: bool = False) -> float:
    """Bits a second over a distance [m]; 0 when the slowest step does not get through. In the pass of the landing: one fixed rate."""
    carries = orbiter.reference_rate * (_REFERENCE / distance) ** 2
    if landing:
        return orbiter.landing_rate if carries >= orbiter.landing_rate else 0.0
    if carries < orbiter.slowest_rate:
        return 0.0
    steps = math.floor(math.log2(min(carries, orbiter.fastest_rate) / orbiter.slowest_rate))
    return orbiter.slowest_rate * 2.0**steps
