"""`skycrane downlink`: what of a landing is home, and when it came."""

import argparse
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from skycrane.cli import screen
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.downlink import Homecoming

_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "sol": 88775.244}


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "downlink",
        help="bring pictures and telemetry of a landing home by relay orbiters",
        description="Carry what a landing recorded to Earth by relay orbiters, thumbnails first, into RUN/downlink: arrivals.json says "
        "what was taken, sent and received when, received/ has what has arrived.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--until", metavar="TIME", help="stop the clock so long after landing: 3h, +3h, +90min, +2sol")
    command.add_argument("--loss", type=float, metavar="SHARE", help="share of packets that are lost, 0 to 0.9")
    command.add_argument("--seed", type=int, metavar="N", help="which packets are lost; default: the flight's seed")
    command.add_argument("--relays", metavar="MISSION", help="use the orbiters and stations of this mission")
    command.add_argument(
        "--over-udp",
        action="store_true",
        help="deliver over real UDP on 127.0.0.1 to another process, into RUN/downlink-over-udp",
    )
    command.add_argument("--json", action="store_true", dest="as_json", help="print arrivals.json")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Carry everything home and say what came when."""
    if chosen.over_udp:
        return _over_udp(chosen)
    from skycrane.downlink import downlink

    until = None if chosen.until is None else seconds(chosen.until)
    before = _before(chosen.folder)
    home = downlink(chosen.folder, until=until, loss=chosen.loss, seed=chosen.seed, relays=chosen.relays)
    show = screen.results()
    if chosen.as_json:
        show.line((chosen.folder / "downlink" / "arrivals.json").read_text(encoding="utf-8").rstrip())
    else:
        tell(home, chosen.folder, show)
    if before is not None and (lost := before.whole - sum(each.whole is not None for each in home.journeys)) > 0:
        screen.remarks().line(
            f"This replaced an earlier delivery in which {before.whole} of {before.products} products were whole, {lost} more than now; "
            f"it comes back with: {before.command}"
        )
    return 0


class Earlier(NamedTuple):
    """A delivery that lies in the run folder: products that were whole, all products, and the command that made it."""

    whole: int
    products: int
    command: str


def _before(folder: Path) -> Earlier | None:
    """The delivery that is about to be replaced; None where there is none that can be read."""
    try:
        told = json.loads((folder / "downlink" / "arrivals.json").read_text(encoding="utf-8"))
        products, settings = told["products"], told["settings"]
        words = [
            "skycrane",
            "downlink",
            str(folder),
            "--loss",
            f"{settings['packet_loss']:g}",
            "--seed",
            str(settings["seed"]),
        ]
        if "stopped" in settings["ended"]:
            words += ["--until", f"+{round(told['clock_stopped_s'] - told['landed_s'])}s"]
        whole = sum(each["state"] == "whole" for each in products)
    except (OSError, ValueError, KeyError, TypeError):  # nothing, or something that is replaced in any case
        return None
    return Earlier(whole, len(products), shlex.join(words))


def _over_udp(chosen: argparse.Namespace) -> int:
    from skycrane.downlink.over_udp import FOLDER, deliver_over_udp

    if chosen.until is not None:
        raise InputError("--until stops the simulated clock and does not go with --over-udp, whose clock is real")
    done = deliver_over_udp(chosen.folder, loss=chosen.loss, seed=chosen.seed, relays=chosen.relays)
    show, place = screen.results(), chosen.folder / FOLDER
    if chosen.as_json:
        show.line((place / "delivery.json").read_text(encoding="utf-8").rstrip())
    else:
        size = sum(len(each.content) for each in done.products) / 1e6
        show.line(
            f"{done.whole} of {len(done.products)} products whole over UDP: {size:.1f} MB in {done.seconds:.1f} s, "
            f"{done.packets} packets, {done.lost} thrown away, {done.repeated} sent again; {place}"
        )
    return 0 if done.whole == len(done.products) else 1


def seconds(text: str) -> float:
    """Seconds of `+3h`, `90min`, `2sol`; InputError for anything else."""
    found = re.fullmatch(r"\+?(\d+(?:\.\d*)?)(s|min|h|d|sol)", text.strip())
    if found is None:
        raise InputError(f"--until is {text or 'empty'}, must be a time after landing such as +3h, +90min or +2sol")
    return float(found[1]) * _UNITS[found[2]]


def tell(home: "Homecoming", folder: Path, show: screen.Screen) -> None:
    """Print passes and products in the order of arrival on Earth."""
    show.line(
        f"SIMULATED. Light time {home.light_time / 60:.2f} min. Times are after landing; received: on Earth's clock."
    )
    live = [each for each in home.heard if each.received is not None]
    show.line(f"heard as it happened: {len(live)} of {len(home.heard)} events")
    show.line()
    for contact, traffic in zip(home.contacts, home.traffic, strict=True):
        show.line(
            f"  {contact.over.orbiter:<8} pass {contact.over.number:<3} {_after(home, contact.start)} to {_after(home, contact.end)}"
            f"  up to {max(contact.rates) / 1e3:6.0f} kbit/s  {traffic.bytes / 1e6:7.2f} MB"
            f"  {traffic.lost} of {traffic.packets} packets lost"
        )
    show.line()
    for each in sorted(home.journeys, key=lambda j: (j.whole is None, j.whole or 0.0, j.product.turn)):
        size = len(each.product.content)
        left = sum(end - start for start, end in each.missing)
        state = (
            f"received {_after(home, each.whole)}" if each.whole is not None else f"{(size - left) / size:.0%} there"
        )
        sent = f"sent {_after(home, each.sent[0])}" if each.sent else "not sent"
        show.line(f"  {each.product.kind:<11}{size / 1e3:9.1f} kB  {sent:<16} {state:<20} {each.product.name}")
    for product in home.not_stored:
        show.line(f"  {product.kind:<11}{len(product.content) / 1e3:9.1f} kB  no room on board  {product.name}")
    whole = sum(each.whole is not None for each in home.journeys)
    show.line()
    products, left_out = len(home.journeys) + len(home.not_stored), len(home.not_stored)
    ended = f"{home.ended}, but for {left_out} with no room on board" if left_out else home.ended
    show.line(f"{whole} of {products} products whole: {ended}; {folder / 'downlink' / 'arrivals.json'}")


def _after(home: "Homecoming", time: float) -> str:
    total = round(time - home.landed)
    sign, total = ("-" if total < 0 else "+"), abs(total)
    return f"{sign}{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}"
