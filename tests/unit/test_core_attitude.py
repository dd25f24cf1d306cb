"""Quaternions and matrices are the same rotations, and agree with SciPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from skycrane.core import attitude
from skycrane.core.attitude import Mat3, Quaternion
from skycrane.core.vector import Vec3, cross, dot, limit, norm, unit

part = st.floats(-1.0, 1.0, allow_subnormal=False)
vectors = st.builds(Vec3, part, part, part).filter(lambda v: norm(v) > 1e-3)
quaternions = (
    st.builds(Quaternion, part, part, part, part)
    .filter(lambda q: sum(x * x for x in q) > 1e-3)
    .map(attitude.normalised)
)
rotation_vectors = st.builds(lambda v, angle: unit(v) * angle, vectors, st.floats(1e-9, 3.1))


def array(m: Mat3) -> np.ndarray:
    """The matrix as NumPy knows it."""
    return np.array(m, float).T


def scipys(q: Quaternion) -> Rotation:
    """The same rotation in SciPy, which writes the scalar last."""
    return Rotation.from_quat([q.x, q.y, q.z, q.w])


@given(quaternions, vectors)
def test_a_matrix_turns_a_vector_as_scipy_does(q: Quaternion, v: Vec3) -> None:
    m = attitude.matrix(q)
    np.testing.assert_allclose(array(m), scipys(q).as_matrix(), atol=1e-14)
    np.testing.assert_allclose(m.apply(v), scipys(q).apply(v), atol=1e-14)
    np.testing.assert_allclose(m.undo(m.apply(v)), v, atol=1e-14)
    np.testing.assert_allclose(m.transpose().apply(v), m.undo(v), atol=1e-14)


@given(quaternions)
def test_quaternion_to_matrix_and_back(q: Quaternion) -> None:
    back = attitude.from_matrix(attitude.matrix(q))
    assert abs(sum(a * b for a, b in zip(q, back, strict=True))) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("axis", range(3))
def test_half_turns_come_back_too(axis: int) -> None:
    """The scalar part is zero there: a method that divides by it fails."""
    q = Quaternion(0.0, *(1.0 if k == axis else 0.0 for k in range(3)))
    np.testing.assert_allclose(np.abs(attitude.from_matrix(attitude.matrix(q))), np.abs(q), atol=1e-15)


@given(quaternions, quaternions)
def test_products_follow_the_frames(a_from_b: Quaternion, b_from_c: Quaternion) -> None:
    a_from_c = attitude.matrix(attitude.multiply(a_from_b, b_from_c))
    np.testing.assert_allclose(
        array(a_from_c), array(attitude.matrix(a_from_b).after(attitude.matrix(b_from_c))), atol=1e-14
    )
    np.testing.assert_allclose(array(a_from_c), (scipys(a_from_b) * scipys(b_from_c)).as_matrix(), atol=1e-14)
    whole = attitude.multiply(a_from_b, attitude.conjugate(a_from_b))
    np.testing.assert_allclose(whole, attitude.IDENTITY, atol=1e-14)


@given(rotation_vectors)
def test_rotation_vector_there_and_back(r: Vec3) -> None:
    q = attitude.from_rotation_vector(r)
    np.testing.assert_allclose(array(attitude.matrix(q)), Rotation.from_rotvec(r).as_matrix(), atol=1e-14)
    np.testing.assert_allclose(attitude.rotation_vector(q), r, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(attitude.rotation_vector(Quaternion(*(-x for x in q))), r, rtol=1e-9, atol=1e-14)


def test_no_rotation_at_all_is_the_identity() -> None:
    np.testing.assert_allclose(attitude.from_rotation_vector(Vec3(0.0, 0.0, 0.0)), attitude.IDENTITY, atol=1e-15)
    np.testing.assert_allclose(attitude.rotation_vector(attitude.IDENTITY), (0.0, 0.0, 0.0), atol=1e-15)


@given(quaternions, vectors)
def test_rate_is_the_derivative_of_turning_in_body_axes(q: Quaternion, w: Vec3) -> None:
    """dq/dt by central differences of q times the small turn w dt."""
    h = 1e-5
    there, back = (attitude.multiply(q, attitude.from_rotation_vector(w * s)) for s in (h, -h))
    difference = [(a - b) / (2.0 * h) for a, b in zip(there, back, strict=True)]
    np.testing.assert_allclose(attitude.rate(q, w), difference, atol=1e-9)


@given(vectors, vectors)
def test_frame_from_two_is_a_right_handed_frame(x: Vec3, hint: Vec3) -> None:
    if norm(cross(unit(x), unit(hint))) < 1e-3:
        return
    m = attitude.frame_from_two(x, hint)
    np.testing.assert_allclose(array(m).T @ array(m), np.eye(3), atol=1e-12)
    assert np.linalg.det(array(m)) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(m.cx, unit(x), atol=1e-12)
    assert dot(m.cz, hint) > 0.0
    assert dot(m.cy, hint) == pytest.approx(0.0, abs=1e-12)
    q = attitude.from_axes(m.cx, m.cy, m.cz)
    np.testing.assert_allclose(array(attitude.matrix(q)), array(m), atol=1e-12)


@given(st.floats(-10.0, 10.0))
def test_about_z_turns_x_towards_y(angle: float) -> None:
    np.testing.assert_allclose(
        array(attitude.about_z(angle)), Rotation.from_rotvec([0.0, 0.0, angle]).as_matrix(), atol=1e-14
    )


@given(vectors, vectors, st.floats(0.1, 2.0))
def test_vectors_are_numpys(a: Vec3, b: Vec3, size: float) -> None:
    np.testing.assert_allclose(cross(a, b), np.cross(a, b), atol=1e-15)
    assert dot(a, b) == pytest.approx(np.dot(a, b), abs=1e-15)
    assert norm(limit(a, size)) == pytest.approx(min(norm(a), size))
    np.testing.assert_allclose(cross(limit(a, size), a), (0.0, 0.0, 0.0), atol=1e-15)
