"""A line for the person who waits while a terrain is made for the first time."""

from typing import Any

from skycrane.cli.screen import Screen


def announce(terrain: str, show: Screen) -> None:
    """Say that the built-in terrain is about to be made, where it is that one and it is not there yet."""
    from skycrane.terrain.library import BUILT_IN

    if terrain != BUILT_IN:
        return
    from skycrane.terrain.built_in import is_built

    if not is_built():
        show.line(show.paint(f"Making the ground {terrain}, once on this machine: some ten seconds", "dim"))


def announce_for(mission: Any, show: Screen) -> None:
    """The same for the terrain under a mission; and a line where its site left the ground of the mission that it is based on."""
    from skycrane.mission.ground import ground_left

    why = ground_left(mission.given)
    if why is not None:
        show.line(show.paint(f"site.terrain is level: {why}", "yellow"))
    announce(mission.parameters.site.terrain, show)
