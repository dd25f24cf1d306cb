"""Tables shared by every case of a flight: computed once, on the ground, from the mission's own numbers."""

import dataclasses
import math
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import numpy as np

from skycrane.core.errors import InputError
from skycrane.core.interpolation import UniformCubic, cubic_by_number, evaluate_cubic
from skycrane.flight.ground import GroundTable
from skycrane.flight.masses import entry_parts
from skycrane.flight.models import assemble as assemble_models
from skycrane.flight.site_ground import site_ground
from skycrane.gnc.guidance import reference
from skycrane.gnc.guidance.landing_target import SafeTargets
from skycrane.mission.parameters import ApolloEntryParameters, MissionParameters, PointMassParameters, VehicleParameters
from skycrane.mission.parameters.mind import RangeTriggerParameters
from skycrane.planet import shape
from skycrane.planet.atmosphere.tables import atmosphere_table
from skycrane.vehicle.aeroshell import AeroTable, aero_table
from skycrane.vehicle.mass import assemble
from skycrane.vehicle.parachute import ParachuteTable, parachute_table
from skycrane.vehicle.thrusters import ThrusterTable, thruster_table
from skycrane.vehicle.trim import trim

_REACHED = 100.0  # [m] a reference that ends nearer to where it should has reached it
_NO_AERO = AeroTable(*[np.zeros(1)] * 4)  # a point mass looks nothing up


class Tables(NamedTuple):
    """Everything that is looked up in flight."""

    atmosphere: UniformCubic
    ground: GroundTable | None  # None where it is level
    safe_targets: SafeTargets | None  # of the on-board map; None for a mission without terrain
    assumed: (
        Any  # the vehicle as flight software knows it: the mission file's own numbers, whatever was drawn for a case
    )
    aero: AeroTable
    parachute: ParachuteTable
    thrusters: ThrusterTable
    entry: reference.EntryTable
    parachute_range: np.ndarray  # navigated range to the target at which the range trigger fires [m]
    straighten_up_lead: np.ndarray  # before the predicted mortar fire [s]
    ballast_delay: np.ndarray  # straighten-up to the first pair [s]
    areoid_above_ellipsoid: np.ndarray  # at the site [m]
    stop_height: (
        np.ndarray
    )  # height over terrain that ends a mission of kind height [m]; far underground for the others
    stop_when_open: np.ndarray  # 1 for a mission that ends under the open parachute, else 0


class EntryPlan(NamedTuple):
    """What the ground computed for entry guidance, for tables, plots and docs."""

    table: reference.EntryTable
    path: np.ndarray  # rows of (t, s, V, gamma, h)
    profile: reference.Profile | None
    parachute_range: float
    lift_to_drag: float
    wanted_range: float = 0.0  # from entry to the parachute [m]

    @property
    def short_by(self) -> float:
        """How far the reference ends short of (below zero: beyond) the wanted place of the parachute [m]."""
        return self.wanted_range - float(self.path[-1, 1]) if self.profile else 0.0


def make_tables(p: MissionParameters, plan: EntryPlan | None = None, ground: Any = None) -> Tables:
    """Tables of a mission. Raises InputError when the vehicle does not trim.

    `ground`: what `site_ground` gives, where it is there already.
    """
    plan = plan or plan_entry(p)
    lead, delay = straighten_up(p)
    ground = ground or site_ground(p)
    return Tables(
        atmosphere=atmosphere_table(p.atmosphere, p.planet),
        ground=ground.heights,
        safe_targets=ground.safe_targets,
        assumed=jax.tree.map(np.float64, assemble_models(p).vehicle),
        aero=aero_table(p.vehicle.aeroshell) if isinstance(p.vehicle, VehicleParameters) else _NO_AERO,
        parachute=parachute_table(p.vehicle.parachute) if p.vehicle.parachute else ParachuteTable(np.zeros(97)),
        thrusters=thruster_table(p.vehicle.thrusters, assemble(entry_parts(p.vehicle, 3.0)).centre)
        if p.vehicle.thrusters
        else ThrusterTable(np.zeros((6, 1))),
        entry=plan.table,
        parachute_range=np.asarray(plan.parachute_range),
        straighten_up_lead=np.asarray(lead),
        ballast_delay=np.asarray(delay),
        areoid_above_ellipsoid=np.asarray(areoid_above_ellipsoid(p)),
        stop_height=np.asarray(p.success.height if p.success.condition == "height" else -1e9),
        stop_when_open=np.asarray(float(p.success.condition == "parachute_open")),
    )


def areoid_above_ellipsoid(p: MissionParameters) -> float:
    """Height of the areoid over the ellipsoid at the site [m]: the areoid is taken parallel to the ellipsoid around it."""
    position = shape.position_from_spherical(p.site.latitude, p.site.longitude, p.site.areoid_radius)
    return float(shape.height_above_ellipsoid(position, p.planet.equatorial_radius, p.planet.polar_radius))


