"""From a run folder to what is known of it on Earth: the products, the relay network, the journey, and what has arrived."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.downlink import arrivals
from skycrane.downlink.carry import Carrier, Journey, Traffic
from skycrane.downlink.contacts import Contact, contacts
from skycrane.downlink.folder import new_folder
from skycrane.downlink.handlers import Settings
from skycrane.downlink.horizon import Horizon, horizon_of
from skycrane.downlink.live import Heard, Live
from skycrane.downlink.network import Network
from skycrane.downlink.products import Product, fits, products_of
from skycrane.mission import load_mission
from skycrane.mission.parameters.downlink import DownlinkParameters
from skycrane.record import FlightRecord, open_run

FOLDER = "downlink"
_SOL = 88775.244
#: sols that are tried one after the other until everything is home; after the last one delivery is given up
_PATIENCE = (1, 3, 20)


@dataclass(frozen=True)
class Homecoming:
    """What has come home of a run. Times in seconds since entry interface, on one clock (UTC) for Mars and Earth."""

    mission: str
    epoch: str
    landed: float
    stopped: float
    ended: str
    loss: float
    seed: int
    light_time: float
    journeys: list[Journey]
    not_stored: list[Product]
    contacts: list[Contact]
    traffic: list[Traffic]
    heard: list[Heard]
    silences: list[tuple[float, float]]
    network: Network = field(repr=False)


def downlink(
    run: str | Path,
    until: float | None = None,
    loss: float | None = None,
    seed: int | None = None,
    relays: str | None = None,
) -> Homecoming:
    """Carry the products of a run folder to Earth and write `RUN/downlink`.

    `until` stops the clock so many seconds after landing (default: when everything is there); `loss` is the share of packets that are lost
    (default: the mission's); `seed` draws which ones (default: the flight's); `relays` names a mission
    whose orbiters and stations are used.
    InputError says what is wrong with the folder or a value.
    """
    folder = Path(run)
    ready = prepared(folder, loss, seed, relays)
    home = _carry(ready, until)
    with new_folder(folder / FOLDER) as made:
        arrivals.write(made, home)
    return home


@dataclass(frozen=True)
class Prepared:
    """A run that is ready to be sent home, and what to send it with."""

    record: FlightRecord
    parameters: Any
    given: DownlinkParameters
    products: list[Product]
    not_stored: list[Product]
    seed: int
    horizon: Horizon


def prepared(folder: Path, loss: float | None, seed: int | None, relays: str | None) -> Prepared:
    """Read a run folder and check everything that can be wrong with it."""
    record = open_run(folder)
    parameters = load_mission(folder / "mission.toml").parameters
    if parameters.planet.name != "Mars":
        raise InputError(f"{folder} landed on {parameters.planet.name}; pictures and data come home from Mars only")
    given = _network_of(folder, parameters.downlink, relays)
    given = given if loss is None else replace(given, packet_loss=_checked("--loss", loss, 0.0, 0.9))
    if seed is not None and seed < 0:
        raise InputError(f"--seed is {seed}, must be a whole number of at least 0")
    seed = int(record.provenance.get("seed") or 0) if seed is None else seed
    products, not_stored = fits(products_of(folder, record, given), given.store)
    return Prepared(record, parameters, given, products, not_stored, seed, horizon_of(folder, given.mask_angle))


def _carry(ready: Prepared, until: float | None) -> Homecoming:
    record, parameters, given = ready.record, ready.parameters, ready.given
    landed, survives = _landed(record)
    if until is not None:
        _checked("--until", until, 0.0, 100 * _SOL)
    for horizon in _PATIENCE if until is None else (until / _SOL,):
        end = landed + horizon * _SOL
        network = Network(parameters, given, _site(record, parameters), end, ready.horizon)
        plan = contacts(network, landed) if survives else []
        carrier = Carrier(network, plan, Settings(given.segment, given.retry), given.packet_loss, ready.seed, end)
        journeys = carrier.carry(ready.products)
        if not survives or all(each.whole is not None for each in journeys):
            break
    home = all(each.whole is not None for each in journeys)
    stopped = max((each.whole or landed for each in journeys), default=landed) if home else end
    used = sum(contact.start < stopped for contact in plan)
    live = Live(network, record)
    heard = [
        each if each.received is None or each.received <= end else replace(each, received=None, way="")
        for each in live.heard()
    ]
    return Homecoming(
        mission=record.mission_name,
        epoch=parameters.entry.utc,
        landed=landed,
        stopped=stopped,
        ended=_ending(survives, home, until),
        loss=given.packet_loss,
        seed=ready.seed,
        light_time=float(network.delay_at(landed)),
        journeys=journeys,
        not_stored=ready.not_stored,
        contacts=plan[:used],
        traffic=carrier.traffic[:used],
        heard=heard,
        silences=live.silences(),
        network=network,
    )


def _ending(survives: bool, home: bool, until: float | None) -> str:
    if not survives:
        return "the vehicle was lost: only what was heard during the landing is known"
    if home:
        return "everything is home"
    return "the clock was stopped" if until is not None else f"not everything was home after {_PATIENCE[-1]} sols"


def _network_of(folder: Path, own: DownlinkParameters | None, relays: str | None) -> DownlinkParameters:
    given = own if relays is None else load_mission(relays).parameters.downlink
    if given is None:
        where = f"{folder / 'mission.toml'} has" if relays is None else f"mission {relays} has"
        raise InputError(
            f"{where} no [downlink] with orbiters and stations; name a mission that has: --relays mars2020"
        )
    return given  # type: ignore[no-any-return]


def _landed(record: FlightRecord) -> tuple[float, bool]:
    """When wheels were on the ground, or the flight ended; and whether the rover is there to send."""
    touchdown = record.outcome.get("touchdown") or {}
    if record.outcome.get("outcome") == "landed" and "t_s" in touchdown:
        return float(touchdown["t_s"]), True
    return float(record.channels["time"].values[-1]), False


def _site(record: FlightRecord, parameters: Any) -> np.ndarray:
    """Planet-fixed place of the antenna [m]: where the rover stands, or the landing site when it does not."""
    touchdown = record.outcome.get("touchdown") or {}
    site = parameters.site
    latitude = np.radians(touchdown.get("latitude_deg", np.degrees(site.latitude)))
    longitude = np.radians(touchdown.get("longitude_deg", np.degrees(site.longitude)))
    c = np.cos(latitude)
    axis = np.array([c * np.cos(longitude), c * np.sin(longitude), np.sin(latitude)])
    return np.asarray(axis * (site.areoid_radius + site.elevation), float)


def _checked(key: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise InputError(f"{key} is {value:g}, must be between {low:g} and {high:g}")
    return value
