"""Where the relay orbiters of the mission pass over the rover: at touchdown, and in the sol after it, over the horizon that it sees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.planet.orbit import Orbit
from skycrane.planet.time import parse_utc
from skycrane.surface.sky import Horizon
from skycrane.surface.touchdown_place import TouchdownPlace

Array = NDArray[np.float64]

_STEP = 20.0  # [s] a pass of a low orbiter lasts minutes
_SOL = 88775.244  # [s]


@dataclass(frozen=True)
class _Seen:
    azimuth: Array
    elevation: Array
    up: NDArray[np.bool_]


def relays(mission: Any, place: TouchdownPlace, seen: Horizon, radius: float) -> list[dict[str, Any]] | None:
    """Each orbiter: where it stands at touchdown, and its passes in the next sol, cut by the horizon and the radio's mask; None for a
    mission without a way home. `radius` of the ground from the centre of the planet [m]."""
    given = getattr(mission, "downlink", None)
    if given is None:
        return None
    landed = (place.utc - parse_utc(mission.entry.utc)).total_seconds()
    times = landed + np.arange(0.0, _SOL, _STEP)
    return [
        {"id": each.id, **_told(_look(Orbit.of(each, mission.planet), times, mission, place, seen, radius))}
        for each in given.orbiters
    ]


def _look(orbit: Orbit, times: Array, mission: Any, place: TouchdownPlace, seen: Horizon, radius: float) -> _Seen:
    s, c, p, q = (
        np.sin(place.longitude), np.cos(place.longitude), np.sin(place.latitude), np.cos(place.latitude)
    )  # fmt: skip
    axes = np.array([[-s, c, 0.0], [-p * c, -p * s, q], [q * c, q * s, p]])  # east, north, up
    squeezed = np.arctan((mission.planet.polar_radius / mission.planet.equatorial_radius) ** 2 * np.tan(place.latitude))
    site = radius * np.array([np.cos(squeezed) * c, np.cos(squeezed) * s, np.sin(squeezed)])
    east, north, up = axes @ (orbit.fixed(times, mission.planet.rotation_rate) - site).T
    azimuth = np.arctan2(east, north) % (2.0 * np.pi)
    elevation = np.arctan2(up, np.hypot(east, north))
    mask = np.maximum(seen.at(azimuth), mission.downlink.mask_angle)
    return _Seen(azimuth, elevation, elevation > mask)


def _told(seen: _Seen) -> dict[str, Any]:
    padded = np.concatenate([[False], seen.up, [False]]).astype(int)
    rises, sets = (np.flatnonzero(np.diff(padded) == sign) for sign in (1, -1))
    passes = [
        {
            "rises_in_h": round(float(a * _STEP / 3600.0), 3),
            "minutes": round(float((b - a) * _STEP / 60.0), 1),
            "highest_deg": round(float(np.degrees(seen.elevation[a:b].max())), 1),
        }
        for a, b in zip(rises, sets, strict=True)
    ]
    return {
        "in_view_at_touchdown": bool(seen.up[0]),
        "azimuth_deg": float(np.degrees(seen.azimuth[0])),
        "elevation_deg": float(np.degrees(seen.elevation[0])),
        "hours_in_view_in_the_next_sol": round(float(seen.up.sum() * _STEP / 3600.0), 2),
        "passes": passes,
    }
