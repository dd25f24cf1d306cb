"""From the rows of the compiled program to the channels of the record: what was integrated is kept, the rest is computed from it.

Works on NumPy arrays of one case, shape (rows,) a leaf, with the same planet, air and aeroshell code that flew.
"""

from typing import Any

import numpy as np

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.flight.landing_frame import entry_target, landing_frame
from skycrane.flight.path_channels import Arrays as Arrays
from skycrane.flight.path_channels import columns, path_channels
from skycrane.flight.point_mass_record import point_mass_channels
from skycrane.flight.state import Craft, air_at, surroundings
from skycrane.flight.tables import Tables
from skycrane.flight.two_bodies import Two, tensions_and_loads
from skycrane.gnc.control.entry_attitude import flight_angles
from skycrane.gnc.guidance.apollo_entry import range_and_crossrange
from skycrane.gnc.navigation.estimate import Navigated
from skycrane.planet.atmosphere.air import CALM, Gusts

PHASES = ("coast", "entry", "parachute", "powered_descent", "sky_crane", "flyaway")
MODES = (
    "hold", "range_control", "heading_alignment", "straighten_up", "under_parachute", "free_fall", "warm_up", "approach",
    "constant_velocity", "constant_deceleration", "slow_descent", "flyaway",
)  # fmt: skip
_LOG_MODE = {"entry": 0, "parachute": 4, "powered_descent": 5, "sky_crane": 10, "flyaway": 11}

_FLAGS = ("phase", "mode", "radar_valid")


def channels_of(models: Any, tables: Tables, phase: str, r: Any) -> Arrays:
    """Channel arrays (SI, rad) of some rows of one phase of one case."""
    if phase == "point_mass_entry":
        return point_mass_channels(models, tables, PHASES.index("entry"), r)
    result = {**_motion(models, tables, phase, r), **_navigation(models, tables, r)}
    result["mode"] = _mode(phase, r)
    if phase == "entry":
        result |= _entry(models, tables, r)
    if "canopy" in r:
        result |= _canopy(models, tables, r)
    if "thrust" in r:
        result |= _engines(models, tables, r)
    if "lander" in r:
        result |= _crane(models, tables, r)
    if "pulses" in r and len(r["pulses"]):
        result["thruster_on_fraction"] = columns(r["pulses"])
    if "radar" in r and models.radar is not None:
        heard = r["radar"]
        mine = heard.beam[..., None] == np.arange(1.0, models.radar.count() + 1.0)
        valid = np.where(mine, heard.valid[..., None], 0.0)
        result["radar_valid"] = valid
        result["radar_slant_range"] = np.where(valid > 0.5, heard.slant_range[..., None], np.nan)
        result["radar_doppler_speed"] = np.where(valid > 0.5, heard.doppler[..., None], np.nan)
    return result


def _motion(models: Any, tables: Tables, phase: str, r: Any) -> Arrays:
    body = r["body"]
    gusts = Gusts(*r["gusts"])
    around = surroundings(models, tables, body, gusts)
    frame = landing_frame(models, tables)
    angles = flight_angles(body.position, body.velocity, around.axes)
    air = around.air
    force, _ = models.vehicle.aeroshell.force_and_torque(tables.aero, around.flow, body.angular_rate, r["centre"])
    heat = models.vehicle.aeroshell.stagnation_heating(
        models.planet.gas.convective_heating_constant, air.density, around.flow.airspeed
    )
    in_shell = phase in ("entry", "parachute")
    zero = np.zeros_like(r["mass"])
    return {
        **path_channels(models, tables, body.position, body.velocity, gusts),
        "phase": zero + PHASES.index(phase),
        "attitude_mcmf_from_body": columns(body.attitude),
        "angular_rate_body": columns(body.angular_rate),
        "angle_of_attack": fn.atan2(around.flow.velocity_body.z, around.flow.velocity_body.x),
        "sideslip_angle": fn.asin(around.flow.velocity_body.y / around.flow.airspeed),
        "total_angle_of_attack": around.flow.total_angle,
        "bank_angle": np.where(in_shell, angles.bank, np.nan),
        "sensed_acceleration_body": columns(r["sensed"]),
        "deceleration": norm(r["sensed"]),
        "axial_force": -force.x if in_shell else zero * np.nan,
        "normal_force": np.hypot(force.y, force.z) if in_shell else zero * np.nan,
        "convective_heat_flux": heat if in_shell else zero,
        "heat_load": r["heat_load"],
        "mass": r["mass"],
        "propellant_mass": r["propellant"],
        "centre_of_mass_body": columns(Vec3(*(c + zero for c in r["centre"]))),
        "tilt": fn.acos(-dot(around.axes.cx, frame.axes.cz)),
    }


def _navigation(models: Any, tables: Tables, r: Any) -> Arrays:
    e: Navigated = r["estimate"]
    body, frame = r["body"], landing_frame(models, tables)
    wrong = attitude.rotation_vector(attitude.multiply(attitude.conjugate(body.attitude), e.attitude))
    to_go, crossrange = range_and_crossrange(
        e._replace(position=body.position, velocity=body.velocity), entry_target(models)
    )
    return {
        "navigated_position_mcmf": columns(e.position),
        "navigated_velocity_mcmf": columns(e.velocity),
        "navigated_attitude_mcmf_from_body": columns(e.attitude),
        "navigated_propellant": e.propellant,
        "navigated_height_above_terrain": models.navigation.height_over_terrain(e, frame),
        "navigation_position_error_site": columns(frame.vector(e.position - body.position)),
        "navigation_velocity_error_site": columns(frame.vector(e.velocity - body.velocity)),
        "navigation_attitude_error": columns(wrong),
        "range_to_target": to_go,
        "crossrange_to_target": crossrange,
    }


