"""The ground: heights, reflectance and rocks on nested levels of detail, hazards, and the map of safe places to land."""

from skycrane.terrain.open_terrain import open_terrain, terrain_names
from skycrane.terrain.terrain import ROCK, Patch, Terrain

__all__ = ["ROCK", "Patch", "Terrain", "open_terrain", "terrain_names"]
