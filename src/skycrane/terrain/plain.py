"""The ground of a mission without relief: a plain with dust and rocks, level at everything that a wheel is large enough to feel.

A flight over `level` ground meets a plane; its pictures show this plain, and nobody's hills.
"""

from typing import TYPE_CHECKING

import numpy as np

from skycrane.terrain.craters import CraterPopulation
from skycrane.terrain.detail import Character, Detail
from skycrane.terrain.levels import Grid
from skycrane.terrain.terrain import Level, Terrain

if TYPE_CHECKING:
    from skycrane.mission.parameters.site import SiteParameters

_HALF_WIDTH = 60000.0  # [m] as the built-in site
_SEED = 4100
#: assumed: smooth dusty ground with few rocks, as on the plains that landers were sent to
_CHARACTER = Character(roughness=0.5, ripples=0.0, rock_abundance=0.03, reflectance=0.18, redness=0.6)
_LARGEST_UNEVENNESS = 0.5  # [m] a wheel's width: what is wider is level


def level_terrain(site: "SiteParameters") -> Terrain:
    """A plain at the site's elevation, whatever planet and place that is; heights stay within some centimetres of it."""
    grid = Grid(-_HALF_WIDTH, -_HALF_WIDTH, 2.0 * _HALF_WIDTH, np.zeros((2, 2), np.float32))
    detail = Detail(
        seed=_SEED, craters=CraterPopulation(seed=_SEED, greatest=0.0), ripples=(), widest_relief=_LARGEST_UNEVENNESS
    )
    return Terrain("level", site, (Level(grid, _CHARACTER, synthesised=True, fade=1.0),), detail, ("golombek2003",))
