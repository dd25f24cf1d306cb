"""Where and when: the landing site, the targets, the moment and state of entry interface."""

from dataclasses import dataclass
from datetime import datetime

from skycrane.core.quantity import choice, quantity, table


@dataclass(frozen=True)
class SiteParameters:
    """The landing site. Latitudes are planetocentric, longitudes east."""

    name: str = choice("name of the site")
    latitude: float = quantity(
        "deg", "origin of the site frame; a pole itself has no east and no north", above=-90, below=90
    )
    longitude: float = quantity("deg", "origin of the site frame", at_least=-180, at_most=360)
    elevation: float = quantity("m", "terrain above the areoid at the site")
    areoid_radius: float = quantity("km", "radius of the areoid at the site", above=0)
    entry_target_latitude: float = quantity("deg", "target of entry guidance and parachute", at_least=-90, at_most=90)
    entry_target_longitude: float = quantity(
        "deg", "target of entry guidance and parachute", at_least=-180, at_most=360
    )
    ellipse_centre_latitude: float = quantity("deg", "centre of the landing ellipse", at_least=-90, at_most=90)
    ellipse_centre_longitude: float = quantity("deg", "centre of the landing ellipse", at_least=-180, at_most=360)
    terrain: str = choice(
        "ground of the site: level, jezero_like, or a terrain added with `skycrane terrain add`", default="level"
    )
    slope_east: float = quantity("1", "ground rising to the east around the site, rise over run", default=0.0)
    slope_north: float = quantity("1", "ground rising to the north around the site, rise over run", default=0.0)
    slope_extent: float = quantity(
        "m",
        "the slope holds so far to each side of the site and is level beyond",
        default=2000.0,
        above=0,
        source="assumed: wider than the beams of the radar in powered descent",
    )
    safe_target_spacing: float = quantity(
        "m",
        "distance between neighbouring safe landing targets of the on-board map",
        default=400.0,
        above=0,
        source="assumed: distance of safe places on the on-board map, 100 to 800",
    )


@dataclass(frozen=True)
class EntryParameters:
    """The state at entry interface: planet-relative, planetocentric. The flight-path angle is negative downwards."""

    utc: str = choice("epoch of entry interface, UTC")
    radius: float = quantity("km", "distance from the planet's centre", above=0, below=100000)
    latitude: float = quantity(
        "deg", "planetocentric latitude; from a pole itself every azimuth leads south", above=-90, below=90
    )
    longitude: float = quantity("deg", "east longitude", at_least=-180, at_most=360)
    speed: float = quantity("m/s", "speed relative to the rotating planet", above=0, at_most=100000)
    flight_path_angle: float = quantity(
        "deg", "planet-relative flight-path angle, negative downwards", above=-90, below=0
    )
    azimuth: float = quantity("deg", "planet-relative azimuth, clockwise from north", at_least=-360, at_most=360)
    angle_of_attack: float = quantity(
        "deg", "at entry interface; negative flies lift up on a blunt body", default=0.0, above=-90, below=90
    )
    bank_angle: float = quantity(
        "deg",
        "at entry interface, positive turns the lift vector to the right",
        default=0.0,
        at_least=-180,
        at_most=180,
    )
    spin_rate: float = quantity("deg/s", "roll rate at entry interface of a spinning capsule", default=0.0)
    duration_limit: float = quantity(
        "s",
        "a flight longer than this is called off by name",
        default=900.0,
        above=0,
        source="design: twice what a landing on Mars takes",
    )
    skip_out_height: float = quantity(
        "km",
        "a climb above this height over the areoid is a skip-out",
        default=140.0,
        above=0,
        source="design: above the height of entry interface on Mars, 128 km",
    )

    def check(self) -> str | None:
        """The epoch is a moment."""
        try:
            datetime.fromisoformat(self.utc.replace("Z", "+00:00"))
        except ValueError:
            return f'utc is "{self.utc}", must be a UTC time such as 2021-02-18T20:36:50.11'
        return None


@dataclass(frozen=True)
class CorrelatedStart:
    """Navigation's first knowledge of the state, minutes before entry."""

    lead_time: float = quantity(
        "s",
        "navigation starts this long before entry interface",
        default=540.0,
        at_least=0,
        source="[naif2021] nine minutes before entry",
    )
    position_error: tuple[float, ...] = table("m", "radial, along-track, cross-track", default=(0.0, 0.0, 0.0))
    velocity_error: tuple[float, ...] = table("m/s", "radial, along-track, cross-track", default=(0.0, 0.0, 0.0))
    attitude_error: tuple[float, ...] = table("deg", "about the body axes", default=(0.0, 0.0, 0.0))
