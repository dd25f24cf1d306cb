"""What is read off a finished flight: touchdown, propellant, distances. The content of outcome.json."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from skycrane.core import attitude
from skycrane.core.vector import Vec3, norm
from skycrane.flight import judgement
from skycrane.flight.ground import ground_normal
from skycrane.flight.landing_frame import landing_frame, on_ground
from skycrane.flight.loose_bodies import BODIES, EVERY, LEAVES_AT, SAMPLES, return_of
from skycrane.flight.tables import Tables
from skycrane.mission.parameters import MissionParameters
from skycrane.planet import shape
from skycrane.record import Event


def touchdown(
    p: MissionParameters, models: Any, tables: Tables, events: Mapping[str, Event], channels: Any
) -> dict[str, Any] | None:
    """The landing of the lander, in file units; None if it never touched the ground."""
    key = "touchdown" if "touchdown" in events else "ground_contact" if "ground_contact" in events else None
    if key is None:
        return None
    e = events[key]
    hanging = "rover_position_site" in channels
    who = "rover_" if hanging else ""
    attitude_known = f"{who}attitude_mcmf_from_body" in channels
    at = lambda name: _row_before(channels, f"{who}{name}", e.t_s)  # noqa: E731
    position, velocity = at("position_site"), at("velocity_site")
    frame = landing_frame(models, tables)
    here = frame.origin + frame.axes.apply(Vec3(*position))
    latitude, longitude = shape.latitude_longitude(here)
    local = shape.east_north_up_geodetic(here, p.planet.equatorial_radius, p.planet.polar_radius)
    down = -float(
        local.undo(frame.axes.apply(Vec3(*velocity))).z
    )  # level where it landed, which need not be near the site
    centre = frame.position(
        on_ground(models, models.site.ellipse_centre_latitude, models.site.ellipse_centre_longitude)
    )
    entry = frame.position(on_ground(models, models.site.entry_target_latitude, models.site.entry_target_longitude))
    tilt = _tilt(_last_row(channels, f"{who}attitude_mcmf_from_body"), local) if attitude_known else None
    if tilt is not None and not hanging and p.vehicle.feet is not None:
        tilt = max(tilt, _slope_under_feet(models, tables, float(position[0]), float(position[1])))
    result = {
        "t_s": e.t_s,
        "utc": e.utc,
        "latitude_deg": math.degrees(latitude),
        "longitude_deg": math.degrees(longitude),
        "east_m": float(position[0]),
        "north_m": float(position[1]),
        "vertical_speed_m_s": down,
        "horizontal_speed_m_s": math.sqrt(max(float(np.dot(velocity, velocity)) - down * down, 0.0)),
        "tilt_deg": tilt,
        "distance_to_ellipse_centre_m": float(np.hypot(position[0] - centre.x, position[1] - centre.y)),
        "distance_to_target_m": float(np.hypot(position[0] - entry.x, position[1] - entry.y)),
        "distance_to_selected_target_m": None,
    }
    if "target_position_site" in channels:
        target = _row_before(channels, "target_position_site", e.t_s)
        result["distance_to_selected_target_m"] = float(np.hypot(position[0] - target[0], position[1] - target[1]))
    if hanging:
        result["descent_stage_tilt_deg"] = float(np.interp(e.t_s, channels["time"], channels["tilt"]))
        result["bridles_slack"] = bool(np.all(_last_row(channels, "bridle_tension") < 1.0))
    return result


def _slope_under_feet(models: Any, tables: Tables, east: float, north: float) -> float:
    """Slope of the ground over the stance of the feet [deg]: how a lander stands that was followed to first contact and no further."""
    feet = models.vehicle.feet
    places = [feet.place(i) for i in range(feet.count())]
    reach = max(math.hypot(a.y - b.y, a.z - b.z) for a in places for b in places)
    normal = ground_normal(models, tables, np.asarray(east - 0.5 * reach), np.asarray(north - 0.5 * reach), reach)
    return math.degrees(math.acos(min(float(normal.z), 1.0)))


def _row_before(channels: Any, name: str, t: float) -> np.ndarray:
    """The last row of a channel not later than a time."""
    time, values = channels["time"].values, channels[name].values
    rows = np.nonzero((time <= t + 1e-9) & np.isfinite(values).all(axis=-1))[0]
    return values[rows[-1]]


def _last_row(channels: Any, name: str) -> np.ndarray:
    values = channels[name].values
    return values[np.nonzero(np.isfinite(values).all(axis=-1))[0][-1]]


def _tilt(q: np.ndarray, local: Any) -> float:
    """Angle of the body's -x axis from the local vertical [deg]."""
    axes, up = attitude.matrix(attitude.Quaternion(*q)), local.cz
    cosine = -(axes.cx.x * up.x + axes.cx.y * up.y + axes.cx.z * up.z)
    return math.degrees(math.acos(min(max(cosine, -1.0), 1.0)))


def propellant(events: Mapping[str, Event], channels: Any) -> dict[str, float]:
    """Propellant used in each stretch [kg]; only stretches that were flown."""
    left = channels["propellant_mass"].values
    marks = {"entry": float(left[0])}
    for key in ("powered_descent_start", "bridle_cut"):
        if key in events:
            marks[key] = events[key].state["propellant_mass"]
    used: dict[str, float] = {"at_entry_kg": marks["entry"], "left_kg": float(left[-1])}
    if "powered_descent_start" in marks:
        used["rcs_entry_to_powered_descent_kg"] = marks["entry"] - marks["powered_descent_start"]
        end = marks.get("bridle_cut", float(left[-1]))
        used["powered_descent_kg"] = marks["powered_descent_start"] - end
    return used


