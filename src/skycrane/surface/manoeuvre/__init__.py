"""The manoeuvre on the bridles with every body: descent stage, reel, rover with its wheels unfolding, real ground.

It stands here and not in `flight`, because it needs both the flight's laws and the wheels, soil and ground of this room; `flight` is
handed what flies in place of its own programs (`fly`).
"""

from skycrane.surface.manoeuvre.ends import End, fly_ends
from skycrane.surface.manoeuvre.fly import fly, fly_many

__all__ = ["End", "fly", "fly_ends", "fly_many"]
