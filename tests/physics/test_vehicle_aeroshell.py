"""The aeroshell in the air: Newtonian coefficients against closed forms and a table, signs, frames, heating."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skycrane.core.vector import Vec3
from skycrane.mission.parameters.vehicle import CoefficientTableParameters, SphereConeParameters
from skycrane.vehicle.aeroshell import Aeroshell, aero_table, coefficients, flow, newtonian

MSL = SphereConeParameters(base_diameter=4.5, nose_radius=1.125, cone_angle=np.radians(70.0), pressure_coefficient=1.90)
# Modified Newtonian flow of a 70-degree sphere-cone, nose over base radius 0.5, no shoulder, Cp,max 1.90; Cm about the nose:
# angle [deg], CA, CN, Cm. Computed independently of this program, printed to these digits.
TABLE = np.array([
    [0, 1.681, 0.0000, 0.0000], [4, 1.673, 0.0152, -0.0158], [8, 1.651, 0.0302, -0.0312], [12, 1.613, 0.0445, -0.0461],
    [16, 1.562, 0.0580, -0.0601], [20, 1.497, 0.0704, -0.0729], [24, 1.421, 0.0814, -0.0842],
])  # fmt: skip


def shell(shape: SphereConeParameters) -> Aeroshell:
    """The flying aeroshell of a shape."""
    return Aeroshell(base_diameter=shape.base_diameter, nose_radius=shape.nose_radius)


def test_the_70_degree_sphere_cone_has_the_published_coefficients() -> None:
    ca, cn, cm = newtonian(MSL, np.radians(TABLE[:, 0]))
    np.testing.assert_allclose(ca, TABLE[:, 1], atol=6e-4)
    np.testing.assert_allclose(cn, TABLE[:, 2], atol=6e-5)
    np.testing.assert_allclose(cm, TABLE[:, 3], atol=6e-5)


@pytest.mark.parametrize("cone", [20.0, 45.0, 60.0, 70.0])
def test_a_sharp_cone_has_its_closed_form(cone: float) -> None:
    """CA = Cp (sin^2 d cos^2 a + 1/2 cos^2 d sin^2 a), CN = Cp cos^2 d sin a cos a while no side is in the shade (a < d)."""
    d, a = np.radians(cone), np.radians([0.0, 3.0, 10.0, 0.9 * cone])
    sharp = SphereConeParameters(base_diameter=2.0, nose_radius=1e-6, cone_angle=d, pressure_coefficient=2.0)
    ca, cn, cm = newtonian(sharp, a)
    np.testing.assert_allclose(ca, 2.0 * np.sin(d) ** 2 * np.cos(a) ** 2 + np.cos(d) ** 2 * np.sin(a) ** 2, rtol=2e-5)
    np.testing.assert_allclose(cn, 2.0 * np.cos(d) ** 2 * np.sin(a) * np.cos(a), rtol=2e-5, atol=1e-12)
    pressure_centre = 2.0 / (3.0 * np.cos(d) ** 2) / np.tan(d)  # from the apex, for a base radius of 1
    np.testing.assert_allclose(cm, -cn * pressure_centre / 2.0, rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize("edge", [20.0, 40.0])
def test_a_spherical_cap_has_its_closed_form(edge: float) -> None:
    """A cap of half-angle e: CA = Cp [cos^2 a (1 + cos^2 e)/2 + sin^2 a sin^2 e/4], CN = Cp sin a cos a sin^2 e/2; no torque
    about the centre of the sphere, hence Cm = -CN Rn/D about the apex."""
    e, a = np.radians(edge), np.radians([0.0, 5.0, 15.0, 30.0])
    cap = SphereConeParameters(
        base_diameter=2.0 * np.sin(e), nose_radius=1.0, cone_angle=np.radians(15.0), pressure_coefficient=1.7
    )
    ca, cn, cm = newtonian(cap, a)
    np.testing.assert_allclose(
        ca, 1.7 * (0.5 * np.cos(a) ** 2 * (1 + np.cos(e) ** 2) + 0.25 * (np.sin(a) * np.sin(e)) ** 2), rtol=2e-5
    )
    np.testing.assert_allclose(cn, 1.7 * 0.5 * np.sin(a) * np.cos(a) * np.sin(e) ** 2, rtol=2e-5, atol=1e-12)
    np.testing.assert_allclose(cm, -cn / (2.0 * np.sin(e)), rtol=2e-5, atol=1e-12)


def test_the_table_that_flies_is_the_flow_times_the_mach_factors() -> None:
    table = aero_table(MSL)
    for mach in (1.5, 5.0, 25.0):
        c = coefficients(table, np.full(7, mach), np.radians(TABLE[:, 0]))
        axial, moment = (np.interp(mach, MSL.mach, row) for row in (MSL.axial_factor, MSL.moment_factor))
        np.testing.assert_allclose(
            c.axial, axial * TABLE[:, 1], rtol=0.01
        )  # Mach knots of the table against those of the factors
        np.testing.assert_allclose(c.normal, TABLE[:, 2], atol=2e-4)
        np.testing.assert_allclose(c.moment, moment * TABLE[:, 3], rtol=0.01, atol=2e-4)


def test_a_coefficient_table_of_the_mission_file_is_read_row_by_row() -> None:
    given_table = CoefficientTableParameters(
        base_diameter=1.0, nose_radius=0.5, mach=(0.0, 60.0), angles=(0.0, np.radians(90.0)), axial=(1.0, 0.0, 2.0, 0.0),
        normal=(0.0, 0.4, 0.0, 0.4), moment=(0.0, -0.1, 0.0, -0.1),
    )  # fmt: skip
    table = aero_table(given_table)
    c = coefficients(table, np.array([0.0, 30.0, 1e3]), np.radians([45.0, 0.0, 0.0]))
    np.testing.assert_allclose(c.axial, [0.5, 1.5, 2.0], atol=0.002)  # beyond Mach 60 the end value holds
    np.testing.assert_allclose(c.normal[0], 0.2, atol=1e-3)
    np.testing.assert_allclose(c.moment[0], -0.05, atol=1e-3)


@given(st.floats(-np.pi, np.pi), st.floats(0.01, 0.5), st.floats(-np.pi, np.pi))
def test_turning_the_flow_about_the_axis_turns_force_and_torque(clock: float, angle: float, turn: float) -> None:
    """A body of revolution with its centre of mass on the axis knows no top: nothing but the turn may change."""
    body, table = shell(MSL), aero_table_once()
    rate, centre = np.array([0.1, 0.05, -0.08]), Vec3(-1.4, 0.0, 0.0)
    wind = 900.0 * np.array([np.cos(angle), np.sin(angle) * np.sin(clock), np.sin(angle) * np.cos(clock)])
    c, s = np.cos(turn), np.sin(turn)
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    one = body.force_and_torque(table, flow(Vec3(*wind), 0.01, 220.0), Vec3(*rate), centre)
    two = body.force_and_torque(table, flow(Vec3(*(about_x @ wind)), 0.01, 220.0), Vec3(*(about_x @ rate)), centre)
    np.testing.assert_allclose(about_x @ np.array(one[0]), two[0], rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(about_x @ np.array(one[1]), two[1], rtol=1e-9, atol=1e-6)


def test_torque_moves_to_the_centre_of_mass_as_mechanics_says() -> None:
    body, table = shell(MSL), aero_table_once()
    air = flow(Vec3(1000.0, 100.0, -250.0), 0.01, 220.0)
    force, at_apex = body.force_and_torque(table, air, Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    centre = np.array([-1.5, 0.02, -0.12])
    same, at_centre = body.force_and_torque(table, air, Vec3(0.0, 0.0, 0.0), Vec3(*centre))
    np.testing.assert_allclose(same, force)
    np.testing.assert_allclose(at_centre, np.array(at_apex) - np.cross(centre, force), rtol=1e-12)


def test_drag_opposes_the_flight_and_positive_angle_of_attack_gives_negative_lift() -> None:
    """A blunt body: the force leans to the side that the nose leans away from, so lift-up flight is nose down."""
    body, table = shell(MSL), aero_table_once()
    a = np.radians(16.0)
    air = flow(Vec3(1000.0 * np.cos(a), 0.0, 1000.0 * np.sin(a)), 0.01, 220.0)
    force, _ = body.force_and_torque(table, air, Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    drag = -(force.x * np.cos(a) + force.z * np.sin(a))
    lift = force.x * np.sin(a) - force.z * np.cos(a)  # along the direction 90 deg from the velocity on the side of -z
    assert drag > 0.0
    assert lift / drag == pytest.approx(-0.247, abs=0.015)  # the table's; CA carries the Mach factor here


@pytest.mark.parametrize("side", ["y", "z"])
def test_it_is_statically_stable_both_ways(side: str) -> None:
    """The torque starts to move the axis of symmetry towards the velocity, whichever way the velocity leans."""
    body, table = shell(MSL), aero_table_once()
    off = {"y": Vec3(1000.0, 100.0, 0.0), "z": Vec3(1000.0, 0.0, 100.0)}[side]
    _, torque = body.force_and_torque(table, flow(off, 0.01, 220.0), Vec3(0.0, 0.0, 0.0), Vec3(-1.4, 0.0, 0.0))
    axis = np.array([1.0, 0.0, 0.0])
    towards = np.cross(np.array(torque), axis)  # where the torque starts to move the axis of symmetry
    assert np.dot(towards, np.array(off)) > 0.0


def test_damping_takes_energy_and_its_mach_table_and_offset_are_used() -> None:
    table = aero_table(SphereConeParameters(base_diameter=4.5, nose_radius=1.125, cone_angle=np.radians(70.0),
                                            damping_mach=(0.0, 2.0, 4.0), damping=(-0.2, 0.2, -0.1)))  # fmt: skip
    assert coefficients(table, np.array([2.0]), np.array([0.0])).damping[0] == pytest.approx(
        0.2, abs=0.02
    )  # grid of 0.12 in Mach
    assert coefficients(table, np.array([30.0]), np.array([0.0])).damping[0] == pytest.approx(-0.1)
    speed, density = 1000.0, 0.01
    body = Aeroshell(base_diameter=4.5, nose_radius=1.125, damping_offset=-0.05)
    air = flow(Vec3(speed, 0.0, 0.0), density, speed / 30.0)
    _, torque = body.force_and_torque(table, air, Vec3(0.3, 0.2, -0.1), Vec3(-1.4, 0.0, 0.0))
    q, s, d = 0.5 * density * speed**2, 0.25 * np.pi * 4.5**2, 4.5
    np.testing.assert_allclose(torque, np.array([0.0, 0.2, -0.1]) * (-0.15) * q * s * d * d / (2.0 * speed), rtol=1e-9)


def test_stagnation_heating_is_sutton_and_graves_by_hand() -> None:
    """1.9027e-4 sqrt(3e-4 / 1.125) 5000^3 = 38.8 W/cm^2; twice the speed gives eight times the flux."""
    body = shell(MSL)
    flux = body.stagnation_heating(1.9027e-4, 3e-4, 5000.0)
    assert flux == pytest.approx(38.84e4, rel=1e-3)
    assert body.stagnation_heating(1.9027e-4, 3e-4, 10000.0) == pytest.approx(8.0 * flux)
    assert body.stagnation_heating(1.9027e-4, 12e-4, 5000.0) == pytest.approx(2.0 * flux)


def aero_table_once(cache: list = []) -> object:  # noqa: B006
    """The coefficient table of the shape above, computed once."""
    if not cache:
        cache.append(aero_table(MSL))
    return cache[0]
