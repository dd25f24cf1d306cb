"""Mass properties are sums over parts, whichever way they are added."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skycrane import load_mission
from skycrane.core.vector import Vec3
from skycrane.flight.masses import entry_parts, powered_parts
from skycrane.vehicle.mass import Part, Symmetric, assemble, diagonal

VEHICLE = load_mission("mars2020").parameters.vehicle
place = st.builds(Vec3, *(st.floats(-3.0, 3.0) for _ in range(3)))
inertia = st.builds(Vec3, *(st.floats(1.0, 500.0) for _ in range(3)))
parts = st.lists(st.builds(Part, st.floats(1.0, 2000.0), place, inertia), min_size=1, max_size=6)


def array(s: Symmetric) -> np.ndarray:
    """The symmetric matrix as NumPy knows it."""
    return np.array([[s.xx, s.xy, s.xz], [s.xy, s.yy, s.yz], [s.xz, s.yz, s.zz]])


@given(parts)
def test_assembly_is_the_parallel_axis_theorem(parts: list[Part]) -> None:
    m = np.array([p.mass for p in parts])
    r = np.array([p.place for p in parts])
    centre = m @ r / m.sum()
    total = np.zeros((3, 3))
    for p, d in zip(parts, r - centre, strict=True):
        total += np.diag(p.inertia) + p.mass * (np.dot(d, d) * np.eye(3) - np.outer(d, d))
    found = assemble(parts)
    assert found.mass == pytest.approx(m.sum())
    np.testing.assert_allclose(found.centre, centre, atol=1e-9)
    np.testing.assert_allclose(array(found.inertia), total, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(array(found.inertia) @ array(found.inertia.inverse()), np.eye(3), atol=1e-9)
    v = Vec3(0.3, -1.0, 2.0)
    np.testing.assert_allclose(found.inertia.apply(v), total @ np.array(v), rtol=1e-9, atol=1e-6)
    assert np.all(np.linalg.eigvalsh(array(found.inertia)) > 0.0)


def test_four_masses_on_a_cross_by_hand() -> None:
    """2 kg at +-1 m on x and on y: I = 4, 4, 8 about the middle."""
    none = Vec3(0.0, 0.0, 0.0)
    corners = (Vec3(1.0, 0.0, 0.0), Vec3(-1.0, 0.0, 0.0), Vec3(0.0, 1.0, 0.0), Vec3(0.0, -1.0, 0.0))
    found = assemble(Part(2.0, c + Vec3(5.0, 5.0, 5.0), none) for c in corners)
    np.testing.assert_allclose(array(found.inertia), np.diag([4.0, 4.0, 8.0]), atol=1e-12)
    np.testing.assert_allclose(found.centre, (5.0, 5.0, 5.0))
    assert array(diagonal(Vec3(1.0, 2.0, 3.0))) == pytest.approx(np.diag([1.0, 2.0, 3.0]))


def test_a_part_without_mass_counts_for_nothing() -> None:
    one = Part(3.0, Vec3(1.0, 2.0, 3.0), Vec3(1.0, 1.0, 1.0))
    gone = Part(0.0, Vec3(9.0, 9.0, 9.0), Vec3(0.0, 0.0, 0.0))
    assert assemble([one, gone]) == assemble([one])


def test_the_entry_mass_closes_and_falls_by_each_jettison() -> None:
    """3369 kg is the published entry mass; ballast goes in three pairs of 50 kg, then the heat shield of 440 kg."""
    assert assemble(entry_parts(VEHICLE, 0.0)).mass == pytest.approx(3369.0, abs=1.0)
    assert assemble(entry_parts(VEHICLE, 2.0)).mass == pytest.approx(assemble(entry_parts(VEHICLE, 0.0)).mass - 100.0)
    assert assemble(entry_parts(VEHICLE, 3.0, 0.0)).mass == pytest.approx(
        assemble(entry_parts(VEHICLE, 3.0)).mass - 440.0
    )
    assert assemble(powered_parts(VEHICLE, 399.4)).mass == pytest.approx(690.0 + 399.4 + 1026.0)


def test_burnt_propellant_takes_its_inertia_along() -> None:
    full, empty = (assemble(powered_parts(VEHICLE, kg)) for kg in (399.4, 1e-9))
    assert empty.mass == pytest.approx(full.mass - 399.4)
    assert np.all(np.linalg.eigvalsh(array(full.inertia) - array(empty.inertia)) > 0.0)