def bodies(
    models: Any, tables: Tables, paths: Any, events: Mapping[str, Event], time: np.ndarray, craft: np.ndarray
) -> dict[str, Any]:
    """Tracks of the loose bodies on the flight's times, impact times and nearest distances.

    paths: LoosePath with a body dimension first; time (rows,) [s]; craft: position of the vehicle (3, rows), mcmf.
    """
    frame = landing_frame(models, tables)
    result: dict[str, Any] = {
        "track": np.full((len(time), len(BODIES), 3), np.nan),
        "impact": {},
        "nearest": {},
        "present": [],
    }
    for n, (name, key) in enumerate(zip(BODIES, LEAVES_AT, strict=True)):
        if key not in events:
            continue
        fallen = fallen_body(frame, paths, n, events[key].t_s, time, craft)
        result["track"][fallen.flying, n] = np.stack(frame.position(fallen.here), axis=-1)
        result["present"].append(n)
        if fallen.impact is not None:
            result["impact"][name] = fallen.impact
        result["nearest"][name] = (time[fallen.flying], fallen.away)
    return result


def falls(frame: Any, paths: Any, left: np.ndarray, time: np.ndarray, craft: np.ndarray) -> dict[str, Any]:
    """Nearest distances and impacts alone, as `bodies` has them; left (bodies,): when each left [s], NaN for one that did not."""
    nearest, impact = {}, {}
    for n, name in enumerate(BODIES):
        if math.isnan(left[n]):
            continue
        fallen = fallen_body(frame, paths, n, float(left[n]), time, craft)
        nearest[name] = (time[fallen.flying], fallen.away)
        if fallen.impact is not None:
            impact[name] = fallen.impact
    return {"nearest": nearest, "impact": impact}


_QUIET = 100.0  # deg/s: who turns slower than this in one cycle does not tumble in the next


class Fallen(NamedTuple):
    """One body that was let go: which rows of the flight it fell through, where it was then [m, mcmf], how far from the vehicle [m]."""

    flying: slice
    here: Vec3
    away: np.ndarray
    impact: tuple[float, float, float] | None  # time [s], east and north [m]


def fallen_body(frame: Any, paths: Any, n: int, released: float, time: np.ndarray, craft: np.ndarray) -> Fallen:
    """Body n of the paths (bodies first) on the flight's times (rows,), beside the vehicle at `craft` (3, rows), mcmf."""
    down = released + float(paths.impact_time[n])
    times = np.minimum(released + np.arange(SAMPLES) * EVERY, down)  # samples after the impact lie where it was
    flying = slice(int(np.searchsorted(time, released, "left")), int(np.searchsorted(time, down, "right")))
    here = Vec3(*(np.interp(time[flying], times, x[n]) for x in paths.position))
    away = norm(here - Vec3(*craft[:, flying]))
    if not math.isfinite(down):
        return Fallen(flying, here, away, None)
    there = frame.position(Vec3(*(x[n] for x in paths.impact)))
    return Fallen(flying, here, away, (down, float(there.x), float(there.y)))


def outcome(
    p: MissionParameters, models: Any, tables: Tables, events: Mapping[str, Event], channels: Any, facts: dict[str, Any]
) -> dict[str, Any]:
    """The content of outcome.json."""
    facts["touchdown"] = touchdown(p, models, tables, events, channels)
    facts["end_s"] = float(channels["time"][-1])
    facts["quiet_end"] = all(
        float(np.linalg.norm(_last_row(channels, name))) < _QUIET
        for name in ("angular_rate_body", "rover_angular_rate_body")
        if name in channels
    )
    nearest = {name: return_of(*path) for name, path in facts.get("nearest", {}).items()}
    facts["recontact"] = [(name, when, distance) for name, (when, distance) in nearest.items()]
    lost = judgement.losses(p, events, facts)
    name, sentence = (lost[0][1], lost[0][2]) if lost else judgement.success_sentence(p, facts)
    result: dict[str, Any] = {
        "success": not lost,
        "outcome": name,
        "sentence": sentence[0].upper() + sentence[1:] + ("" if sentence.endswith(".") else "."),
        "losses": [{"t_s": t, "name": n, "sentence": s} for t, n, s in lost],
        "touchdown": facts["touchdown"],
        "propellant_left_kg": float(channels["propellant_mass"][-1]) if p.vehicle.propellant is not None else None,
        "propellant": propellant(events, channels) if p.vehicle.propellant is not None else {},
        "margins": {f"{body}_recontact_distance_m": distance for body, (_, distance) in nearest.items()},
    }
    result["margins"] |= _parachute_margins(p, events, facts)
    if "descent_stage_impact" in events and facts["touchdown"] is not None:
        end, rover = channels["position_site"].values[-1], facts["touchdown"]
        away = float(np.hypot(end[0] - rover["east_m"], end[1] - rover["north_m"]))
        result["descent_stage_impact"] = {"t_s": events["descent_stage_impact"].t_s, "distance_from_rover_m": away}
    return result


def _parachute_margins(p: MissionParameters, events: Mapping[str, Event], facts: Mapping[str, Any]) -> dict[str, float]:
    chute = p.vehicle.parachute
    if chute is None or "parachute_deploy" not in events:
        return {}
    state = events["parachute_deploy"].state
    mach, pressure = state["mach"], state["dynamic_pressure"]
    return {
        "parachute_load_N": chute.load_limit - facts.get("peak_load", 0.0),
        "parachute_mach": min(mach - chute.mach_low, chute.mach_high - mach),
        "parachute_dynamic_pressure_Pa": min(
            pressure - chute.dynamic_pressure_low, chute.dynamic_pressure_high - pressure
        ),
    }