def _mode(phase: str, r: Any) -> np.ndarray:
    base = _LOG_MODE[phase]
    own = np.asarray(r["mode"]) if "mode" in r else 0.0
    return base + own + np.zeros_like(r["time"])


def _entry(models: Any, tables: Tables, r: Any) -> Arrays:
    return {
        "bank_angle_commanded": r["bank_commanded"],
        "guidance_range_predicted": r["range_predicted"],
        "guidance_drag_reference": r["drag_reference"],
        "crossrange_deadband": r["deadband"],
    }


def _canopy(models: Any, tables: Tables, r: Any) -> Arrays:
    chute, canopy, frame = models.vehicle.parachute, r["canopy"], landing_frame(models, tables)
    body = r["body"]
    air, wind, _ = air_at(models, tables, canopy.position, CALM)
    open_for = r["time"] - r["stretched"]
    area = chute.drag_area(tables.parachute, norm(canopy.velocity - wind) / air.speed_of_sound, open_for)
    axes = attitude.matrix(body.attitude)
    arm = axes.apply(Vec3(*chute.attachment) - r["centre"])
    apart = canopy.position - body.position - arm
    line, gone = unit(apart), norm(apart) > 0.5  # [m]: nearer it has no direction yet
    return {
        "parachute_load": r["load_before"],  # at the end of the row before
        "parachute_drag_area": np.where(open_for >= 0.0, area, 0.0),
        "parachute_inflation": np.where(open_for >= 0.0, chute.inflation(np.maximum(open_for, 0.0)), 0.0),
        "parachute_position_site": columns(frame.position(canopy.position)),
        "riser_angle": np.where(gone, fn.atan2(norm(cross(line, axes.cx)), -dot(line, axes.cx)), np.nan),
    }


def _engines(models: Any, tables: Tables, r: Any) -> Arrays:
    engines = models.vehicle.engines
    thrust = columns(r["thrust"])
    pushes = [engines.push(i) * t for i, t in enumerate(r["thrust"])]
    whole = pushes[0]
    for p in pushes[1:]:
        whole = whole + p
    result = {
        "engine_thrust": thrust,
        "engine_throttle": columns(t / engines.maximum_thrust for t in r["thrust"]),
        "thrust_total": norm(whole),
    }
    if "commanded" in r:
        result["engine_throttle_commanded"] = columns(t / engines.maximum_thrust for t in r["commanded"])
    if "target" in r:
        result["target_position_site"] = columns(r["target"])
    return result


def _crane(models: Any, tables: Tables, r: Any) -> Arrays:
    frame, lander = landing_frame(models, tables), r["lander"]
    craft = Craft(r["body"], r["propellant"], r["heat_load"], r["sensed"], r["sensed"])
    two = Two(craft, r["thrust"], lander, r["time"])
    if "tensions" in r:
        own = _bodies(r)
    else:
        tensions, loads = tensions_and_loads(models, r["started"], r["ground"], r["mass"], r["centre"], two)
        paid_out = models.vehicle.bridles.paid_out(r["time"] - r["started"])
        own = {"bridle_tension": columns(tensions), "bridle_length_paid_out": paid_out, "wheel_load": columns(loads)}
    return {
        **own,
        "rover_position_site": columns(frame.position(lander.position)),
        "rover_velocity_site": columns(frame.vector(lander.velocity)),
        "rover_attitude_mcmf_from_body": columns(lander.attitude),
        "rover_angular_rate_body": columns(lander.angular_rate),
    }


def _bodies(r: Any) -> Arrays:
    """What bodies that were flown one by one tell of themselves."""
    return {
        "bridle_tension": columns(r["tensions"]),
        "bridle_length_paid_out": r["paid_out"][0],
        "bridle_tension_peak": columns(r["largest_tensions"]),
        "wheel_load": columns(r["wheel_loads"]),
        "wheel_load_peak": columns(r["largest_wheel_loads"]),
        "belly_load": r["belly_load"][0],
        "suspension_angle": columns(r["suspension"]),
        "wheels_unfolded": r["unfolded"][0],
        "umbilical_tension": r["umbilical"][0],
        "plume_force_on_rover": r["deck_push"][0],
        "plume_dust": r["dust"][0],
    }


def join(parts: list[tuple[np.ndarray, Arrays]]) -> tuple[np.ndarray, Arrays]:
    """Times and channels of several stretches in one: NaN, or 0 for a flag, where a channel is not there."""
    names = {name: value.shape[1:] for _, arrays in parts for name, value in arrays.items()}
    times = np.concatenate([t for t, _ in parts])
    joined = {
        name: np.concatenate(
            [
                a[name] if name in a else np.full((len(t), *trailing), 0.0 if name in _FLAGS else np.nan)
                for t, a in parts
            ]
        )
        for name, trailing in names.items()
    }
    return times, joined
