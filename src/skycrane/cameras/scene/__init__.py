"""The landing's scene as files for a browser: ground, rocks, machines, eyes, Sun and sky, from a run folder alone.

`write_scene(run, folder)` leaves the files in `folder` and returns what has to be known about them; everything is in the site frame and
made of the same terrain, models and sky as the pictures.
"""

from skycrane.cameras.scene.write import write_scene

__all__ = ["write_scene"]
