"""The aeroshell in the air: force and torque over Mach number and total angle of attack, and stagnation heating.

Sphere-cone coefficients come from modified Newtonian flow, Cp = Cp,max (n . v)^2 on surface that faces the flow, integrated over
nose, cone and flat base; factors on CA and Cm over Mach number carry the rest. Source: Anderson, Hypersonic and High-Temperature Gas
Dynamics, 3.3. The default factors reproduce the published fit of trimmed CD and CL of a 70-degree cone (MSL database, Mach 1.5 to
32 [noyes2021]): L/D of the fit gives the trim angle, CD and CL there give CA, balance about the centre of mass gives Cm; below
Mach 1.5 the drop of drag is assumed.
Assumes a body of revolution (a centre of mass off the axis makes the trim); afterbody shape is not modelled.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import fetched, split, take
from skycrane.core.vector import Vec3, cross, dot
from skycrane.mission.parameters.vehicle import (
    AeroshellShape,
    CoefficientTableParameters,
    SphereConeParameters,
)

MACH_KNOTS, ANGLE_KNOTS, ANGLE_STEP = 64, 121, np.radians(1.5)
_MACH_TOP = 60.0
_U_STEP = _MACH_TOP / (_MACH_TOP + 2.0) / (MACH_KNOTS - 1)


class Coefficients(NamedTuple):
    """CA, CN, Cm about the apex, and pitch damping."""

    axial: Scalar
    normal: Scalar
    moment: Scalar
    damping: Scalar


class AeroTable(NamedTuple):
    """Coefficients on a uniform grid of u = M/(M+2) and total angle; each array has shape (MACH_KNOTS * ANGLE_KNOTS,)."""

    axial: np.ndarray
    normal: np.ndarray
    moment: np.ndarray
    damping: np.ndarray


class Flow(NamedTuple):
    """Air relative to the body: speed [m/s], velocity of the body through the air in body axes, Mach, dynamic pressure [Pa]."""

    airspeed: Scalar
    velocity_body: Vec3
    mach: Scalar
    dynamic_pressure: Scalar
    total_angle: Scalar
    side_y: Scalar
    side_z: Scalar


def flow(velocity_body: Vec3, density: Scalar, speed_of_sound: Scalar) -> Flow:
    """Flow from the velocity through the air in body axes; the side direction is a unit vector in the y-z plane."""
    side = fn.sqrt(velocity_body.y * velocity_body.y + velocity_body.z * velocity_body.z + 1e-12)
    airspeed = fn.sqrt(dot(velocity_body, velocity_body) + 1e-12)
    return Flow(
        airspeed,
        velocity_body,
        airspeed / speed_of_sound,
        0.5 * density * airspeed * airspeed,
        fn.atan2(side, velocity_body.x),
        velocity_body.y / side,
        velocity_body.z / side,
    )


class AeroCell(NamedTuple):
    """One cell of the table, looked up once for the stages of an integration step: its place on the grid and its corners."""

    u: Scalar  # whole steps of u
    angle: Scalar  # whole steps of the angle
    corners: tuple[Scalar, ...]  # four a coefficient


def coefficients(table: AeroTable | AeroCell, mach: Scalar, total_angle: Scalar) -> Coefficients:
    """Bilinear in u and angle. In a cell, by that cell also a little way beyond its edges."""
    cell = table if isinstance(table, AeroCell) else aero_cell(table, mach, total_angle)
    u, a = _on_grid(mach, total_angle)
    s, t = u - cell.u, a - cell.angle
    weights = ((1.0 - s) * (1.0 - t), (1.0 - s) * t, s * (1.0 - t), s * t)
    corners = (cell.corners[k : k + 4] for k in range(0, 16, 4))
    return Coefficients(*(sum(w * v for w, v in zip(weights, four, strict=True)) for four in corners))


def aero_cell(table: AeroTable, mach: Scalar, total_angle: Scalar) -> AeroCell:
    """The cell of the table for a Mach number and a total angle of attack [rad]."""
    u, a = _on_grid(mach, total_angle)
    i, s = split(u)
    j, t = split(a)
    n = i * ANGLE_KNOTS + j
    offsets = (0, 1, ANGLE_KNOTS, ANGLE_KNOTS + 1)
    return AeroCell(u - s, a - t, fetched(tuple(take(column, n + o) for column in table for o in offsets)))


def _on_grid(mach: Scalar, total_angle: Scalar) -> tuple[Scalar, Scalar]:
    u = fn.clip(mach / (mach + 2.0) * (1.0 / _U_STEP), 0.0, MACH_KNOTS - 1 - 1e-9)
    return u, fn.clip(total_angle * (1.0 / ANGLE_STEP), 0.0, ANGLE_KNOTS - 1 - 1e-9)


@component
class Aeroshell(AeroshellShape):
    """Any aeroshell, flown from its coefficient table."""

    sources = ("schoenenberger2009", "sutton1971", "anderson2006")

    def area(self) -> Scalar:
        """Reference area [m^2]."""
        return 0.25 * np.pi * self.base_diameter * self.base_diameter

    def force_and_torque(self, table: AeroTable | AeroCell, air: Flow, rate: Vec3, centre: Vec3) -> tuple[Vec3, Vec3]:
        """Force [N] and torque about the centre of mass [N m], body axes; rate is relative to the air [rad/s]."""
        c = coefficients(table, air.mach, air.total_angle)
        qs = air.dynamic_pressure * self.area()
        d = self.base_diameter
        side = -qs * c.normal * self.normal_force_scale
        force = Vec3(-qs * c.axial * self.axial_force_scale, side * air.side_y, side * air.side_z)
        nose = qs * d * c.moment * self.moment_scale
        damping = qs * d * d * (c.damping + self.damping_offset) / (2.0 * fn.maximum(air.airspeed, 1.0))
        about_apex = Vec3(0.0 * nose, nose * air.side_z + damping * rate.y, -nose * air.side_y + damping * rate.z)
        return force, about_apex - cross(centre, force)

    def stagnation_heating(self, constant: Scalar, density: Scalar, airspeed: Scalar) -> Scalar:
        """Convective heat flux at the stagnation point [W/m^2]: k sqrt(rho / Rn) V^3. Cold wall, equilibrium.

        Source: Sutton and Graves, NASA TR R-376 (1971). Radiative heating is not included.
        """
        return self.heating_scale * constant * fn.sqrt(density / self.nose_radius) * airspeed * airspeed * airspeed


@lru_cache(maxsize=4)
def aero_table(shape: AeroshellShape) -> AeroTable:
    """Coefficient table of any aeroshell; those of the aeroshells asked for last are kept, and are not to be written to."""
    u = np.arange(MACH_KNOTS) * _U_STEP
    mach, angle = 2.0 * u / (1.0 - u), np.arange(ANGLE_KNOTS) * ANGLE_STEP
    if isinstance(shape, SphereConeParameters):
        axial, normal, moment = newtonian(shape, angle)
        axial_factor, moment_factor = (
            np.interp(mach, shape.mach, row)[:, None] for row in (shape.axial_factor, shape.moment_factor)
        )
        grids = (axial_factor * axial, np.ones_like(axial_factor) * normal, moment_factor * moment)
    elif isinstance(shape, CoefficientTableParameters):
        axial, normal, moment = (
            _resample(shape, np.asarray(v), mach, angle) for v in (shape.axial, shape.normal, shape.moment)
        )
        grids = (axial, normal, moment)
    else:
        raise TypeError(f"no coefficients are known for {type(shape).__name__}")
    damping = np.interp(mach, shape.damping_mach, shape.damping)[:, None] * np.cos(np.minimum(angle, np.pi / 2)) ** 2
    return AeroTable(*(np.ascontiguousarray(g, float).ravel() for g in (*grids, damping)))


def newtonian(shape: SphereConeParameters, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """CA, CN and Cm about the apex of a sphere-cone at each total angle of attack [rad]; arrays of the angle's shape."""
    x, radius, nx, nr, width = _surface(shape)
    clock = (np.arange(180) + 0.5) * (np.pi / 180)  # one half; the other is its mirror image
    ca, cn, cm = np.zeros_like(angle), np.zeros_like(angle), np.zeros_like(angle)
    reference = 0.25 * np.pi * shape.base_diameter**2
    for k, a in enumerate(angle):
        facing = nx[:, None] * np.cos(a) + nr[:, None] * np.sin(a) * np.cos(clock)[None, :]
        pressure = shape.pressure_coefficient * np.maximum(facing, 0.0) ** 2
        patch = pressure * (radius * width)[:, None] * (2.0 * np.pi / 180) / reference
        push_x, push_r = -patch * nx[:, None], -patch * nr[:, None]
        push_z = push_r * np.cos(clock)
        ca[k], cn[k] = -push_x.sum(), -push_z.sum()
        torque_y = radius[:, None] * np.cos(clock) * push_x - x[:, None] * push_z
        cm[k] = torque_y.sum() / shape.base_diameter
    return ca, cn, cm


