"""`skycrane sound RUN`: what the microphone on the rover would have heard."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen

if TYPE_CHECKING:
    from skycrane.sound.listen import Heard

#: way of a bang -> what has to be said of its time
_LATE = {"through the air": "; this is when it is heard, later than the impact by the travel of sound"}


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "sound",
        help="record what a microphone on the rover hears of a landing",
        description="Compute what the microphones of a landing hear, from its run folder: engines, rushing air, bolts and cutters, wind, "
        "through thin carbon dioxide. Writes RUN/sound: the recording (FLAC), twenty seconds around touchdown (MP3), a spectrogram and the "
        "label sound.json. SIMULATED: the microphone of the real landing recorded no audio.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="folder to write (default: RUN/sound)")
    command.add_argument(
        "--microphones", metavar="MISSION", help="use the microphones and levels of this mission, such as mars2020"
    )
    command.add_argument("--json", action="store_true", dest="as_json", help="print the label (sound.json) instead")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Record, and say how loud each part of the landing was and what made most of it."""
    from skycrane.sound import LABEL, record_sound

    made = record_sound(chosen.folder, out=chosen.out, microphones=chosen.microphones)
    show = screen.results()
    if chosen.as_json:
        show.line((made.folder / LABEL).read_text(encoding="utf-8").rstrip())
        return 0
    show.line(made.label["note"])
    for heard in made.heard:
        show.line()
        _tell(heard, show)
    for each in made.label["off"]:
        show.line(f"{each['id']}: {each['why']}")
    show.line()
    show.line(f"{made.folder}: {', '.join(_files(made.label))}, {LABEL}")
    return 0


def _tell(heard: "Heard", show: screen.Screen) -> None:
    from skycrane.sound.label import WORDS
    from skycrane.sound.levels import decibel

    show.line(show.paint(f"{heard.microphone.id}: {heard.microphone.title}", "bold"))
    show.line(f"  {'':<28}{'from':>8}{'to':>8}   {'level':>9}   {'peak':>9}   mostly")
    for part in heard.parts:
        show.line(
            f"  {part.name:<28}{part.starts:>7.1f}s{part.ends:>7.1f}s   {part.level:>6.1f} dB   {part.peak:>6.3g} Pa   {WORDS[part.main]}"
        )
    show.line(
        f"  level: dB re 20 uPa, {heard.microphone.lowest_frequency:g} Hz to {heard.microphone.highest_frequency:g} Hz"
    )
    for bang, peak in heard.bangs:
        show.line(
            f"  {bang.event.replace('_', ' '):<28}{bang.starts:>7.1f}s   {peak:>8.3g} Pa peak ({float(decibel(peak)):.0f} dB), "
            f"{bang.way}{_LATE.get(bang.way, '')}"
        )
    if heard.clipped:
        show.line(
            show.paint(f"  {heard.clipped} samples were louder than the microphone can tell and are clipped", "yellow")
        )


def _files(label: dict[str, Any]) -> list[str]:
    return [file["name"] for each in label["microphones"] for file in each["files"]]
