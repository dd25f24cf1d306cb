"""From the rows of the compiled program to the channels of the record: what was integrated is kept, the rest is computed from it.

Works on NumPy arrays of one case, shape (rows,) a leaf, with the same planet, air and aeroshell code that flew.
"""

from collections.abc import Collection
from functools import cache, reduce
from typing import Any

import numpy as np

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.flight.landing_frame import entry_target, landing_frame
from skycrane.flight.path_channels import Arrays as Arrays
from skycrane.flight.path_channels import Makers, columns, path_channels
from skycrane.flight.point_mass_record import point_mass_channels
from skycrane.flight.state import Craft, air_at, surroundings_in_air
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


def channels_of(models: Any, tables: Tables, phase: str, r: Any, only: Collection[str] | None = None) -> Arrays:
    """Channel arrays (SI, rad) of some rows of one phase of one case: all of them, or `only` those named."""
    if phase == "point_mass_entry":
        return point_mass_channels(models, tables, PHASES.index("entry"), r)
    makers = {**_motion(models, tables, phase, r), **_navigation(models, tables, r)}
    makers["mode"] = lambda: _mode(phase, r)
    if phase == "entry":
        makers |= _entry(r)
    if "canopy" in r:
        makers |= _canopy(models, tables, r)
    if "thrust" in r:
        makers |= _engines(models, r)
    if "lander" in r:
        makers |= _crane(models, tables, r)
    if "pulses" in r and len(r["pulses"]):
        makers["thruster_on_fraction"] = lambda: columns(r["pulses"])
    if "radar" in r and models.radar is not None:
        makers |= _radar(models, r["radar"])
    return {name: make() for name, make in makers.items() if only is None or name in only}


def _motion(models: Any, tables: Tables, phase: str, r: Any) -> Makers:
    body = r["body"]
    gusts = Gusts(*r["gusts"])
    air, wind, height = air_at(models, tables, body.position, gusts)
    around = surroundings_in_air(body, air, wind, height)
    frame = landing_frame(models, tables)
    aeroshell = models.vehicle.aeroshell
    force = cache(lambda: aeroshell.force_and_torque(tables.aero, around.flow, body.angular_rate, r["centre"])[0])
    heat_constant = models.planet.gas.convective_heating_constant
    in_shell = phase in ("entry", "parachute")
    zero = np.zeros_like(r["mass"])
    none = lambda: zero * np.nan  # noqa: E731
    return {
        **path_channels(models, tables, body.position, body.velocity, gusts, (air, wind, height)),
        "phase": lambda: zero + PHASES.index(phase),
        "attitude_mcmf_from_body": lambda: columns(body.attitude),
        "angular_rate_body": lambda: columns(body.angular_rate),
        "angle_of_attack": lambda: fn.atan2(around.flow.velocity_body.z, around.flow.velocity_body.x),
        "sideslip_angle": lambda: fn.asin(around.flow.velocity_body.y / around.flow.airspeed),
        "total_angle_of_attack": lambda: around.flow.total_angle,
        "bank_angle": (lambda: flight_angles(body.position, body.velocity, around.axes).bank) if in_shell else none,
        "sensed_acceleration_body": lambda: columns(r["sensed"]),
        "deceleration": lambda: norm(r["sensed"]),
        "axial_force": (lambda: -force().x) if in_shell else none,
        "normal_force": (lambda: np.hypot(force().y, force().z)) if in_shell else none,
        "convective_heat_flux": (
            (lambda: aeroshell.stagnation_heating(heat_constant, air.density, norm(body.velocity - wind)))
            if in_shell
            else lambda: zero
        ),
        "heat_load": lambda: r["heat_load"],
        "mass": lambda: r["mass"],
        "propellant_mass": lambda: r["propellant"],
        "centre_of_mass_body": lambda: columns(Vec3(*(c + zero for c in r["centre"]))),
        "tilt": lambda: fn.acos(-dot(around.axes.cx, frame.axes.cz)),
    }


def _navigation(models: Any, tables: Tables, r: Any) -> Makers:
    e: Navigated = r["estimate"]
    body, frame = r["body"], landing_frame(models, tables)
    turned = lambda: attitude.multiply(attitude.conjugate(body.attitude), e.attitude)  # noqa: E731
    true = e._replace(position=body.position, velocity=body.velocity)
    ranges = cache(lambda: range_and_crossrange(true, entry_target(models)))
    return {
        "navigated_position_mcmf": lambda: columns(e.position),
        "navigated_velocity_mcmf": lambda: columns(e.velocity),
        "navigated_attitude_mcmf_from_body": lambda: columns(e.attitude),
        "navigated_propellant": lambda: e.propellant,
        "navigated_height_above_terrain": lambda: models.navigation.height_over_terrain(e, frame),
        "navigation_position_error_site": lambda: columns(frame.vector(e.position - body.position)),
        "navigation_velocity_error_site": lambda: columns(frame.vector(e.velocity - body.velocity)),
        "navigation_attitude_error": lambda: columns(attitude.rotation_vector(turned())),
        "range_to_target": lambda: ranges()[0],
        "crossrange_to_target": lambda: ranges()[1],
    }


