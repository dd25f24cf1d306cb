"""What a camera that looks down sees, fast and in grey: for the lander's own eyes, not for people's (those are in `skycrane.cameras`)."""

from skycrane.terrain.view.clipmap import Clipmap, Lighting, clipmap
from skycrane.terrain.view.down_look import DownLook

__all__ = ["Clipmap", "DownLook", "Lighting", "clipmap"]
