"""What the equations of motion cannot fly, refused before the flight: no inertia, springs too stiff for the step, a start underground.

Limits of stiffness are those of the integrator: Runge-Kutta of fourth order stays stable while rate times step is below 2.78 on the
negative real axis and 2.82 on the imaginary one. Source: Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2.
"""

import math
from collections.abc import Iterator

import numpy as np

from skycrane.core.errors import InputError
from skycrane.flight.masses import entry_parts, part, powered_parts
from skycrane.flight.phases import parachute, point_mass_entry, powered_descent, sky_crane
from skycrane.flight.tables import areoid_above_ellipsoid
from skycrane.mission.parameters import MissionParameters, PointMassParameters, VehicleParameters
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import air_from_table
from skycrane.planet.atmosphere.tables import atmosphere_table
from skycrane.vehicle.mass import MassProperties, Part, assemble

_STABLE = 2.5
_PARACHUTE = parachute.CYCLE / parachute.FINE  # shortest integration steps [s]: stiff parts are flown in these
_POWERED = powered_descent.CYCLE / powered_descent.STEPS
_SKY_CRANE = sky_crane.CYCLE / sky_crane.FINE


def check_soundness(p: MissionParameters, phases: tuple[str, ...]) -> None:
    """InputError, one sentence, for the first thing that cannot be flown."""
    ground = p.site.areoid_radius + p.site.elevation
    if p.entry.radius <= ground:
        raise InputError(
            f"entry.radius_km is {p.entry.radius / 1e3:.6g}, below the ground at the site (site.areoid_radius_km plus "
            f"site.elevation_m, {ground / 1e3:.6g} km)"
        )
    if isinstance(p.vehicle, PointMassParameters):
        _check_point(p, p.vehicle)
        return
    for name, only, body in _bodies(p, phases):
        _check_body(name, only, body)
    for key, value, unit, most, why in _rates(p, phases):
        if value > most:
            raise InputError(f"{key} is {value:.6g}, must be at most {most:.3g} {unit} {why}")
    if "powered_descent" in phases and p.vehicle.engines is not None:
        least = _POWERED / _STABLE
        if p.vehicle.engines.lag < least:
            raise InputError(
                f"vehicle.engines.lag_s is {p.vehicle.engines.lag:.6g}, must be at least {least:.3g} s for the step"
            )


def _check_point(p: MissionParameters, vehicle: PointMassParameters) -> None:
    """A point mass flies well with any coefficients that let its speed last longer than a step, at entry and at the ground."""
    table, gas = atmosphere_table(p.atmosphere, p.planet), p.planet.gas
    areoid = areoid_above_ellipsoid(p)
    place = shape.position_from_spherical(p.entry.latitude, p.entry.longitude, p.entry.radius)
    height = float(shape.height_above_ellipsoid(place, p.planet.equatorial_radius, p.planet.polar_radius)) - areoid
    area = vehicle.drag_coefficient * vehicle.reference_area * max(vehicle.lift_to_drag, 1.0)
    for where, h, speed in (("entry interface", height, p.entry.speed), ("the ground", p.site.elevation, None)):
        density = float(air_from_table(table, gas, p.atmosphere, np.asarray(h)).density)
        falling = math.sqrt(2.0 * vehicle.mass * p.planet.standard_gravity / max(density * area, 1e-300))
        rate = density * area * (falling if speed is None else speed) / vehicle.mass
        if rate > _STABLE / point_mass_entry.CYCLE:
            least = vehicle.mass * rate * point_mass_entry.CYCLE / _STABLE
            raise InputError(
                f"vehicle.mass_kg is {vehicle.mass:.6g}, too light for its drag area in the air at {where} and the integration step; "
                f"about {least:.3g} kg would do"
            )


