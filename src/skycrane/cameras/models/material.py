"""What surfaces are made of: colour, gloss and how much light comes through.

Reflectances are linear, red-green-blue. They are assumed from how such materials look (paint, anodised aluminium, polyimide foil,
nylon); no measured spectra of the flown parts are public.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.solids import Shape, join


@dataclass(frozen=True)
class Material:
    """One surface finish."""

    name: str
    colour: tuple[float, float, float]
    roughness: float = 0.6
    metallic: float = 0.0
    transmission: float = 0.0


@dataclass(frozen=True)
class Part:
    """A shape with its finish; `colours` (n, 3) overrides the material's colour vertex by vertex."""

    shape: Shape
    material: Material
    colours: NDArray[np.float64] | None = None


def by_material(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same surfaces with one part for each material, which a renderer likes better."""
    groups: dict[Material, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.material, []).append(part)
    return tuple(_merged(material, group) for material, group in groups.items())


def _merged(material: Material, group: list[Part]) -> Part:
    shape = join([each.shape for each in group])
    if all(each.colours is None for each in group):
        return Part(shape, material)
    plain = np.asarray(material.colour)
    rows = [
        np.broadcast_to(plain, each.shape.vertices.shape) if each.colours is None else each.colours for each in group
    ]
    return Part(shape, material, np.concatenate(rows))


WHITE_PAINT = Material("white paint", (0.58, 0.57, 0.55), 0.45)
GREY_PAINT = Material("grey paint", (0.42, 0.42, 0.41), 0.5)
BLACK = Material("black anodised", (0.035, 0.035, 0.038), 0.4)
WHEEL = Material("anodised wheel", (0.10, 0.098, 0.095), 0.38, 0.6)
ALUMINIUM = Material("aluminium", (0.72, 0.72, 0.72), 0.32, 0.85)
TITANIUM = Material("titanium", (0.46, 0.43, 0.40), 0.35, 0.9)
GOLD_FOIL = Material("gold foil", (0.78, 0.52, 0.20), 0.3, 0.75)
COPPER = Material("copper foil", (0.72, 0.40, 0.22), 0.35, 0.8)
NOZZLE = Material("nozzle", (0.16, 0.14, 0.13), 0.4, 0.7)
GLASS = Material("lens glass", (0.015, 0.015, 0.02), 0.08)
CORD = Material("cord", (0.70, 0.66, 0.58), 0.8)
CABLE = Material("umbilical", (0.62, 0.58, 0.50), 0.6)
ABLATOR = Material("ablator", (0.30, 0.20, 0.13), 0.9)
CORK = Material("backshell ablator", (0.58, 0.47, 0.36), 0.85)
LINER = Material("inner liner", (0.36, 0.33, 0.27), 0.5, 0.2)
NYLON = Material("nylon", (0.80, 0.78, 0.74), 0.8, transmission=0.5)
ORANGE = (0.80, 0.13, 0.03)
COVER = Material("dusty lens cover", (0.55, 0.40, 0.28), 0.5, transmission=0.8)