@lru_cache(maxsize=4)
def plan_entry(p: MissionParameters) -> EntryPlan:
    """Reference, gains and parachute range by the design rule; a mission without entry guidance gets an empty table.

    Plans of the missions flown last are kept: the next seed of one starts with it.
    """
    g = p.entry_guidance
    if not isinstance(g, ApolloEntryParameters):
        flat = np.zeros(reference.KNOTS)
        empty = reference.EntryTable(np.asarray(0.0), np.asarray(1.0), *([flat] * 8))
        return EntryPlan(empty, np.zeros((0, 5)), None, _asked_range(p), 1.0)
    model, lift_to_drag = planar_model(p)
    start = (0.0, p.entry.speed, p.entry.flight_path_angle, p.entry.radius - model.radius)
    profile = reference.Profile(
        g.reference_bank_high,
        g.reference_bank_low,
        g.reference_speed_high,
        g.reference_speed_low,
        g.heading_alignment_speed,
        0.5 * g.heading_bank_limit,
    )
    here = shape.position_from_spherical(p.entry.latitude, p.entry.longitude, 1.0)
    there = shape.position_from_spherical(p.site.entry_target_latitude, p.site.entry_target_longitude, 1.0)
    distance = model.radius * float(shape.arc_angle(here, there))
    drift, near = 8e3, None
    for _ in range(4):
        wanted = distance - drift
        solved, path = reference.solve_shift(model, start, profile, g.design_mach, wanted, near)
        near = solved.shift
        drift = _drift(p, model, path[-1])
        profile = dataclasses.replace(profile, straighten_speed=_straighten_speed(p, path))
    table = reference.entry_table(model, path, solved, drift, g.deadband_fraction)
    if g.deadband:
        speeds = table.origin + np.arange(reference.KNOTS) / table.inverse_step
        table = table._replace(deadband=np.interp(speeds, g.deadband_speed, g.deadband))
    return EntryPlan(table, path, solved, _asked_range(p) or drift, lift_to_drag, wanted)


def known_at_entry(p: MissionParameters) -> dict[str, tuple[float, tuple[float, ...]]]:
    """What is known before the flight begins, noted as events of its first moment (time, figures)."""
    plan = plan_entry(p)
    known: dict[str, tuple[float, tuple[float, ...]]] = {"entry_interface": (0.0, ())}
    if abs(plan.short_by) > _REACHED:
        known["target_out_of_reach"] = (0.0, (plan.short_by, plan.wanted_range - plan.short_by, plan.wanted_range))
    return known


def _asked_range(p: MissionParameters) -> float:
    """Range to the target that the mission file asks the parachute to open at [m]; 0 where it leaves that to the design rule."""
    t = p.triggers.parachute if p.triggers else None
    return t.range_to_target if isinstance(t, RangeTriggerParameters) else 0.0


def straighten_up(p: MissionParameters) -> tuple[float, float]:
    """Lead of straighten-up before mortar fire and delay of the first ballast pair [s], where the mission leaves them to the rule.

    The first pair goes when the roll from the largest bank of heading alignment is done, 2 sqrt(angle / acceleration); the lead is
    that, two intervals between pairs and the time to settle.
    """
    t, g, c = p.triggers, p.entry_guidance, p.attitude_control
    if t is None:
        return 0.0, 0.0
    roll = 0.0
    if isinstance(g, ApolloEntryParameters) and c is not None:
        roll = 2.0 * math.sqrt((g.heading_bank_limit + abs(t.deploy_azimuth_from_track)) / c.bank_acceleration_limit)
    delay = t.ballast_delay or roll
    return t.straighten_up_lead or delay + 2.0 * t.ballast_interval + t.straighten_up_settle, delay


def _straighten_speed(p: MissionParameters, path: np.ndarray) -> float:
    """Speed at which the ballast is gone on a reference path; 0 for a vehicle without ballast."""
    if p.vehicle.ballast is None or p.triggers is None:
        return 0.0
    lead, delay = straighten_up(p)
    gone = path[-1, 0] - lead + delay + p.triggers.ballast_interval
    return float(np.interp(gone, path[:, 0], path[:, 2]))


