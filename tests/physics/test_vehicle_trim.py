"""The entry vehicle flies where its centre of mass says: 16 degrees and L/D 0.24 with the ballast, nearly straight without."""

import numpy as np
import pytest
from numpy.polynomial.polynomial import polyval
from scipy.optimize import brentq

from skycrane import load_mission
from skycrane.core.vector import Vec3
from skycrane.flight.masses import entry_parts
from skycrane.mission.parameters.vehicle import SphereConeParameters
from skycrane.vehicle.aeroshell import Aeroshell, aero_table, flow
from skycrane.vehicle.mass import assemble
from skycrane.vehicle.trim import trim

VEHICLE = load_mission("mars2020").parameters.vehicle
SHAPE = VEHICLE.aeroshell
TABLE = aero_table(SHAPE)
BODY = Aeroshell(base_diameter=SHAPE.base_diameter, nose_radius=SHAPE.nose_radius)
# Rational fit of the MSL aerodynamic database at trim, powers of Mach rising from 0; meaningless below Mach 1.2.
CD_FIT = (2.598e4, -1022.0, -2904.0, 678.6, -44.33, 1.373), (1.505e4, 1687.0, -2651.0, 544.1, -34.11, 1.0)
CL_FIT = (1.172e4, -3654.0, 485.6, -14.61, 0.4192), (2.53e4, -7846.0, 1086.0, -28.35, 1.0)
HYPERSONIC = np.array([15.0, 20.0, 25.0])


def centre(pairs_gone: float) -> Vec3:
    """Centre of mass so many ballast pairs later."""
    return assemble(entry_parts(VEHICLE, pairs_gone)).centre


def torque_y(angle: float, mach: float, where: Vec3) -> float:
    """Pitching torque at an angle of attack, from the forces that fly."""
    air = flow(Vec3(1000.0 * np.cos(angle), 0.0, 1000.0 * np.sin(angle)), 0.01, 1000.0 / mach)
    return float(BODY.force_and_torque(TABLE, air, Vec3(0.0, 0.0, 0.0), where)[1].y)


def test_with_its_ballast_it_trims_at_16_degrees_lift_up() -> None:
    angle, drag, ratio = trim(SHAPE, TABLE, centre(0.0), HYPERSONIC)
    np.testing.assert_allclose(np.degrees(angle), -16.0, atol=0.6)
    np.testing.assert_allclose(ratio, 0.24, atol=0.01)
    np.testing.assert_allclose(
        drag, 1.44, atol=0.03
    )  # public rational fit of the database: 1.40 to 1.45 over these Mach numbers


def test_drag_and_lift_follow_the_public_fit_down_to_the_parachute() -> None:
    """CD and CL at trim within 1.5 %: the Mach factors were made for that, so this checks the making, not the physics."""
    m = np.array([2.0, 3.0, 5.0, 8.0, 15.0, 20.0])
    cd = polyval(m, CD_FIT[0]) / polyval(m, CD_FIT[1])
    cl = polyval(m, CL_FIT[0]) / polyval(m, CL_FIT[1])
    _, drag, ratio = trim(SHAPE, TABLE, centre(0.0), m)
    np.testing.assert_allclose(drag, cd, rtol=0.015)
    np.testing.assert_allclose(ratio * drag, cl, rtol=0.015)


def test_without_its_ballast_it_flies_nearly_straight() -> None:
    angle, _, ratio = trim(SHAPE, TABLE, centre(3.0), np.array([1.8, 2.5, 4.0]))
    assert np.all(np.abs(np.degrees(angle)) < 4.5)  # a fixed offset of the backshell stays
    assert np.all(np.abs(ratio) < 0.07)


@pytest.mark.parametrize("mach", [2.0, 10.0, 20.0])
@pytest.mark.parametrize("pairs_gone", [0.0, 3.0])
def test_trim_is_where_the_flying_torque_is_zero_and_brings_back(mach: float, pairs_gone: float) -> None:
    where = centre(pairs_gone)
    root = brentq(torque_y, np.radians(-30.0), np.radians(10.0), args=(mach, where))
    found = float(trim(SHAPE, TABLE, where, np.array([mach]))[0, 0])
    assert np.degrees(found) == pytest.approx(np.degrees(root), abs=0.05)
    assert torque_y(found - 0.02, mach, where) > 0.0 > torque_y(found + 0.02, mach, where)


def test_a_centre_of_mass_on_the_axis_trims_at_zero_and_one_below_it_nose_up() -> None:
    on, below = (trim(SHAPE, TABLE, (-1.5, 0.0, z), np.array([10.0]))[0, 0] for z in (0.0, 0.05))
    assert on == 0.0
    assert below > 0.0


def test_a_vehicle_that_does_not_trim_says_so() -> None:
    with pytest.raises(ValueError, match="no stable trim"):
        trim(SHAPE, TABLE, (-1.5, 0.0, 1.9), np.array([10.0]))
    slender = SphereConeParameters(base_diameter=1.0, nose_radius=0.05, cone_angle=np.radians(15.0))
    with pytest.raises(ValueError, match="no stable trim"):
        trim(slender, aero_table(slender), (-1.8, 0.0, 0.01), np.array([10.0]))
