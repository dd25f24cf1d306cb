"""Wind-blown bedforms: ripples with narrow crests and wide troughs, running across the wind, forking, in patches."""

from dataclasses import dataclass

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.lattice import noise


@dataclass(frozen=True)
class RippleField:
    """Ripples of one wavelength.

    Height is 1/15 of the wavelength at most (transverse ridges of Mars: Zimbelman, Geomorphology 121, 22, 2010, gives 1/10 to 1/20). The
    phase runs along the wind and is bent by noise one to fifteen wavelengths wide, so that crests wander and end.
    """

    seed: int
    wavelength: float  # [m]
    steepness: float  # height over wavelength
    along: tuple[float, float]  # unit vector of the wind: east, north
    bend: float = 0.65  # [wavelengths] how far crests wander

    def relief(self, east: np.ndarray, north: np.ndarray, amount: Real) -> np.ndarray:
        """Height [m]; `amount` (0 to 1) says how much of the ground is covered."""
        crest = self.crest(east, north)
        patch = 0.5 + 0.5 * noise(east, north, 9.0 * self.wavelength, self.seed + 2)
        patch = patch + 0.45 * noise(east, north, 1.5 * self.wavelength, self.seed + 3)
        cover = np.clip(1.4 * (amount + patch - 1.0), 0.0, 1.0)
        return self.steepness * self.wavelength * cover * crest

    def crest(self, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """0 in the troughs, 1 on the crests."""
        length = self.wavelength
        bent = self.bend * (
            noise(east, north, 3.2 * length, self.seed)
            + 1.6 * noise(east, north, 15.0 * length, self.seed + 4)
            + 0.3 * noise(east, north, 1.4 * length, self.seed + 1)
        )
        phase = (east * self.along[0] + north * self.along[1]) * (1.0 / length) + bent
        t = np.abs(2.0 * (phase - np.floor(phase)) - 1.0)
        rounded = t * t * (3.0 - 2.0 * t)
        return rounded * (0.4 + 0.6 * rounded)