def planar_model(p: MissionParameters) -> tuple[reference.PlanarModel, float]:
    """The pre-flight model of planar flight, and the L/D that guidance assumes (hypersonic trim)."""
    site = shape.position_from_spherical(p.site.latitude, p.site.longitude, p.site.areoid_radius)
    radius = p.site.areoid_radius
    table = atmosphere_table(p.atmosphere, p.planet)
    heights = np.arange(-10e3, 200e3, 100.0)
    log_density, temperature, east, north = evaluate_cubic(table, np.minimum(heights, 159.9e3))
    along = east * math.sin(p.entry.azimuth) + north * math.cos(p.entry.azimuth)
    log_density = log_density - np.maximum(heights - 159.9e3, 0.0) / 8e3
    sound = np.sqrt(p.planet.gas.heat_capacity_ratio * p.planet.gas.gas_constant * temperature)
    machs = np.concatenate([np.linspace(0.5, 6.0, 23), np.linspace(6.5, 40.0, 30)])
    drag, ratio = _drag_and_lift(p.vehicle, machs)
    lat = math.asin(float(site.z) / radius)
    model = reference.PlanarModel(
        radius=radius,
        gm=p.planet.gm,
        coriolis=2.0 * p.planet.rotation_rate * math.sin(p.entry.azimuth) * math.cos(lat),
        density=_lookup(-10e3, 100.0, log_density, math.exp),
        sound=_lookup(-10e3, 100.0, sound, None),
        drag_area_over_mass=_uneven(machs, drag),
        lift_to_drag=_uneven(machs, ratio),
        wind=_lookup(-10e3, 100.0, p.atmosphere.wind_scale * along, None),
    )
    return model, float(np.interp(20.0, machs, ratio))


def _drag_and_lift(
    vehicle: VehicleParameters | PointMassParameters, machs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Drag area over mass [m^2/kg] and lift over drag at trim, at each Mach number."""
    if isinstance(vehicle, PointMassParameters):
        drag = vehicle.drag_coefficient * vehicle.reference_area / vehicle.mass
        return np.full_like(machs, drag), np.full_like(machs, vehicle.lift_to_drag)
    properties = assemble(entry_parts(vehicle, 0.0))
    try:
        _, drag, ratio = trim(vehicle.aeroshell, aero_table(vehicle.aeroshell), properties.centre, machs)
    except ValueError as error:
        raise InputError(f"the aeroshell does not trim: {error}") from None
    return drag * (0.25 * math.pi * vehicle.aeroshell.base_diameter**2 / properties.mass), ratio


def _lookup(origin: float, step: float, values: np.ndarray, then: Any) -> Any:
    row, last = values.tolist(), len(values) - 2

    def at(x: float) -> float:
        u = (x - origin) / step
        i = min(max(int(u), 0), last)
        y = row[i] + (u - i) * (row[i + 1] - row[i])
        return float(then(y)) if then else float(y)

    return at


def _uneven(x: np.ndarray, y: np.ndarray) -> Any:
    u = np.linspace(0.0, 0.96, 193)
    return (lambda f: lambda m: f(m / (m + 2.0)))(_lookup(0.0, 0.005, np.interp(2.0 * u / (1.0 - u), x, y), None))


def _drift(p: MissionParameters, model: reference.PlanarModel, end: np.ndarray) -> float:
    """Ground distance from mortar fire to the backshell's height in the pre-flight model with its wind along the path [m]."""
    if isinstance(p.vehicle, PointMassParameters):
        return _asked_range(p)
    chute, air = p.vehicle.parachute, cubic_by_number(atmosphere_table(p.atmosphere, p.planet))
    _, _, v, gamma, h = end.tolist()
    ground = p.site.elevation
    if chute is None:
        return 0.0
    base, slope = (p.triggers.backshell_intercept, p.triggers.backshell_slope) if p.triggers else (0.0, 0.0)
    mass = sum(part.mass for part in entry_parts(p.vehicle, 3.0))
    lightened = mass - p.vehicle.heat_shield.mass
    drag_table, knots = parachute_table(chute).drag, np.arange(97.0)
    x, vx, vz, t, dt = 0.0, v * math.cos(gamma), v * math.sin(gamma), 0.0, 0.1
    capsule = 0.25 * math.pi * p.vehicle.aeroshell.base_diameter**2
    s_a, c_a = math.sin(p.entry.azimuth), math.cos(p.entry.azimuth)
    open_at = chute.inflation_time + chute.trailing_distance / chute.mortar_speed
    while h > ground + base - slope * vz and t < 600.0:
        log_density, temperature, east, north = air(h)
        wind = east * s_a + north * c_a
        ax, az = vx - wind, vz
        speed = math.hypot(ax, az)
        mach = speed / math.sqrt(p.planet.gas.heat_capacity_ratio * p.planet.gas.gas_constant * temperature)
        cd = float(np.interp(mach / 0.0625, knots, drag_table))
        area = capsule + (0.25 * math.pi * chute.nominal_diameter**2 * cd if t > open_at else 0.0)
        if t > p.triggers.heat_shield_timer if p.triggers else False:
            mass = lightened
        k = 0.5 * math.exp(log_density) * speed * area / mass
        g = model.gm / (model.radius + h) ** 2
        vx, vz = vx - dt * k * ax, vz - dt * (k * az + g)
        x, h, t = x + dt * vx, h + dt * vz, t + dt
    return x
