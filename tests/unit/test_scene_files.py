"""The files of the browser's scene hold the ground, the machines and the eyes that they were made from."""

import itertools
import zlib
from typing import Any

import numpy as np
import pytest

from skycrane.cameras.models import solids
from skycrane.cameras.models.material import ALUMINIUM, Part
from skycrane.cameras.scene.eyes import _lens
from skycrane.cameras.scene.meshes import packed
from skycrane.cameras.scene.packing import packed_grid, packed_rows
from skycrane.cameras.scene.pyramid import CELLS, TILE, places, pyramid
from skycrane.mission import load_mission


def undone(content: bytes, count: int) -> np.ndarray:
    """What a reader has to do first: put bytes together, and small numbers back to differences."""
    low, high = np.frombuffer(content[:count], np.uint8), np.frombuffer(content[count : 2 * count], np.uint8)
    z = low.astype(int) + 256 * high.astype(int)
    return np.where(z % 2 == 1, -(z + 1) // 2, z // 2)


def test_a_grid_comes_back_from_its_file() -> None:
    grid = np.random.default_rng(1).integers(0, 65536, (17, 17)).astype(np.uint16)
    residual = undone(packed_grid(grid), grid.size).reshape(grid.shape)
    assert np.array_equal(residual.cumsum(axis=0).cumsum(axis=1) % 65536, grid)


def test_rows_come_back_from_their_file() -> None:
    rows = np.random.default_rng(2).integers(0, 65536, (40, 3))
    steps = undone(packed_rows(rows), rows.size).reshape(3, 40)
    assert np.array_equal(steps.cumsum(axis=1).T % 65536, rows)


def test_levels_lie_inside_each_other_on_whole_tiles_around_the_place() -> None:
    plan = places(-812.3, 1234.5)
    for (west, south, spacing), (inner_west, inner_south, finer) in itertools.pairwise(plan):
        assert finer == spacing / 2
        for outer, inner in ((west, inner_west), (south, inner_south)):
            tiles = (inner - outer) / (spacing * TILE)
            assert tiles == pytest.approx(round(tiles), abs=1e-9)
            assert 0 <= round(tiles) <= 4
    west, south, spacing = plan[-1]
    reach = CELLS * spacing
    assert west + reach / 4 <= -812.3 <= west + 3 * reach / 4
    assert south + reach / 4 <= 1234.5 <= south + 3 * reach / 4


class Waves:
    """A ground known everywhere: two long waves."""

    def height(self, east: Any, north: Any, finest: float) -> np.ndarray:
        return np.asarray(40.0 * np.sin(east / 9000.0) + 25.0 * np.cos(north / 7000.0))


def test_a_level_has_the_terrain_inside_and_meets_the_coarser_one_at_its_edge() -> None:
    levels, _ = pyramid(Waves(), 300.0, -500.0)
    for outer, inner in itertools.pairwise(levels):
        steps = np.arange(CELLS + 1) * inner.spacing
        middle = slice(20, -20)
        true = Waves().height(inner.west + steps[None, :], inner.south + steps[:, None], 1.0)
        assert np.allclose(inner.heights[middle, middle], true[middle, middle], atol=1e-9)
        column = round((inner.west - outer.west) / outer.spacing)
        row = round((inner.south - outer.south) / outer.spacing)
        edge = outer.heights[row, column : column + CELLS // 2 + 1]
        assert np.allclose(inner.heights[0, ::2], edge, atol=1e-9)
        assert np.allclose(inner.heights[0, 1::2], (edge[1:] + edge[:-1]) / 2, atol=1e-9)


def test_a_packed_ball_is_still_a_ball() -> None:
    about, content = packed((Part(solids.ball((1.0, 2.0, 3.0), 0.5, 24), ALUMINIUM),))
    part, raw = about["parts"][0], zlib.decompress(content)
    steps = undone(raw, 6 * part["corners"]).reshape(6, -1).cumsum(axis=1) % 65536
    places_ = steps[:3].T * about["step"] + about["low"]
    assert np.allclose(np.linalg.norm(places_ - [1.0, 2.0, 3.0], axis=1), 0.5, atol=1e-4)
    triangles = undone(raw[12 * part["corners"] :], 3 * part["triangles"]).reshape(3, -1).cumsum(axis=1) % 65536
    a, b, c = (places_[corner] - [1.0, 2.0, 3.0] for corner in triangles)
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert abs(volume) == pytest.approx(4 / 3 * np.pi * 0.125, rel=0.02)


def test_lens_tables_tell_the_angle_at_the_edge_of_the_picture() -> None:
    """Flat lenses against the tangent law; the lander-vision camera against its published 97.7 degrees across (without distortion)."""
    cameras = {each.id: each for each in load_mission("mars2020").parameters.cameras}
    flat = _lens(cameras["DDC"])
    half = cameras["DDC"].field_of_view / 2
    shares = np.linspace(0, flat["corner"], len(flat["angles_rad"]))
    assert np.interp(1.0, shares, flat["angles_rad"]) == pytest.approx(half, abs=2e-3)
    assert np.allclose(flat["angles_rad"], np.arctan(shares * np.tan(half)), atol=2e-3)
    round_ = _lens(cameras["LCAM"])
    edge = np.interp(1.0, np.linspace(0, round_["corner"], 33), round_["angles_rad"])
    assert 40 < np.degrees(edge) < 52
    assert np.all(np.diff(round_["angles_rad"]) >= 0)
