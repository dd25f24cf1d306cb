"""Sunlight and the dusty sky of Mars: how bright the Sun, the sky in every direction, and the haze in front of what is far.

Dust of optical depth tau at the ground, thinning with height as exp(-z/H), above a level plain. The sky is light scattered once, with a
Henyey-Greenstein phase function of two lobes, and what is scattered again is taken as even in all directions: a source function J of
every later order, from the mean intensity of the first (plane-parallel atmosphere: Chandrasekhar, Radiative Transfer, 1960). Dust
takes blue away and sends light forwards: single-scattering albedo and phase function after Tomasko et al., JGR 104, 8987 (1999).

Units: irradiance relative to the Sun's above the atmosphere at its distance on the day, in red, green and blue. Limits: no clouds, no
curvature, haze between camera and target is lit as at the mean height.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SCALE_HEIGHT = 11_000.0  # [m] assumed: dust mixed with the gas
ALBEDO = np.array([0.965, 0.925, 0.82])  # [tomasko1999] 671, 530, 444 nm, rounded
FORWARD, BACK, SHARE = 0.72, -0.25, 0.88  # assumed: two lobes with the published asymmetry of 0.6
_ORDERS = 12


@dataclass(frozen=True)
class Sky:
    """Sun and sky over a place; `sun` is the unit vector to the Sun (east, north, up), `ground` the mean reflectance below."""

    sun: Array
    optical_depth: float
    ground: Array

    def depth_above(self, height: float | Array) -> Array:
        """Optical depth of the dust above a height over the ground [m]."""
        return np.asarray(self.optical_depth * np.exp(-np.maximum(height, 0.0) / SCALE_HEIGHT))

    def sunlight(self, height: float) -> Array:
        """Irradiance (3,) of a surface turned to the Sun, at a height [m]; 0 when the Sun is down."""
        if self.sun[2] <= 0.0:
            return np.zeros(3)
        return np.full(3, np.exp(-float(self.depth_above(height)) / max(self.sun[2], 0.03)))

    def radiance(self, direction: Array, height: float) -> Array:
        """Sky radiance (..., 3) in upward directions (..., 3) seen from a height [m]; downward ones look as the horizon does."""
        tau = float(self.depth_above(height))
        mu = np.maximum(direction[..., 2], 0.02)
        single = ALBEDO / (4 * np.pi) * self._phase(direction)[..., None] * self._lit(mu, tau)[..., None]
        return np.asarray(single + self.glow(tau) * (1 - np.exp(-tau / mu))[..., None])

    def haze(self, direction: Array, height: Array) -> Array:
        """Radiance (..., 3) of an endless path through dust at a height [m], along directions (..., 3)."""
        tau = self.depth_above(height)
        mu0 = max(self.sun[2], 0.03)
        lit = np.exp(-tau / mu0) * (self.sun[2] > 0.0)
        single = ALBEDO / (4 * np.pi) * (self._phase(direction) * lit)[..., None]
        return np.asarray(single + self.glow(float(np.mean(tau))))

    def between(self, camera_height: float, target_height: Array, distance: Array) -> Array:
        """Optical depth of the dust between a camera and what it sees at a distance [m]; heights over the ground [m]."""
        top, low = np.exp(-camera_height / SCALE_HEIGHT), np.exp(-np.maximum(target_height, 0.0) / SCALE_HEIGHT)
        rise = (target_height - camera_height) / SCALE_HEIGHT
        flat = np.abs(rise) < 1e-4
        mean = np.where(flat, top, (top - low) / np.where(flat, 1.0, rise))
        return np.asarray(self.optical_depth / SCALE_HEIGHT * distance * mean)

    def panorama(self, height: float, rows: int = 128) -> Array:
        """The sky as a picture (rows, 2 rows, 3): zenith on top, azimuth from north through east; the ground's glow below the horizon."""
        polar = (np.arange(rows) + 0.5) / rows * np.pi
        azimuth = (np.arange(2 * rows) + 0.5) / rows * np.pi
        s = np.sin(polar)[:, None]
        view = np.stack(
            [s * np.sin(azimuth), s * np.cos(azimuth), np.broadcast_to(np.cos(polar)[:, None], (rows, 2 * rows))], -1
        )
        above = self.radiance(view, height)
        level = self.radiance(view * [1, 1, 0] + [0, 0, 0.02], height)
        floor = self.ground * self._global(0.0) / np.pi
        haze = np.exp(-float(self.depth_above(0.0) - self.depth_above(height)) / np.maximum(-view[..., 2], 0.05))[
            ..., None
        ]
        return np.where(view[..., 2:] > 0, above, floor * haze + level * (1 - haze) * 0.6)

    def glow(self, tau: float) -> Array:
        """Source function (3,) of light scattered more than once, below an optical depth."""
        polar = np.linspace(0.02, 1.0, 24)
        ring = np.linspace(0, 2 * np.pi, 25)[:-1]
        s = np.sqrt(1 - polar**2)
        view = np.stack(
            [s[:, None] * np.cos(ring), s[:, None] * np.sin(ring), np.broadcast_to(polar[:, None], (24, 24))], -1
        )
        first = ALBEDO / (4 * np.pi) * (self._phase(view) * self._lit(polar, tau)[:, None])[..., None]
        up = self.ground * self._direct(tau) / np.pi
        mean = 0.5 * first.mean(axis=(0, 1)) + 0.5 * up
        kept = 1 - np.exp(-1.5 * tau)
        return np.asarray(ALBEDO * mean * np.sum([(ALBEDO * kept * 0.6) ** k for k in range(_ORDERS)], axis=0))

    def _global(self, height: float) -> Array:
        tau = float(self.depth_above(height))
        return self._direct(tau) + np.pi * self.glow(tau) * (1 - np.exp(-1.66 * tau))

    def _direct(self, tau: float) -> Array:
        mu0 = max(self.sun[2], 0.0)
        return np.full(3, mu0 * np.exp(-tau / max(mu0, 0.03)))

    def _lit(self, mu: Array, tau: float) -> Array:
        """Sunlight scattered once towards a viewer under optical depth tau, per unit of phase function and albedo."""
        mu0 = max(self.sun[2], 0.03)
        gap = np.where(np.abs(mu - mu0) < 1e-3, 1e-3, mu0 - mu)
        value = mu0 / gap * (np.exp(-tau / mu0) - np.exp(-tau / (mu0 - gap)))
        return np.asarray(np.maximum(value, 0.0) * (self.sun[2] > 0.0))

    def _phase(self, direction: Array) -> Array:
        cosine = np.clip(direction @ self.sun, -1.0, 1.0)
        lobe = lambda g: (1 - g * g) / np.maximum(1 + g * g - 2 * g * cosine, 1e-6) ** 1.5  # noqa: E731
        return np.asarray(SHARE * lobe(FORWARD) + (1 - SHARE) * lobe(BACK))
