"""The place where the rover stands: map, ways out, horizon, and its health. Made from RUN/site/assessment.json."""

import html
import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Circle, Polygon, Wedge

from skycrane.core.errors import InputError
from skycrane.report.drawing import new_figure, title, to_svg
from skycrane.report.palette import BAND, BROKEN, EXPECTED, HERE, INK, MUTED, PAPER, REAL

_STATES = {"safe": HERE, "care": EXPECTED, "blocked": BROKEN}
_RELIEF = LinearSegmentedColormap.from_list("relief", ["#d9cfc4", PAPER])
_LARGE = 0.2  # [m] rocks that are told one by one
_COMPASS = (("N", 0.0), ("E", 90.0), ("S", 180.0), ("W", 270.0))


def read_assessment(folder: Path) -> dict[str, Any] | None:
    """The assessment of a run's site, or None where none was made. InputError when the file is damaged."""
    path = folder / "site" / "assessment.json"
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["sentence"], found["health"]["subsystems"]
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path} is damaged; make it anew with: skycrane site {folder}") from None
    return dict(found)


def site_section(found: dict[str, Any]) -> str:
    """HTML of the section."""
    figure, (plan, rose, horizon) = new_figure(
        3.9,
        columns=3,
        margins={"left": 0.068, "bottom": 0.13},
        gridspec_kw={"wspace": 0.2, "width_ratios": [1.1, 0.9, 1.5]},
    )
    _map(plan, found)
    _rose(rose, found)
    _horizon(horizon, found)
    svg = to_svg(figure, "site", found["sentence"])
    caption = (
        "Left: the ground within 10 m, north up, light where it is high; contour lines in metres over the ground under the rover, dots are "
        "rocks in their size, the arrow is the rover's nose. Middle: "
        f"where a first drive of {found['first_drive_m']:.0f} m is safe. Right: the horizon from the mast, the Sun's path in the sol "
        f"of landing, and Earth at touchdown. Terrain: {found['terrain']}. The rover "
        "stands here as it has gone on its wheels and sunk in; without multibody touchdown the landing's own tilt is that of a plane "
        "under them."
    )
    return (
        f'<p class="verdict">{html.escape(found["sentence"])}</p>'
        f'<figure><div class="wide">{svg}</div><figcaption>{html.escape(caption)}</figcaption></figure>'
        f"{_figures(found)}{_relays(found)}{_rocks(found['rocks'])}{_health(found['health'])}"
    )


def _figures(found: dict[str, Any]) -> str:
    """How it stands and what is around, in numbers."""
    pose, scarp, sun, earth = (found[key] for key in ("pose", "scarp", "sunlight", "earth"))
    wheels = ", ".join(
        f"{each['name'].replace('_', ' ')} {each['load_N']:.0f} N, {1e3 * each['sink_m']:.0f} mm"
        for each in found["wheels"]
    )
    near, far = found["ground"]
    far_scarp = scarp.get("missing") or (
        f"{scarp['distance_m'] / 1e3:.1f} km away at {scarp['bearing_deg']:.0f}°, {scarp['height_m']:.0f} m high"
    )
    seen = (
        "in view"
        if earth["in_view"]
        else f"behind the horizon, which stands {earth['horizon_there_deg']:.1f}° high there"
    )
    rows = (
        ("pose", f"tilt {pose['tilt_deg']:.1f}°: roll {pose['roll_deg']:+.1f}° (right side down), pitch {pose['pitch_deg']:+.1f}° "
                 f"(nose up), heading {pose['heading_deg']:.0f}°; {pose['from']}"),
        ("room under the belly", f"{found['belly_clearance_m']:.2f} m"),
        ("wheels: load, depth", wheels),
        ("ground", f"slope {near['slope_deg']:.1f}° within {near['radius_m']:.0f} m and {far['slope_deg']:.1f}° within "
                   f"{far['radius_m']:.0f} m, roughness {100 * near['roughness_m']:.0f} and {100 * far['roughness_m']:.0f} cm"),
        ("nearest scarp", far_scarp),
        ("sunlight", f"{sun['hours']:.1f} h a sol, {sun['hours_left_after_touchdown']:.1f} h left after touchdown"),
        ("Earth", f"{earth['elevation_deg']:.1f}° up at {earth['azimuth_deg']:.0f}°, {seen}; light takes "
                  f"{earth['light_time_s'] / 60:.1f} min"),
    )  # fmt: skip
    told = "".join(f"<tr><td>{html.escape(name)}</td><td>{html.escape(text)}</td></tr>" for name, text in rows)
    return f'<h3>In numbers</h3><table class="health"><tbody>{told}</tbody></table>'


