"""The landing itself: equations of motion, events, phases, and `fly`."""

from skycrane.flight.fly import fly, fly_many
from skycrane.flight.point_mass_ensemble import fly_point_masses
from skycrane.flight.point_mass_entries import PointMassEntries
from skycrane.flight.programs import cache_folder

__all__ = ["PointMassEntries", "cache_folder", "fly", "fly_many", "fly_point_masses"]
