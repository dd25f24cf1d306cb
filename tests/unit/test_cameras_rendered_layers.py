"""What is made of a path tracer's layers before they are a picture: shared pixels, grain, the choice of an engine."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from skycrane.cameras.render import engine
from skycrane.cameras.render.denoise import without_grain
from skycrane.cameras.render.expose import Layers, _is_rough
from skycrane.cameras.render.mixed import whole_surfaces
from skycrane.cameras.render.sparks import quarters, settled, uncertain


def test_a_pixel_shared_by_ridge_and_sky_lies_on_the_ridge() -> None:
    """Half of a ridge at 20 km averaged with sky is a place at 10 km; haze would be half of what it is."""
    layers = np.zeros((3, 4, 10), np.float32)
    ridge = np.array([20000.0, 0, 0, 0, 0, 1, 0.2, 0.15, 0.1, 3], np.float32)
    layers[2] = ridge
    layers[1] = 0.5 * ridge
    found, shared = whole_surfaces(layers)
    assert shared[1].all()
    assert not shared[[0, 2]].any()
    np.testing.assert_array_equal(found[1], layers[2])
    np.testing.assert_array_equal(found[2], layers[2])
    np.testing.assert_array_equal(found[0], 0.0)


def test_a_thread_alone_keeps_its_place() -> None:
    layers = np.zeros((5, 5, 10), np.float32)
    layers[2, 2] = 0.5 * np.array([4.0, 0, 0, 0, 0, 1, 0.2, 0.2, 0.2, 3], np.float32)
    np.testing.assert_allclose(whole_surfaces(layers)[0][2, 2, :3], [4.0, 0.0, 0.0])


def _lit(noise: float) -> tuple[Layers, np.ndarray]:
    """A level plane 100 m away with a fine pattern of reflectance, and what it would be without noise."""
    draw = np.random.default_rng(5)
    albedo = np.repeat(0.2 + 0.02 * draw.standard_normal((60, 60, 1)), 3, axis=2).astype(np.float32)
    clean = albedo * 0.3
    light = (clean * (1.0 + noise * draw.standard_normal((60, 60, 1)))).astype(np.float32)
    place, normal = (np.tile(np.array(v, np.float32), (60, 60, 1)) for v in ([0, 0, 100.0], [0, 0, 1.0]))
    shape, noise = np.zeros((2, 60, 60), np.float32)
    return Layers(light, place, normal, albedo, shape, np.zeros((60, 60), bool), noise), clean


def test_grain_goes_and_the_pattern_of_the_ground_stays() -> None:
    layers, clean = _lit(0.10)
    found = without_grain(layers, ground=0)
    inner = (slice(8, -8), slice(8, -8))
    assert np.std(found[inner] / clean[inner]) < 0.35 * np.std(layers.radiance[inner] / clean[inner])
    assert np.corrcoef(found[inner].ravel(), clean[inner].ravel())[0, 1] > 0.95


def test_light_that_is_known_to_be_uncertain_is_smoothed_more() -> None:
    """Half of the light is noise, as between stage and rover: it goes where the rendering says so, and only there."""
    layers, clean = _lit(0.5)
    inner = (slice(12, -12), slice(12, -12))
    left = lambda found: np.std(found[inner] / clean[inner])  # noqa: E731
    told = dataclasses.replace(layers, noise=np.full((60, 60), 0.5, np.float32))
    assert left(without_grain(told, ground=0)) < 0.2 * left(layers.radiance)
    assert left(without_grain(layers, ground=0)) > 0.25 * left(layers.radiance)


def test_a_shadow_in_uncertain_light_keeps_its_edge() -> None:
    """A third of the light beyond an edge, a fifth of it noise, as behind rocks against the Sun: two pixels off it is as dark as it was."""
    layers, clean = _lit(0.2)
    dark = np.where(np.arange(60) < 30, 1.0, 1.0 / 3.0)[None, :, None].astype(np.float32)
    told = dataclasses.replace(layers, radiance=layers.radiance * dark, noise=np.full((60, 60), 0.2, np.float32))
    found = without_grain(told, ground=0) / clean
    assert found[12:-12, 31].mean() / found[12:-12, 40:48].mean() < 1.35


def test_what_a_rendering_does_not_know_is_what_its_parts_differ_by() -> None:
    """Parts of a pixel with a standard deviation of 0.6 of their mean: the mean of sixteen is off by 0.15, that of four by 0.3."""
    draw = np.random.default_rng(8)
    parts = [np.repeat(2.0 + 1.2 * draw.standard_normal((40, 40, 1)), 3, axis=2).astype(np.float32) for _ in range(16)]
    assert uncertain(parts)[8:-8, 8:-8].mean() == pytest.approx(0.15, rel=0.1)
    assert uncertain(parts[:4])[8:-8, 8:-8].mean() == pytest.approx(0.3, rel=0.12)
    none, thread = np.zeros((40, 40), bool), np.zeros((40, 40), bool)
    thread[:, ::20] = True
    assert _is_rough(uncertain(parts[:4]), none)
    assert not _is_rough(uncertain(parts), none)
    assert _is_rough(uncertain(parts), thread)


def test_light_on_gentle_slopes_stays() -> None:
    """Hillocks of 3 degrees, eight pixels wide, under a Sun 40 degrees up: their light is n.s, their grain goes."""
    layers, _ = _lit(0.0)
    rows, columns = layers.radiance.shape[:2]
    tilt = np.radians(3.0) * np.sin(2.0 * np.pi * np.arange(columns) / 8.0)[None, :] * np.ones((rows, 1))
    normal = np.stack([np.sin(tilt), 0.0 * tilt, np.cos(tilt)], axis=-1).astype(np.float32)
    sun = np.array([-np.cos(np.radians(40.0)), 0.0, np.sin(np.radians(40.0))])
    clean = (0.7 * normal @ sun / sun[2] + 0.3)[..., None] * layers.albedo
    noise = np.random.default_rng(4).normal(1.0, 0.10, (rows, columns, 1))
    lit = dataclasses.replace(layers, normal=normal, radiance=(clean * noise).astype(np.float32))
    inner = (slice(8, -8), slice(8, -8))
    light = lambda picture: picture[inner].mean(-1) / layers.albedo[inner].mean(-1)  # noqa: E731
    found, meant = light(without_grain(lit, ground=0, sun=sun)), light(clean)
    assert np.std(found / meant) < 0.35 * 0.10
    assert np.std(found.mean(0)) == pytest.approx(np.std(meant.mean(0)), rel=0.12)
    assert np.std(light(without_grain(lit, ground=0)).mean(0)) < 0.85 * np.std(meant.mean(0)), (
        "without the Sun it is lost"
    )


def test_a_spark_is_put_out_and_an_edge_is_not() -> None:
    """One quarter of a pixel 50 times as bright as the other three: a spark on a surface, half of an edge otherwise."""
    light = np.full((8, 8, 3), 0.1, np.float32)
    light[2, 2] = light[4, 4] = 5.0
    edges = np.zeros((4, 4), bool)
    edges[2, 2] = True
    found = settled(quarters(light, 2), edges)
    assert found[0, 0] == pytest.approx(0.1)
    assert found[1, 1].max() < 0.15
    assert found[2, 2] == pytest.approx((3 * 0.1 + 5.0) / 4)


def test_an_engine_is_tried_once_for_the_same_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def works(variant: str) -> bool:
        tried.append(variant)
        return variant == "llvm_ad_rgb"

    monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path))
    monkeypatch.setattr(engine, "_works", works)
    assert engine._tried("3.1") == "llvm_ad_rgb"
    assert engine._tried("3.1") == "llvm_ad_rgb"
    assert tried == ["cuda_ad_rgb", "llvm_ad_rgb"]
    next(tmp_path.glob("renderer-*")).write_text("llvm_ad_", encoding="utf-8")
    engine._tried("3.1")
    engine._tried("3.2")
    assert len(tried) == 6, "a damaged answer and another version are tried again"


def test_the_plain_engine_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever installs the library that was missing has the faster engine with the next picture."""
    monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path))
    monkeypatch.setattr(engine, "_works", lambda variant: False)
    assert engine._tried("3.1") == "scalar_rgb"
    monkeypatch.setattr(engine, "_works", lambda variant: variant == "llvm_ad_rgb")
    assert engine._tried("3.1") == "llvm_ad_rgb"
