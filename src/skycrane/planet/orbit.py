"""Where a relay orbiter is: a Kepler orbit whose plane and apsides drift as the oblate planet turns them. NumPy; times in arrays.

Equations: Vallado, Fundamentals of Astrodynamics and Applications, 2.2 (Kepler's equation) and 9.6 (secular rates of J2):

    node'       = -3/2 J2 (R/p)^2 n cos i
    periapsis'  =  3/4 J2 (R/p)^2 n (5 cos^2 i - 1)
    anomaly'    =  n [1 + 3/4 J2 (R/p)^2 sqrt(1 - e^2) (3 cos^2 i - 1)]

Assumes that nothing else acts: no short-period terms of J2 (up to 10 km along the track of a low orbit), no higher harmonics, drag or
manoeuvres. Good to a few seconds of rise and set for a day, minutes after a week.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.downlink import OrbiterParameters
from skycrane.mission.parameters.planet import PlanetParameters

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Orbit:
    """Elements at entry interface [m, rad] and their rates [rad/s], in axes that stand still and are the planet-fixed ones at time 0."""

    semi_major_axis: float
    eccentricity: float
    inclination: float
    node: float
    periapsis: float
    anomaly: float
    node_rate: float
    periapsis_rate: float
    anomaly_rate: float

    @classmethod
    def of(cls, given: OrbiterParameters, planet: PlanetParameters) -> "Orbit":
        """The orbit of an orbiter of the mission file."""
        low, high = (planet.equatorial_radius + h for h in (given.periapsis_height, given.apoapsis_height))
        a, e = 0.5 * (low + high), (high - low) / (high + low)
        n = np.sqrt(planet.gm / a**3)
        flattening = 1.5 * planet.j2 * (planet.reference_radius / (a * (1.0 - e * e))) ** 2 * n
        c = np.cos(given.inclination)
        return cls(
            a, e, given.inclination, given.node, given.periapsis_argument, given.mean_anomaly,
            float(-flattening * c),
            float(0.5 * flattening * (5.0 * c * c - 1.0)),
            float(n + 0.5 * flattening * np.sqrt(1.0 - e * e) * (3.0 * c * c - 1.0)),
        )  # fmt: skip

    @property
    def period(self) -> float:
        """From periapsis to periapsis [s]."""
        return float(2.0 * np.pi / self.anomaly_rate)

    def still(self, time: Any) -> Array:
        """Positions (..., 3) [m] in the axes that stand still, at seconds since entry interface (...)."""
        t = np.asarray(time, float)
        e = self.eccentricity
        anomaly = eccentric_anomaly(self.anomaly + self.anomaly_rate * t, e)
        x = self.semi_major_axis * (np.cos(anomaly) - e)
        y = self.semi_major_axis * np.sqrt(1.0 - e * e) * np.sin(anomaly)
        node, periapsis = self.node + self.node_rate * t, self.periapsis + self.periapsis_rate * t
        cw, sw, co, so = np.cos(periapsis), np.sin(periapsis), np.cos(node), np.sin(node)
        ci, si = np.cos(self.inclination), np.sin(self.inclination)
        u, v = cw * x - sw * y, sw * x + cw * y
        return np.stack([co * u - so * ci * v, so * u + co * ci * v, si * v], -1)

    def fixed(self, time: Any, rotation_rate: float) -> Array:
        """Planet-fixed positions (..., 3) [m]."""
        return turned(self.still(time), np.asarray(time, float) * rotation_rate)


def eccentric_anomaly(mean: Any, eccentricity: Any) -> Array:
    """Kepler's equation E - e sin E = M by Newton's method, to the last digits for e up to 0.9."""
    m = np.mod(np.asarray(mean, float), 2.0 * np.pi)
    anomaly = m + eccentricity * np.sin(m) / (1.0 - 0.9 * eccentricity * np.cos(m))
    for _ in range(20):
        step = (anomaly - eccentricity * np.sin(anomaly) - m) / (1.0 - eccentricity * np.cos(anomaly))
        anomaly = anomaly - step
        if np.max(np.abs(step), initial=0.0) < 1e-9:  # the error after the step is of its square
            break
    return np.asarray(anomaly, float)


def turned(position: Array, angle: Any) -> Array:
    """Positions (..., 3) seen from axes that have turned about z by an angle (...) [rad]."""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = position[..., 0], position[..., 1], position[..., 2]
    return np.stack([c * x + s * y, c * y - s * x, z + 0.0 * c], -1)