def _rocks(found: dict[str, Any]) -> str:
    """Rocks by class, and those over 20 cm one by one, nearest first."""
    counts = ", ".join(f"{count} over {100 * float(key[:-2]):.0f} cm" for key, count in found["larger_than"].items())
    largest = sorted(found["each"], key=lambda each: -each["diameter_m"])[: found["larger_than"][f"{_LARGE:g}_m"]]
    large = sorted(largest, key=lambda each: each["distance_m"])
    rows = "".join(
        f"<tr><td>{100 * each['diameter_m']:.0f} cm</td><td>{100 * each['height_m']:.0f} cm</td><td>{each['distance_m']:.1f} m</td>"
        f"<td>{each['bearing_deg']:.0f}°</td></tr>"
        for each in large
    )
    table = (
        f"<details><summary>The {len(large)} over 20 cm: size, height, distance, bearing</summary>"
        f'<table class="health"><tbody>{rows}</tbody></table></details>'
    )
    return f"<p>Rocks within {found['within_m']:.0f} m: {counts}.</p>{table if large else ''}"


def _relays(found: dict[str, Any]) -> str:
    """Which orbiters stand over the rover at touchdown, and for how long they will; nothing where the mission has none."""
    orbiters = found.get("relays") or ()
    told = []
    for each in orbiters:
        where = f"in view, {each['elevation_deg']:.0f} degrees up" if each["in_view_at_touchdown"] else "not in view"
        minutes = 60.0 * each["hours_in_view_in_the_next_sol"]
        told.append(f"{each['id']} {where}, {len(each['passes'])} passes with {minutes:.0f} minutes in the sol after")
    return f"<p>Relay orbiters at touchdown: {html.escape('; '.join(told))}.</p>" if told else ""


