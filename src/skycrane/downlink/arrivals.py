"""`downlink/arrivals.json`: when each product was taken, stored, sent and received, and `downlink/received`: only what has arrived.

Times end in `_s` (seconds since entry interface) or `_utc`. Taken, stored and sent are spacecraft event time; received and heard are
Earth received time: the light time lies between them.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from skycrane.downlink import pictures
from skycrane.downlink.carry import Journey
from skycrane.downlink.horizon import ASSESSMENT, Horizon
from skycrane.record.json_text import to_json
from skycrane.record.utc import utc_after

if TYPE_CHECKING:
    from skycrane.downlink.home import Homecoming

ARRIVALS, RECEIVED = "arrivals.json", "received"
SCHEMA = 1


def write(folder: Path, home: "Homecoming") -> None:
    """Write both into an empty folder."""
    (folder / RECEIVED).mkdir()
    for each in home.journeys:
        _file(folder / RECEIVED, each)
    (folder / ARRIVALS).write_text(to_json(catalogue(home)), encoding="utf-8")


def catalogue(home: "Homecoming") -> dict[str, Any]:
    """The content of arrivals.json."""
    clock = _Clock(home.epoch)
    return {
        "schema": SCHEMA,
        "simulated": True,
        "mission": home.mission,
        "note": "SIMULATED delivery. sent: spacecraft event time; received and heard: Earth received time",
        "settings": {"packet_loss": home.loss, "seed": home.seed, "ended": home.ended},
        **clock.both("entry", 0.0),
        **clock.both("landed", home.landed),
        **clock.both("clock_stopped", home.stopped),
        "light_time_s": _round(home.light_time),
        "horizon": _horizon(home.network.horizon),
        "silences": [{**clock.both("from", a), **clock.both("to", b)} for a, b in home.silences],
        "heard": [
            {
                "key": each.key,
                "label": each.label,
                **clock.both("happened", each.time),
                **clock.both("heard", each.received),
                "way": each.way,
            }
            for each in home.heard
        ],
        "passes": [_pass(home, clock, number) for number in range(len(home.contacts))],
        "products": [_product(clock, each) for each in home.journeys]
        + [
            {"name": each.name, "kind": each.kind, "bytes": len(each.content), "state": "not stored"}
            for each in home.not_stored
        ],
    }


def _horizon(seen: Horizon) -> dict[str, Any]:
    """What orbiters rose and set over."""
    if not len(seen.ground):
        return {"from": "level: the site was not assessed", "lowest_used_deg": _round(np.degrees(seen.lowest))}
    return {
        "from": ASSESSMENT.as_posix(),
        "lowest_used_deg": _round(np.degrees(seen.lowest)),
        "highest_ground_deg": _round(np.degrees(seen.ground.max())),
    }


class _Clock:
    """Writes a time twice."""

    def __init__(self, epoch: str) -> None:
        self._epoch = epoch

    def both(self, name: str, time: float | None) -> dict[str, Any]:
        return {
            f"{name}_s": None if time is None else _round(time),
            f"{name}_utc": None if time is None else utc_after(self._epoch, time),
        }


def _pass(home: "Homecoming", clock: _Clock, number: int) -> dict[str, Any]:
    contact, traffic = home.contacts[number], home.traffic[number]
    network, name = home.network, contact.over.orbiter
    seconds = np.arange(contact.over.rise, contact.over.set, 1.0)
    return {
        "orbiter": name,
        "pass": contact.over.number,
        **clock.both("rise", contact.over.rise),
        **clock.both("set", contact.over.set),
        **clock.both("start", contact.start),
        **clock.both("end", contact.end),
        "highest_elevation_deg": _round(float(np.degrees(np.max(network.elevation(name, seconds))))),
        "nearest_km": _round(float(np.min(network.distance(name, seconds))) / 1e3),
        "fastest_kbit_s": _round(max(contact.rates) / 1e3),
        "packets": traffic.packets,
        "packets_lost": traffic.lost,
        "bytes": traffic.bytes,
    }


def _product(clock: _Clock, each: Journey) -> dict[str, Any]:
    product, size = each.product, len(each.product.content)
    arrived = size - sum(end - start for start, end in each.missing)
    last = each.last_by or ("", 0)
    return {
        "name": product.name,
        "kind": product.kind,
        **({"imageid": product.image} if product.image else {}),
        "bytes": size,
        "sha256": hashlib.sha256(product.content).hexdigest(),
        "state": "whole" if each.whole is not None else "partial" if arrived else "missing",
        **clock.both("taken", product.taken),
        **clock.both("stored", product.stored),
        **clock.both("sent", each.sent[0] if each.sent else None),
        **clock.both("sent_last", each.sent[-1] if each.sent else None),
        **clock.both("received", each.received),
        **clock.both("whole", each.whole),
        "orbiter": last[0],
        "pass": last[1],
        "by": [{"orbiter": name, "pass": number, "bytes": count} for (name, number), count in each.passes.items()],
        "bytes_received": arrived,
        "packets": each.packets,
        "retransmissions": each.repeated,
        "bytes_retransmitted": each.bytes_repeated,
        "bytes_closing": each.bytes_closing,
        "missing": [[start, end] for start, end in each.missing],
        **(_shown(each) if product.kind == "picture" else {}),
    }


def _shown(each: Journey) -> dict[str, Any]:
    """How much of a picture can be looked at."""
    return {"shown_bytes": each.from_start}


def _file(received: Path, each: Journey) -> None:
    """A product that is whole under its own name; the start of a picture too, closed so that it can be shown."""
    path = received / each.product.name
    if each.whole is not None:
        content = each.content
    elif each.product.kind == "picture" and each.from_start > 0:
        content = pictures.closed(each.content[: each.from_start])
    else:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _round(value: float) -> float:
    return round(float(value), 6)
