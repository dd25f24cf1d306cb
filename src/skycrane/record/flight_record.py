"""What a flight leaves behind, in memory: channels, events, outcome, mission and provenance.

`flight` makes it; reports, pictures, downlink and pages read it. `save` and `open_run` carry it through a run folder unchanged.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.core.errors import UnknownName
from skycrane.record.callouts import CALLOUTS, elapsed, is_event_key
from skycrane.record.event import Event

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, repr=False)
class FlightRecord:
    """One flown landing.

    `channels` is an xarray Dataset over `time` (seconds since entry interface) in the units of the schema; `outcome` is the content of
    outcome.json; `mission` is the resolved mission as TOML text.
    """

    channels: "xr.Dataset"
    events: list[Event]
    outcome: dict[str, Any]
    mission: str
    provenance: dict[str, Any]

    @property
    def mission_name(self) -> str:
        """Name of the mission that was flown."""
        return str(self.provenance.get("mission") or self.channels.attrs.get("mission") or "unnamed mission")

    def __repr__(self) -> str:
        seed = self.provenance.get("seed")
        flown = "nominal" if seed is None else f"seed {seed}"
        times = self.channels["time"].values
        end = f"{len(times)} samples to {elapsed(float(times[-1]))}" if len(times) else "no samples"
        return f"<FlightRecord {self.mission_name}, {flown}: {self.outcome.get('outcome')}, {len(self.events)} events, {end}>"

    def event(self, key: str) -> Event | None:
        """The event of that key, or None when it did not happen in this flight.

        `UnknownName`, a `KeyError` that says which key is nearest, when no flight has an event of that key.
        """
        found = next((each for each in self.events if each.key == key), None)
        if found is None and not is_event_key(key):
            raise UnknownName(f"there is no event {key!r}{_nearest(key, self.events)}")
        return found

    def save(self, path: str | Path, overwrite: bool = False) -> Path:
        """Write the run folder, whole or not at all. InputError when it exists already, unless `overwrite`."""
        from skycrane.record.run_folder import new_run_folder, write_run

        with new_run_folder(path, overwrite=overwrite) as folder:
            write_run(self, folder)
        return Path(path)


def _nearest(key: str, events: Iterable[Event]) -> str:
    keys = dict.fromkeys([*(each.key for each in events), *(name for name in CALLOUTS if is_event_key(name))])
    near = next((name for name in keys if name == f"{key}_1"), None) or next(
        iter(difflib.get_close_matches(key, keys, n=1)), None
    )
    return f"; did you mean {near!r}?" if near else "; `[event.key for event in run.events]` lists those that happened"
