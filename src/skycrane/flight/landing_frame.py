"""The site frame and the targets, from the mission's angles: what flight software and the record both use."""

from typing import Any, NamedTuple

from skycrane.core.vector import Vec3
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance.apollo_entry import Target
from skycrane.gnc.navigation.estimate import LandingFrame
from skycrane.planet import shape
from skycrane.sensing.radar import Beam


def landing_frame(models: Any, tables: Tables) -> LandingFrame:
    """Site frame: origin on the ground at the site, axes east, north, geodetic up."""
    s, p = models.site, models.planet
    origin = shape.position_from_spherical(s.latitude, s.longitude, s.areoid_radius + s.elevation)
    axes = shape.east_north_up_geodetic(origin, p.equatorial_radius, p.polar_radius)
    return LandingFrame(origin, axes, p.equatorial_radius, p.polar_radius, tables.areoid_above_ellipsoid + s.elevation)


def entry_target(models: Any) -> Target:
    """Target of entry and parachute."""
    s = models.site
    direction = shape.position_from_spherical(s.entry_target_latitude, s.entry_target_longitude, 1.0)
    return Target(direction, s.areoid_radius)


def on_ground(models: Any, latitude: Any, longitude: Any) -> Vec3:
    """Planet-fixed point on the ground at a latitude and longitude [m]."""
    s = models.site
    return shape.position_from_spherical(latitude, longitude, s.areoid_radius + s.elevation)


class Scene(NamedTuple):
    """What does not change during a phase, computed once before its first cycle: site frame, entry target, radar beams."""

    frame: LandingFrame
    target: Target
    beams: tuple[Beam, ...]


def scene(models: Any, tables: Tables) -> Scene:
    """The scene of one case."""
    beams = models.radar.beams() if models.radar is not None else ()
    return Scene(landing_frame(models, tables), entry_target(models), beams)
