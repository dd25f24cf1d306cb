"""Between a terrain's coordinates and latitude and longitude, exactly: the site frame of the flight, the ellipsoid, the areoid.

The areoid is taken parallel to the ellipsoid around the site: its radius is the site's, plus what the ellipsoid's radius changes with
latitude (3.6 m a kilometre to the north at 18 degrees; undulations of the real areoid against the ellipsoid are below 1 m a kilometre).
The site frame's `up` is the ellipsoid's normal, 0.2 degrees off the radius at Jezero: 35 m at 10 km.
"""

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from skycrane.core.vector import Vec3
from skycrane.planet import shape
from skycrane.terrain.chance import Real

if TYPE_CHECKING:
    from skycrane.mission.parameters.planet import PlanetParameters
    from skycrane.mission.parameters.site import SiteParameters


@dataclass(frozen=True)
class SiteFrame:
    """The east-north-up frame of a site on an ellipsoid."""

    latitude: float  # [rad] planetocentric
    longitude: float  # [rad] east
    elevation: float  # [m] of the origin above the areoid
    areoid_radius: float  # [m] at the site
    equatorial_radius: float  # [m]
    polar_radius: float  # [m]

    def latitude_longitude(
        self, east: np.ndarray, north: np.ndarray, height: Real = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Planetocentric latitude and east longitude [rad] of ground at site coordinates, `height` [m] above the site's elevation."""
        origin, axes = self._frame()
        radius = self.areoid_radius + self.elevation
        up = height - (east * east + north * north) / (2.0 * radius)
        for _ in range(4):  # the height of a place depends on its latitude, which depends on its up
            p = origin + axes.apply(Vec3(east, north, up))
            r = np.sqrt(p.x * p.x + p.y * p.y + p.z * p.z)
            latitude = np.arctan2(p.z, np.hypot(p.x, p.y))
            up = up + (self.areoid(latitude) + self.elevation + height - r)
        p = origin + axes.apply(Vec3(east, north, up))
        return np.arctan2(p.z, np.hypot(p.x, p.y)), np.arctan2(p.y, p.x)

    def east_north_up(self, latitude: np.ndarray, longitude: np.ndarray, height: Real = 0.0) -> tuple[np.ndarray, ...]:
        """Site coordinates [m] of a planetocentric latitude, east longitude [rad] and height above the site's elevation [m]."""
        origin, axes = self._frame()
        radius = self.areoid(latitude) + self.elevation + height
        c = np.cos(latitude)
        point = Vec3(radius * c * np.cos(longitude), radius * c * np.sin(longitude), radius * np.sin(latitude))
        local = axes.undo(point - origin)
        return local.x, local.y, local.z

    def areoid(self, latitude: Real) -> np.ndarray:
        """Radius of the areoid [m] at a planetocentric latitude near the site."""
        change = self.ellipsoid(latitude) - self.ellipsoid(self.latitude)
        return np.asarray(self.areoid_radius + change)

    def ellipsoid(self, latitude: Real) -> np.ndarray:
        """Radius of the ellipsoid [m] at a planetocentric latitude."""
        return np.asarray(shape.ellipsoid_radius(latitude, self.equatorial_radius, self.polar_radius))

    def _frame(self):  # type: ignore[no-untyped-def]
        origin = shape.position_from_spherical(self.latitude, self.longitude, self.areoid_radius + self.elevation)
        return origin, shape.east_north_up_geodetic(origin, self.equatorial_radius, self.polar_radius)


def site_frame(site: "SiteParameters", planet: "PlanetParameters | None" = None) -> SiteFrame:
    """The frame of a mission's site; on Mars when no planet is given."""
    a, b = (planet.equatorial_radius, planet.polar_radius) if planet is not None else _mars()
    return SiteFrame(site.latitude, site.longitude, site.elevation, site.areoid_radius, a, b)


def _mars() -> tuple[float, float]:
    from skycrane.mission.presets import PLANETS

    numbers = tomllib.loads((PLANETS / "mars.toml").read_text(encoding="utf-8"))
    return float(numbers["equatorial_radius_m"]), float(numbers["polar_radius_m"])