def _bodies(p: MissionParameters, phases: tuple[str, ...]) -> Iterator[tuple[str, str, MassProperties]]:
    """Every rigid body that is flown: when, the one section that it consists of (empty when several), and what it weighs."""
    v = p.vehicle
    yield "entry", "", _assembled("entry", "", entry_parts(v, 0.0))
    if "parachute" in phases:
        name = "the descent under the parachute"
        yield name, "", _assembled(name, "", entry_parts(v, 3.0, 0.0, packed=False))
    if "powered_descent" in phases:
        yield "powered descent", "", _assembled("powered descent", "", powered_parts(v, 0.0))
    if "sky_crane" in phases:
        assert isinstance(v, VehicleParameters), "a point mass has no sky crane"
        for only, parts in (("descent_stage", powered_parts(v, 0.0, 0.0)), ("lander", [part(v.lander)])):
            yield "the sky crane", f"vehicle.{only}", _assembled("the sky crane", f"vehicle.{only}", parts)


def _assembled(name: str, only: str, parts: list[Part]) -> MassProperties:
    if sum(each.mass for each in parts) > 0.0:
        return assemble(parts)
    if only:
        raise InputError(f"{only}.mass_kg is 0, must be above 0 kg for {name}")
    raise InputError(f"vehicle has no mass in {name}; one of its parts must have a mass_kg above 0 kg")


def _check_body(name: str, only: str, body: MassProperties) -> None:
    i, least = body.inertia, 1e-6 * body.mass
    for number, (axis, about) in enumerate(zip("xyz", (i.xx, i.yy, i.zz), strict=True), 1):
        if about <= least and only:
            raise InputError(
                f"{only}.inertia_kg_m2 (element {number}) is {about:.6g}, must be above {least:.3g} kg m2 for its mass of "
                f"{body.mass:.6g} kg"
            )
        if about <= least:
            raise InputError(
                f"vehicle has no inertia about its {axis} axis in {name} ({about:.3g} kg m2, must be above {least:.3g} for its "
                f"mass of {body.mass:.6g} kg); give its parts inertia_kg_m2"
            )
    determinant = (
        i.xx * (i.yy * i.zz - i.yz**2) - i.xy * (i.xy * i.zz - i.yz * i.xz) + i.xz * (i.xy * i.yz - i.yy * i.xz)
    )
    if determinant <= 0.0:
        raise InputError(
            f"the inertia of the vehicle in {name} is that of no body; look at inertia_kg_m2 and place_m of its parts"
        )


def _rates(p: MissionParameters, phases: tuple[str, ...]) -> Iterator[tuple[str, float, str, float, str]]:
    """Springs and dampers: key, value, unit, largest value that the step allows, and the reason."""
    v = p.vehicle
    assert isinstance(v, VehicleParameters), "a point mass has no springs"
    if "parachute" in phases and v.parachute is not None:
        rate, c = _STABLE / _PARACHUTE, v.parachute
        hanging = assemble(entry_parts(v, 3.0, 0.0, packed=False))
        turning = min(hanging.inertia.xx, hanging.inertia.yy, hanging.inertia.zz)
        light = 1.0 / (1.0 / c.mass + 1.0 / hanging.mass)
        why = f"for a canopy of {c.mass:.3g} kg and the integration step"
        yield "vehicle.parachute.riser_stiffness_N_m", c.riser_stiffness, "N/m", light * rate**2, why
        yield "vehicle.parachute.riser_damping_N_s_m", c.riser_damping, "N s/m", light * rate, why
        why = f"for an inertia of {turning:.3g} kg m2 and the integration step"
        yield "vehicle.parachute.bridle_damping_Nms", c.bridle_damping, "N m s", turning * rate, why
    if "sky_crane" in phases and v.bridles is not None and v.feet is not None and v.descent_stage is not None:
        rate, least = _STABLE / _SKY_CRANE, min(v.lander.mass, v.descent_stage.mass)
        why = f"for a body of {least:.4g} kg and the integration step"
        bridles, feet = len(v.bridles.top_x), len(v.feet.place_x)
        yield "vehicle.bridles.damping_N_s_m", v.bridles.damping, "N s/m", 0.5 * least * rate / bridles, why
        yield "vehicle.feet.stiffness_N_m", v.feet.stiffness, "N/m", v.lander.mass * rate**2 / feet, why
        yield "vehicle.feet.damping_N_s_m", v.feet.damping, "N s/m", v.lander.mass * rate / feet, why
        short = v.bridles.initial_length / v.bridles.length
        yield "vehicle.bridles.stiffness_N_m", v.bridles.stiffness, "N/m", 0.5 * least * rate**2 * short / bridles, why
