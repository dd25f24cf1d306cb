"""The small features of the ground, band by band: noise, craters and ripples between two spacings. Built-in and real terrain share them."""

from dataclasses import dataclass

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.craters import CraterPopulation
from skycrane.terrain.lattice import noise
from skycrane.terrain.ripples import RippleField

#: a grid of spacing s shows noise of cells from 3 s, craters from 4 s, ripples from 5 s
NOISE, CRATERS, RIPPLES = 3.0, 4.0, 5.0
#: what the finest detail is worth: a grid of this spacing [m] shows all of it
FINEST = 0.05


@dataclass(frozen=True)
class Character:
    """What the ground is like at places (arrays that broadcast with the coordinates, or numbers)."""

    roughness: Real  # factor on the noise; 1 is a smooth crater floor
    ripples: Real  # 0 to 1
    rock_abundance: Real  # fraction of the ground under rocks
    reflectance: Real  # 0 to 1
    redness: Real  # 0 dark sand, 1 bright dust


@dataclass(frozen=True)
class Detail:
    """Noise of rms a (cell/1 m)^H (self-affine, as measured on plains: H = 0.7), craters, and two sizes of ripples."""

    seed: int
    craters: CraterPopulation
    ripples: tuple[RippleField, ...]
    amplitude: float = (
        0.034  # a [m]: with craters and ripples it gives the height differences of the 1 m model of the landing place
    )
    hurst: float = 0.7
    mottling: float = (
        0.035  # [rms an octave] from 10 m up: assumed, with shading somewhat less than the orthoimage of Jezero has
    )
    coarsest: float = 12800.0  # [m]
    saturation: float = 200.0  # [m] larger cells grow no higher than this one: the floor is a plain
    widest_relief: float = np.inf  # [m] larger cells change the reflectance and not the height

    def cells(self) -> list[float]:
        """The noise cells [m], each half of the one before."""
        return [self.coarsest / 2**k for k in range(18)]

    def rms(self, cell: float) -> float:
        """Rms height [m] of the noise of one cell at roughness 1."""
        return self.amplitude * float(np.power(min(cell, self.saturation), self.hurst))

    def relief(
        self, east: np.ndarray, north: np.ndarray, character: Character, finest: float, beyond: float
    ) -> np.ndarray:
        """Height [m] of all features that a grid of spacing `finest` [m] shows and one of spacing `beyond` does not."""
        waves: Real = 0.0
        for number, cell in enumerate(self.cells()):
            if NOISE * finest <= cell < NOISE * beyond and cell <= self.widest_relief:
                waves = waves + self.rms(cell) * noise(east, north, cell, self.seed + 1000 + number)
        total = np.zeros(np.broadcast(east, north).shape)
        total += character.roughness * waves
        total += self.craters.relief(east, north, CRATERS * finest, CRATERS * beyond)
        for field in self.ripples:
            if RIPPLES * finest <= field.wavelength < RIPPLES * beyond:
                total += field.relief(east, north, character.ripples)
        return total

    def shade(
        self, east: np.ndarray, north: np.ndarray, character: Character, finest: float, beyond: float
    ) -> np.ndarray:
        """Factor on the reflectance by mottling that `finest` shows and `beyond` does not; dust lies on the ripples' crests."""
        total = np.ones(np.broadcast(east, north).shape)
        for number, cell in enumerate(self.cells()):
            if NOISE * finest <= cell < NOISE * beyond:
                mottled = np.clip(noise(east, north, cell, self.seed + 2000 + number), -2.5, 2.5)
                total *= 1.0 + (self.mottling if cell >= 10.0 else 0.03) * mottled
        for field in self.ripples:
            if RIPPLES * finest <= field.wavelength < RIPPLES * beyond:
                cover = field.relief(east, north, character.ripples) * (1.0 / (field.steepness * field.wavelength))
                total *= 1.0 + 0.25 * cover
        return total
