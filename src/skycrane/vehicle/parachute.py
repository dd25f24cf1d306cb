"""A disk-gap-band parachute: from the mortar to a canopy that breathes, as a body of its own on an elastic riser.

Drag area S(t) = S0 CD(M) f(t). From line stretch f grows as (t/ti)^n to its first full open, overshoots to the opening-load
factor Cx and settles to 1 with a decaying area oscillation, so that the load at first full open is F = Cx q S0 CD (finite mass
effects come from the equations of motion). The canopy moves with its own mass and the air's apparent mass k rho D0^3; lines and
riser are one tension-only spring with damping. Sources: Knacke, Parachute Recovery Systems Design Manual (1991), 5; O'Farrell and
Clark, Reconstructed Performance of the Mars 2020 Parachute Decelerator System (2022). Assumes drag along the canopy's own
airflow; no lift, no wake of the forebody other than in CD(M).
"""

from typing import NamedTuple

import numpy as np

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import fetched, split, take
from skycrane.core.vector import Vec3, cross, dot, norm
from skycrane.mission.parameters.vehicle import ParachuteParameters
from skycrane.vehicle.mass import MassProperties

_KNOTS, _MACH_STEP = 97, 0.0625
_BREATHING = 0.08  # s of period for each metre of nominal diameter, where the mission leaves it open


class ParachuteTable(NamedTuple):
    """Drag coefficient against Mach number on a uniform grid, shape (knots,)."""

    drag: np.ndarray


class Canopy(NamedTuple):
    """The canopy as a point: position [m, mcmf] and planet-relative velocity [m/s, mcmf]."""

    position: Vec3
    velocity: Vec3


def parachute_table(parachute: ParachuteParameters) -> ParachuteTable:
    """Table from Mach 0 to 6; end values hold outside the mission's knots."""
    return ParachuteTable(np.interp(np.arange(_KNOTS) * _MACH_STEP, parachute.drag_mach, parachute.drag_coefficient))


@component
class DiskGapBandParachute(ParachuteParameters):
    """Disk-gap-band parachute with finite inflation, opening load, apparent mass and area oscillation."""

    sources = ("knacke1991", "ofarrell2022")

    def area(self) -> Scalar:
        """Nominal area S0 [m^2]."""
        return 0.25 * np.pi * self.nominal_diameter * self.nominal_diameter

    def inflation(self, since_line_stretch: Scalar) -> Scalar:
        """Drag area over its steady value."""
        t = fn.maximum(since_line_stretch, 0.0)
        s = fn.minimum(t / self.inflation_time, 1.0)
        growth = self.opening_load_factor * fn.exp(self.inflation_exponent * fn.log(fn.maximum(s, 1e-6)))
        u = fn.maximum(t - self.inflation_time, 0.0)
        settle = 1.0 + (self.opening_load_factor - 1.0) * fn.exp(-u / self.overinflation_decay)
        period = fn.where(self.oscillation_period > 0.0, self.oscillation_period, _BREATHING * self.nominal_diameter)
        phase = 2.0 * np.pi * u / period
        breathing = self.oscillation_amplitude * fn.exp(-u / self.oscillation_decay) * fn.sin(phase)
        return fn.where(s < 1.0, growth, settle - breathing)

    def drag_area(self, table: ParachuteTable, mach: Scalar, since_line_stretch: Scalar) -> Scalar:
        """Effective drag area CD S [m^2]; before line stretch that of the pack."""
        u = fn.clip(mach * (1.0 / _MACH_STEP), 0.0, _KNOTS - 1 - 1e-9)
        i, t = split(u)
        low, high = fetched((take(table.drag, i), take(table.drag, i + 1)))
        drag = (1.0 - t) * low + t * high
        full = self.area() * drag * self.drag_scale * self.inflation(since_line_stretch)
        return fn.where(since_line_stretch >= 0.0, fn.maximum(full, self.pack_drag_area), self.pack_drag_area)

    def moving_mass(self, density: Scalar, since_line_stretch: Scalar) -> Scalar:
        """Own mass plus the air that moves with the canopy [kg]."""
        full = fn.clip(since_line_stretch / self.inflation_time, 0.0, 1.0)
        return self.mass + self.apparent_mass_factor * density * self.nominal_diameter**3 * full * full

    def mass_growth(self, density: Scalar, since_line_stretch: Scalar) -> Scalar:
        """Air taken along anew each second while the canopy opens [kg/s]; it has to be brought to the canopy's speed."""
        t = since_line_stretch / self.inflation_time
        opening = fn.where((t > 0.0) & (t < 1.0), t, 0.0)
        return 2.0 * self.apparent_mass_factor * density * self.nominal_diameter**3 * opening / self.inflation_time

    def riser(self, attachment: Canopy, canopy: Canopy) -> tuple[Vec3, Scalar, Scalar]:
        """Pull on the vehicle at the attachment [N, mcmf], its size [N], and the distance between both [m]."""
        line = canopy.position - attachment.position
        distance = norm(line)
        direction = line * (1.0 / distance)
        stretch = distance - self.trailing_distance
        speed = dot(canopy.velocity - attachment.velocity, direction)
        tension = fn.maximum(self.riser_stiffness * stretch + self.riser_damping * speed, 0.0)
        tension = fn.where(stretch > 0.0, tension, 0.0)
        return direction * tension, tension, distance

    def wrist_torque(self, line_body: Vec3, rate_body: Vec3) -> Vec3:
        """Torque of the bridle against turning about any axis but its own [N m, body]."""
        direction = line_body * (1.0 / norm(line_body))
        along = direction * dot(rate_body, direction)
        return (along - rate_body) * self.bridle_damping

    def fastest(self, body: MassProperties) -> Scalar:
        """Fastest rate [rad/s] of riser and bridle between the canopy's own mass and a vehicle: what limits an integration step."""
        light = self.mass * body.mass / (self.mass + body.mass)
        inertia = fn.minimum(body.inertia.xx, fn.minimum(body.inertia.yy, body.inertia.zz))
        damping = fn.maximum(self.riser_damping / light, self.bridle_damping / inertia)
        return fn.maximum(fn.sqrt(self.riser_stiffness / light), damping)

    def torque_at(self, centre: Vec3, pull_body: Vec3) -> Vec3:
        """Torque of the pull about the centre of mass [N m, body]."""
        return cross(Vec3(*self.attachment) - centre, pull_body)
