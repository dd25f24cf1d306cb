"""The angle at which an aeroshell flies by itself when its centre of mass is off the axis, and what it then has of drag and lift.

Static trim: Cm about the centre of mass is zero in the pitch plane, found by bisection on the coefficient table.
"""

import numpy as np

from skycrane.mission.parameters.vehicle import AeroshellShape
from skycrane.vehicle.aeroshell import ANGLE_KNOTS, ANGLE_STEP, AeroTable, coefficients


def trim(shape: AeroshellShape, table: AeroTable, centre: tuple[float, float, float], mach: np.ndarray) -> np.ndarray:
    """Trim angle of attack, CD and L/D at each Mach number; shape (3, mach). Negative angle flies lift up.

    centre: centre of mass [m, body]; only its x and z matter. Raises ValueError when no stable trim below 60 deg exists.
    """
    d = shape.base_diameter
    offset = centre[2]
    angles = np.linspace(0.0, min(np.radians(60.0), ANGLE_STEP * (ANGLE_KNOTS - 1)), 2401)
    result = np.empty((3, len(mach)))
    for k, m in enumerate(mach):
        c = coefficients(table, np.full_like(angles, m), angles)
        axial, normal = c.axial * shape.axial_force_scale, c.normal * shape.normal_force_scale
        restoring = c.moment * shape.moment_scale * d - centre[0] * normal
        torque = restoring + axial * abs(offset)
        if torque[-1] > 0.0:
            raise ValueError(f"no stable trim below 60 deg at Mach {m:.1f}")
        i = int(np.argmax(torque <= 0.0))
        lo = max(i - 1, 0)
        span = torque[lo] - torque[i]
        s = torque[lo] / span if span > 0.0 else 0.0
        a = angles[lo] + s * (angles[i] - angles[lo])
        ca, cn = (np.interp(a, angles, v) for v in (axial, normal))
        drag = ca * np.cos(a) + cn * np.sin(a)
        lift = ca * np.sin(a) - cn * np.cos(a)
        result[:, k] = (np.copysign(a, offset) if offset else 0.0, drag, lift / drag)
    return result