def _mode(phase: str, r: Any) -> np.ndarray:
    base = _LOG_MODE[phase]
    own = np.asarray(r["mode"]) if "mode" in r else 0.0
    return base + own + np.zeros_like(r["time"])


def _entry(r: Any) -> Makers:
    return {
        "bank_angle_commanded": lambda: r["bank_commanded"],
        "guidance_range_predicted": lambda: r["range_predicted"],
        "guidance_drag_reference": lambda: r["drag_reference"],
        "crossrange_deadband": lambda: r["deadband"],
    }


def _radar(models: Any, heard: Any) -> Makers:
    mine = lambda: heard.beam[..., None] == np.arange(1.0, models.radar.count() + 1.0)  # noqa: E731
    valid = cache(lambda: np.where(mine(), heard.valid[..., None], 0.0))
    return {
        "radar_valid": valid,
        "radar_slant_range": lambda: np.where(valid() > 0.5, heard.slant_range[..., None], np.nan),
        "radar_doppler_speed": lambda: np.where(valid() > 0.5, heard.doppler[..., None], np.nan),
    }


def _canopy(models: Any, tables: Tables, r: Any) -> Makers:
    chute, canopy, frame = models.vehicle.parachute, r["canopy"], landing_frame(models, tables)
    body, open_for = r["body"], r["time"] - r["stretched"]

    def drag_area() -> np.ndarray:
        air, wind, _ = air_at(models, tables, canopy.position, CALM)
        area = chute.drag_area(tables.parachute, norm(canopy.velocity - wind) / air.speed_of_sound, open_for)
        return np.where(open_for >= 0.0, area, 0.0)

    def riser_angle() -> np.ndarray:
        axes = attitude.matrix(body.attitude)
        apart = canopy.position - body.position - axes.apply(Vec3(*chute.attachment) - r["centre"])
        line, gone = unit(apart), norm(apart) > 0.5  # [m]: nearer it has no direction yet
        return np.where(gone, fn.atan2(norm(cross(line, axes.cx)), -dot(line, axes.cx)), np.nan)

    return {
        "parachute_load": lambda: r["load_before"],  # at the end of the row before
        "parachute_drag_area": drag_area,
        "parachute_inflation": lambda: np.where(open_for >= 0.0, chute.inflation(np.maximum(open_for, 0.0)), 0.0),
        "parachute_position_site": lambda: columns(frame.position(canopy.position)),
        "riser_angle": riser_angle,
    }


def _engines(models: Any, r: Any) -> Makers:
    engines = models.vehicle.engines

    def whole() -> Vec3:
        pushes = [engines.push(i) * t for i, t in enumerate(r["thrust"])]
        return reduce(lambda total, push: total + push, pushes)

    throttles = lambda thrust: columns(t / engines.maximum_thrust for t in thrust)  # noqa: E731
    makers: Makers = {
        "engine_thrust": lambda: columns(r["thrust"]),
        "engine_throttle": lambda: throttles(r["thrust"]),
        "thrust_total": lambda: norm(whole()),
    }
    if "commanded" in r:
        makers["engine_throttle_commanded"] = lambda: throttles(r["commanded"])
    if "target" in r:
        makers["target_position_site"] = lambda: columns(r["target"])
    return makers


def _crane(models: Any, tables: Tables, r: Any) -> Makers:
    frame, lander = landing_frame(models, tables), r["lander"]
    if "tensions" in r:
        own = _bodies(r)
    else:
        craft = Craft(r["body"], r["propellant"], r["heat_load"], r["sensed"], r["sensed"])
        two = Two(craft, r["thrust"], lander, r["time"])
        pulls = cache(
            lambda: tensions_and_loads(models, r["started"], r["ground"], r["mass"], r["centre"], two)
        )  # of the bridles and of the wheels
        own = {
            "bridle_tension": lambda: columns(pulls()[0]),
            "bridle_length_paid_out": lambda: models.vehicle.bridles.paid_out(r["time"] - r["started"]),
            "wheel_load": lambda: columns(pulls()[1]),
        }
    return {
        **own,
        "rover_position_site": lambda: columns(frame.position(lander.position)),
        "rover_velocity_site": lambda: columns(frame.vector(lander.velocity)),
        "rover_attitude_mcmf_from_body": lambda: columns(lander.attitude),
        "rover_angular_rate_body": lambda: columns(lander.angular_rate),
    }


def _bodies(r: Any) -> Makers:
    """What bodies that were flown one by one tell of themselves."""
    return {
        "bridle_tension": lambda: columns(r["tensions"]),
        "bridle_length_paid_out": lambda: r["paid_out"][0],
        "bridle_tension_peak": lambda: columns(r["largest_tensions"]),
        "wheel_load": lambda: columns(r["wheel_loads"]),
        "wheel_load_peak": lambda: columns(r["largest_wheel_loads"]),
        "belly_load": lambda: r["belly_load"][0],
        "suspension_angle": lambda: columns(r["suspension"]),
        "wheels_unfolded": lambda: r["unfolded"][0],
        "umbilical_tension": lambda: r["umbilical"][0],
        "plume_force_on_rover": lambda: r["deck_push"][0],
        "plume_dust": lambda: r["dust"][0],
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
