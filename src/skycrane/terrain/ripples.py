"""Wind-blown bedforms: ripples with narrow crests and wide troughs, running across the wind, forking, in patches."""

from dataclasses import dataclass

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.lattice import noise

_MEAN_CREST = 0.4 * 0.5 + 0.6 * 13.0 / 35.0  # of `crest` over a wavelength


@dataclass(frozen=True)
class RippleField:
    """Ripples of one wavelength.

    Megaripples of Mars stand 1 to 35 m apart, 5 m on average (Silvestro et al., JGR Planets 125, e2020JE006446, 2020); height is 1/10 to
    1/20 of that, and below half a metre for what the wind heaps up of coarse grains (Zimbelman, Geomorphology 121, 22, 2010). The phase
    runs along the wind and is bent by noise one to fifteen wavelengths wide, so that crests wander and end. Sand is heaped up from the
    troughs: the mean height of the ground stays, so that a coarser level, which does not show them, agrees with a finer one.
    """

    seed: int
    wavelength: float  # [m]
    steepness: float  # height over wavelength
    along: tuple[float, float]  # unit vector of the wind: east, north
    bend: float = 0.65  # [wavelengths] how far crests wander

    def relief(self, east: np.ndarray, north: np.ndarray, amount: Real) -> np.ndarray:
        """Height [m] over the mean; `amount` (0 to 1) says how sandy the ground is."""
        cover = self.cover(east, north, amount)
        if not cover.any():
            return cover
        return self.steepness * self.wavelength * cover * (self.crest(east, north) - _MEAN_CREST)

    def cover(self, east: np.ndarray, north: np.ndarray, amount: Real) -> np.ndarray:
        """0 where there are none, 1 where they stand at their full height.

        Patches some ten wavelengths wide, with ragged edges: on 5 % of the ground without sand, on half of it where `amount` is 1
        (assumed).
        """
        patch = 0.42 * noise(east, north, 9.0 * self.wavelength, self.seed + 2)
        patch = patch + 0.25 * noise(east, north, 2.2 * self.wavelength, self.seed + 3)
        return np.clip(2.0 * (patch + 0.75 * amount - 0.6), 0.0, 1.0)

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