def _map(axes: Axes, found: dict[str, Any]) -> None:
    ground = found["contour"]
    z = np.ma.masked_invalid(np.array(ground["height_m"], float))
    side = ground["spacing_m"] * (np.arange(len(z)) - (len(z) - 1) // 2)
    span = 0.1 if np.ptp(z) < 2.0 else 0.5
    levels = span * np.arange(np.floor(z.min() / span), np.ceil(z.max() / span) + 1.0)
    axes.pcolormesh(side, side, z, cmap=_RELIEF, shading="gouraud", rasterized=True)
    lines = axes.contour(side, side, z, levels=levels, colors=[MUTED], linewidths=0.4, linestyles="solid")
    axes.clabel(lines, levels[:: max(1, len(levels) // 5)].tolist(), fontsize=5.5, fmt="%+.1f")
    for each in found["rocks"]["each"]:
        angle = np.radians(each["bearing_deg"])
        place = each["distance_m"] * np.sin(angle), each["distance_m"] * np.cos(angle)
        axes.add_patch(
            Circle(
                place,
                0.5 * each["diameter_m"],
                facecolor=REAL if each["diameter_m"] >= _LARGE else EXPECTED,
                edgecolor="none",
            )
        )
    wheels = np.array([[each["east_m"], each["north_m"]] for each in found["wheels"]])
    heading = np.radians(found["pose"]["heading_deg"])
    nose = np.array([np.sin(heading), np.cos(heading)])
    axes.add_patch(Polygon(wheels[[0, 2, 5, 3]], facecolor="none", edgecolor=INK, linewidth=1.0, zorder=5))
    axes.plot(wheels[:, 0], wheels[:, 1], "s", color=INK, markersize=3.5, zorder=6)
    axes.annotate(
        "",
        xy=tuple(2.6 * nose),
        xytext=tuple(1.2 * nose),
        arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.0},
        zorder=7,
    )
    reach = found["rocks"]["within_m"]
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="east [m]", ylabel="north [m]")
    axes.set_aspect("equal")
    title(axes, "Rover, rocks, contour lines")


def _rose(axes: Axes, found: dict[str, Any]) -> None:
    width = 360.0 / len(found["egress"])
    for each in found["egress"]:
        middle = 90.0 - each["bearing_deg"]
        axes.add_patch(Wedge((0, 0), 1.0, middle - 0.5 * width, middle + 0.5 * width, width=0.62, facecolor=_STATES[each["state"]],
                             edgecolor=PAPER, linewidth=0.6))  # fmt: skip
    for name, bearing in _COMPASS:
        angle = np.radians(bearing)
        axes.text(1.13 * np.sin(angle), 1.13 * np.cos(angle), name, ha="center", va="center", fontsize=8, color=MUTED)
    heading = np.radians(found["pose"]["heading_deg"])
    axes.annotate(
        "",
        xy=(0.33 * np.sin(heading), 0.33 * np.cos(heading)),
        xytext=(0, 0),
        arrowprops={"arrowstyle": "->", "color": INK},
    )
    counts = {word: sum(each["state"] == word for each in found["egress"]) for word in _STATES}
    for number, (word, count) in enumerate(counts.items()):
        axes.text(-1.2 + 0.85 * number, -1.42, f"{count} {word}", fontsize=8, color=_STATES[word])
    axes.set(xlim=(-1.3, 1.3), ylim=(-1.5, 1.3))
    axes.set_aspect("equal")
    axes.set_axis_off()
    title(axes, "Ways out for the first drive")


def _horizon(axes: Axes, found: dict[str, Any]) -> None:
    elevation = np.array(found["horizon"]["elevation_deg"], float)
    azimuth = np.linspace(0.0, 360.0, len(elevation) + 1)
    elevation = np.append(elevation, elevation[0])
    lowest = min(-1.0, 1.3 * float(elevation.min()))
    axes.fill_between(azimuth, elevation, lowest, color=BAND, linewidth=0)
    axes.plot(azimuth, elevation, color=INK, linewidth=1.0)
    path = np.array(found["sunlight"]["path_azimuth_elevation_deg"])
    axes.plot(path[:, 0], path[:, 1], color=REAL, linewidth=1.1)
    top = max(8.0, 1.6 * float(elevation.max()))
    axes.text(97.0, 0.86 * top, f"Sun, {found['sunlight']['hours']:.1f} h a sol", fontsize=7.5, color=REAL)
    earth = found["earth"]
    if earth["elevation_deg"] > lowest:
        axes.plot([earth["azimuth_deg"]], [min(earth["elevation_deg"], 0.97 * top)], "o", color=HERE, markersize=5)
        axes.annotate("Earth", (earth["azimuth_deg"], min(earth["elevation_deg"], 0.97 * top)), xytext=(5, 3), textcoords="offset points",
                      fontsize=7.5, color=HERE)  # fmt: skip
    axes.set(
        xlim=(0, 360),
        ylim=(lowest, top),
        xlabel="azimuth [°]",
        ylabel="elevation [°]",
        xticks=[0.0, 90.0, 180.0, 270.0, 360.0],
    )
    title(axes, "Horizon, stretched upwards")


def _health(found: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(each['subsystem'].replace('_', ' '))}</td>"
        f'<td><span class="state {each["state"]}">{each["state"]}</span></td>'
        f"<td>{html.escape(each['reason'])}</td></tr>"
        for each in found["subsystems"]
    )
    kind = "good" if found["go"] else "broken"
    word, _, why = found["sentence"].partition(" for commissioning: ")
    return (
        f'<h3>Health after landing</h3><p class="verdict"><span class="chip {kind}">{html.escape(word)}</span> '
        f"for commissioning: {html.escape(why)}</p>"
        f'<table class="health"><thead><tr><th>subsystem</th><th>state</th><th>reason</th></tr></thead><tbody>{rows}</tbody></table>'
    )
