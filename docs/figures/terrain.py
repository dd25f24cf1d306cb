"""Draws docs/figures/terrain.png, terrain_roughness.svg, hazards.png and down_look.png. Run it when the terrain changes."""

import math
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot as plt

from skycrane.mission import load_mission
from skycrane.optics import fisheye
from skycrane.terrain import Terrain, open_terrain
from skycrane.terrain.relief import SUN_AZIMUTH, SUN_ELEVATION, shaded
from skycrane.terrain.safe_targets import safe_target_map
from skycrane.terrain.view import DownLook, Lighting, clipmap

HERE = Path(__file__).parent
#: rms height differences [m] over lags [m] of the 1 m HiRISE model of the landing place, 452 m wide (Fergason et al. 2020)
LAGS = (1, 2, 4, 8, 16, 32, 64, 128)
REAL = (0.051, 0.100, 0.191, 0.345, 0.581, 0.927, 1.340, 1.603)


def draw() -> None:
    """All figures."""
    matplotlib.rcParams.update({"svg.hashsalt": "skycrane", "font.size": 9})
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    _levels(terrain)
    _roughness(terrain)
    _hazards(terrain)
    _down_look(terrain)


def _levels(terrain: Terrain) -> None:
    views = ((110e3, 0.0, 0.0), (16e3, -2e3, 0.0), (1500.0, 300.0, 300.0), (50.0, 60.0, 0.0))
    figure, axes = plt.subplots(2, 2, figsize=(8.0, 8.3), layout="constrained")
    for axis, (width, east, north) in zip(axes.flat, views, strict=True):
        patch = terrain.patch(east, north, width, width / 700.0)
        scale, unit = (1e3, "km") if width > 5e3 else (1.0, "m")
        edges = [float(v) / scale for v in (patch.east[0], patch.east[-1], patch.north[0], patch.north[-1])]
        axis.imshow(shaded(patch), cmap="gray", origin="lower", extent=edges, vmin=0.0, vmax=1.0)
        axis.set(xlabel=f"east, {unit}", ylabel=f"north, {unit}")
    figure.savefig(HERE / "terrain.png", dpi=110, metadata={"Software": None})


def _roughness(terrain: Terrain) -> None:
    z = terrain.patch(0.0, 0.0, 450.0, 1.0).height
    built = [math.sqrt(0.5 * ((z[k:] - z[:-k]).var() + (z[:, k:] - z[:, :-k]).var())) for k in LAGS]
    figure, axis = plt.subplots(figsize=(5.0, 3.2), layout="constrained")
    axis.loglog(LAGS, REAL, "o", color="black", label="HiRISE model of the landing place")
    axis.loglog(LAGS, built, color="#8a4b2d", label="built-in site")
    axis.set(xlabel="distance, m", ylabel="rms height difference, m")
    axis.legend(frameon=False)
    figure.savefig(HERE / "terrain_roughness.svg", metadata={"Date": None})


def _hazards(terrain: Terrain) -> None:
    targets = safe_target_map(terrain, half_width=3500.0)
    figure, axis = plt.subplots(figsize=(5.6, 4.6), layout="constrained")
    drawn = axis.imshow(
        np.maximum(targets.failure, 1e-4), cmap="RdYlGn_r", origin="lower", extent=[-3.5, 3.5, -3.5, 3.5],
        norm=matplotlib.colors.LogNorm(1e-3, 1.0),
    )  # fmt: skip
    axis.plot(0.0, 0.0, "k+", ms=10)
    axis.set(xlabel="east, km", ylabel="north, km")
    figure.colorbar(drawn, label="probability of a bad landing")
    figure.savefig(HERE / "hazards.png", dpi=110, metadata={"Software": None})


def _down_look(terrain: Terrain) -> None:
    maps = clipmap(terrain, Lighting(SUN_AZIMUTH, SUN_ELEVATION))
    view = DownLook(maps, fisheye(700, 700, math.radians(90.0)), 700, 700)
    down = np.diag([1.0, -1.0, -1.0])
    figure, axes = plt.subplots(1, 3, figsize=(9.0, 3.2), layout="constrained")
    for axis, place in zip(
        axes, ((-1500.0, 500.0, 8000.0), (-700.0, -200.0, 4200.0), (100.0, 50.0, 700.0)), strict=True
    ):
        picture = view.frame(place, down)
        axis.imshow((picture / np.percentile(picture, 99.7)) ** (1 / 1.8), cmap="gray", vmin=0.0, vmax=1.0)
        axis.set(xticks=[], yticks=[], title=f"{place[2] / 1e3:g} km")
    figure.savefig(HERE / "down_look.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    draw()
