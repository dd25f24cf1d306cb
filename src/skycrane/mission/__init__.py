"""What is flown: the mission file, read into numbers with units, checked, and written out again in full.

The first room of the story. It comes before the planet and the machine, which take their parameters from here; it is plain data and
never imports jax.
"""

from skycrane.mission.flown import FlownFigure, PublishedPoint, flown_figures, published_points
from skycrane.mission.mission import Mission, load_mission, read_mission_text
from skycrane.mission.presets import mission_names

__all__ = [
    "FlownFigure",
    "Mission",
    "PublishedPoint",
    "flown_figures",
    "load_mission",
    "mission_names",
    "published_points",
    "read_mission_text",
]