def _surface(shape: SphereConeParameters) -> tuple[np.ndarray, ...]:
    """Rings of nose, cone and base: place along x, radius, outward normal (x, radial), width along the surface."""
    rn, rb, cone = shape.nose_radius, 0.5 * shape.base_diameter, shape.cone_angle
    edge = min(0.5 * np.pi - cone, np.arcsin(min(rb / rn, 1.0)))
    t = (np.arange(200) + 0.5) / 200
    theta = t * edge
    tangent_r, tangent_x = rn * np.sin(edge), -rn * (1.0 - np.cos(edge))
    slant = max(rb - tangent_r, 0.0) / np.sin(cone)
    s = t * slant
    ones = np.ones_like(t)
    base_x = tangent_x - slant * np.cos(cone)
    rings = (
        (-rn * (1.0 - np.cos(theta)), rn * np.sin(theta), np.cos(theta), np.sin(theta), ones * rn * edge / 200),
        (
            tangent_x - s * np.cos(cone),
            tangent_r + s * np.sin(cone),
            ones * np.sin(cone),
            ones * np.cos(cone),
            ones * slant / 200,
        ),
        (ones * base_x, t * rb, -ones, 0.0 * ones, ones * rb / 200),
    )
    return tuple(np.concatenate(column) for column in zip(*rings, strict=True))


def _resample(shape: CoefficientTableParameters, values: np.ndarray, mach: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """A table of the mission file on the uniform grid; end values hold outside."""
    rows = values.reshape(len(shape.mach), len(shape.angles))
    by_angle = np.stack([np.interp(angle, shape.angles, row) for row in rows])
    return np.stack([np.interp(mach, shape.mach, column) for column in by_angle.T], axis=1)
