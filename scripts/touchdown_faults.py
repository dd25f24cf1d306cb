"""Fly the preset with each fault of the manoeuvre; what became of it goes into docs/figures/touchdown_fault_*.svg and a table."""

import tomllib
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from skycrane.mission import load_mission
from skycrane.surface.manoeuvre import fly
from skycrane.surface.manoeuvre.bodies import ENDINGS

ROOT = Path(__file__).parent.parent
FOLDER, MISSIONS = ROOT / "docs" / "figures", ROOT / "examples" / "missions" / "faults"


def main() -> None:
    """Fly, draw, write."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "skycrane"
    lines = [
        "| fault | its numbers | outcome | what happened | tilt | largest wheel load |",
        "|---|---|---|---|--:|--:|",
    ]
    missions = {"none": load_mission("mars2020").with_changes({"touchdown.model": "multibody"})}
    missions |= {path.stem: load_mission(path) for path in sorted(MISSIONS.glob("*.toml"))}
    for kind, mission in missions.items():
        record = fly(mission)
        draw(kind, record)
        tilt = (record.outcome["touchdown"] or {}).get("tilt_deg")
        load = float(np.nanmax(record.channels["wheel_load_peak"].values))
        lines.append(
            f"| {kind.replace('_', ' ')} | {numbers_of(kind)} | {record.outcome['outcome']} | {record.outcome['sentence']} | "
            f"{'' if tilt is None else f'{tilt:.1f} deg'} | {load:,.0f} N |"
        )
        print(lines[-1], flush=True)
    (FOLDER / "touchdown_faults.md").write_text("\n".join(lines) + "\n")


def numbers_of(kind: str) -> str:
    """The numbers of the fault as its mission file has them."""
    path = MISSIONS / f"{kind}.toml"
    if not path.exists():
        return ""
    (fault,) = tomllib.loads(path.read_text())["touchdown"]["faults"]
    return ", ".join(f"`{key} = {value:g}`" for key, value in fault.items() if key != "kind")


def draw(kind: str, record: Any) -> None:
    """Heights, pulls of the bridles, loads of the wheels, and tilts, from rover separation to five seconds after the last event there."""
    import matplotlib.pyplot as plt

    start = record.event("rover_separation").t_s
    keys = ("touchdown_declared", "rover_at_rest", *ENDINGS)
    end = max((e.t_s for key in keys if (e := record.event(key))), default=start) + 2.0
    c = record.channels.sel(time=slice(start, end))
    t = c["time"].values - start
    figure, (height, pull, load, tilt) = plt.subplots(
        4, 1, figsize=(7.5, 7.5), sharex=True, constrained_layout=True, height_ratios=(1.3, 1, 1, 1)
    )
    level = c["position_site"].values[0, 2] - c["height_above_terrain"].values[0]
    height.plot(t, c["position_site"].values[:, 2] - level, label="descent stage")
    height.plot(t, c["rover_position_site"].values[:, 2] - level, label="rover")
    height.set_ylabel("height [m]")
    height.legend(frameon=False, fontsize=8)
    pull.plot(t, c["bridle_tension"].values / 1e3)
    pull.set_ylabel("bridles [kN]")
    load.plot(t, c["wheel_load"].values / 1e3, linewidth=0.9)
    load.set_ylabel("wheels [kN]")
    up = record.channels["position_mcmf"].values[-1]
    q = c["rover_attitude_mcmf_from_body"].values
    tilt.plot(t, c["tilt"].values, label="descent stage")
    tilt.plot(t, tilt_of(q, up / np.linalg.norm(up)), label="rover")
    tilt.set(ylabel="tilt [deg]", xlabel="time after rover separation [s]")
    for panel in (height, pull, load, tilt):
        for key in ("touchdown", "touchdown_declared", "bridle_cut"):
            if (e := record.event(key)) is not None:
                panel.axvline(e.t_s - start, color="0.75", linewidth=0.8, zorder=0)
    height.set_title(f"{kind.replace('_', ' ')}: {record.outcome['sentence']}", fontsize=9, wrap=True)
    figure.savefig(FOLDER / f"touchdown_fault_{kind}.svg", metadata={"Date": None})
    plt.close(figure)


def tilt_of(q: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Angle of the body's -x axis from a direction [deg]."""
    w, x, y, z = q.T
    down = np.stack([1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y)], 1)
    return np.degrees(np.arccos(np.clip(-(down @ up), -1.0, 1.0)))


if __name__ == "__main__":
    main()
