"""`skycrane pictures`: what the cameras saw, from a run folder."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen
from skycrane.cli.first_ground import announce
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.cameras import Progress


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "pictures",
        help="take the pictures of a landing",
        description="Take pictures of a landing from its run folder, into RUN/pictures. Without --camera, --at or --every: the twelve "
        "that tell the landing. Pictures that are there already are not taken again.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument(
        "--camera",
        action="append",
        default=[],
        dest="cameras",
        metavar="ID",
        help="camera, such as DDC; may be repeated",
    )
    command.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="WHEN",
        help="moment: touchdown-8s, or seconds since entry interface; may be repeated",
    )
    command.add_argument(
        "--event", action="append", default=[], metavar="EVENT", help="the moment of an event, such as rover_separation"
    )
    command.add_argument("--every", metavar="TIME", help="a picture every so often while the camera is on, such as 1s")
    command.add_argument("--quality", default="draft", metavar="Q", help="draft (default) or final")
    command.add_argument("--max", type=int, dest="most", metavar="N", help="at most N pictures")
    command.add_argument(
        "--movie",
        action="store_true",
        help="also make a film (MP4) of each camera asked for; of the default pictures, of each that took two",
    )
    command.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="MACHINE=FILE",
        help="your own glTF model (.glb) of rover, descent_stage, heat_shield or backshell",
    )
    command.add_argument(
        "--list", action="store_true", dest="listed", help="list the cameras and when they are on, and take no picture"
    )
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Take the pictures, saying which one and how long it will take."""
    from skycrane.cameras import take_pictures

    show = screen.results()
    if chosen.listed:
        return _list(chosen.folder, show)
    made = take_pictures(
        chosen.folder,
        cameras=chosen.cameras,
        at=[*chosen.at, *chosen.event],
        every=chosen.every,
        quality=chosen.quality,
        most=chosen.most,
        movie=chosen.movie,
        models=dict(_model(word) for word in chosen.model),
        on_progress=teller(show),
    )
    if made and (chosen.folder / "report.html").exists():
        from skycrane.report import write_report

        write_report(chosen.folder)
    show.line(_done(made, chosen.folder / "pictures"))
    tell_engine(show)
    return 0


def _done(made: Sequence[Mapping[str, Any]], place: Path) -> str:
    """How many pictures are there now, and where; a single one by its file."""
    if not made:
        return "no picture to take"
    rest = "contact_sheet.png shows what is there, catalogue.json lists it"
    if len(made) == 1:
        return f"Done: 1 SIMULATED picture, {place / made[0]['image_files']['full_res']}; beside it {rest}"
    return f"Done: {len(made)} SIMULATED pictures in {place}: {rest}"


def tell_engine(show: screen.Screen) -> None:
    """One line when pictures were just taken with the plain engine for want of a faster one."""
    from skycrane.cameras.render.engine import PLAIN, in_use

    if in_use() == PLAIN and "SKYCRANE_RENDERER" not in os.environ:
        show.line(show.paint("Pictures could be taken twice as fast: `skycrane doctor` says what is missing", "dim"))


def teller(show: screen.Screen) -> "Callable[[Progress], None]":
    """Prints a line as each picture begins."""

    def tell(now: "Progress") -> None:
        if now.number == 1:
            announce(now.terrain, show)
        left = f", {now.seconds_left:.0f} s left" if now.seconds_left is not None and not now.there_already else ""
        state = "there already" if now.there_already else now.shot.tells or "taking it"
        show.line(
            f"  picture {now.number:>3}/{now.total}  {now.shot.camera.id:<12} {_when(now):<32} {state}{show.paint(left, 'dim')}"
        )

    return tell


def _when(now: "Progress") -> str:
    shot = now.shot
    return f"{shot.event}{shot.offset:+.1f} s" if shot.event else f"{shot.time:.2f} s"


def _model(word: str) -> tuple[str, str]:
    name, equals, path = word.partition("=")
    if not equals or not path:
        raise InputError(f"--model {word} must be MACHINE=FILE, such as --model rover=my_rover.glb")
    return name, path


def _list(folder: Path, show: screen.Screen) -> int:
    from skycrane.cameras.pictures import open_landing
    from skycrane.cameras.selection import cameras_of, window

    landing = open_landing(folder)
    for name, camera in cameras_of(landing).items():
        on = window(landing, camera)
        when = f"{on[0]:7.1f} s to {on[1]:7.1f} s" if on else "off during the landing"
        show.line(f"{name:<14} {camera.columns:>5} x {camera.rows:<5} {when:<26} {camera.title}")
    show.line(
        f"The record ends at {landing.end:.1f} s: --at goes on to when the camera is off, what lies still; --every ends there"
    )
    return 0
