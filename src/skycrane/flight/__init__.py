"""The landing itself: equations of motion, events, phases, and `fly`."""

from skycrane.flight.fly import fly, fly_many
from skycrane.flight.programs import cache_folder

__all__ = ["cache_folder", "fly", "fly_many"]
