"""What a flight leaves behind, in memory: channels, events, outcome, mission and provenance.

`flight` makes it; reports, pictures, downlink and pages read it. `save` and `open_run` carry it through a run folder unchanged.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.record.event import Event

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
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

    def event(self, key: str) -> Event | None:
        """The first event of that key, or None when it did not happen."""
        return next((each for each in self.events if each.key == key), None)

    def save(self, path: str | Path, overwrite: bool = False) -> Path:
        """Write the run folder, whole or not at all. InputError when it exists already, unless `overwrite`."""
        from skycrane.record.run_folder import new_run_folder, write_run

        with new_run_folder(path, overwrite=overwrite) as folder:
            write_run(self, folder)
        return Path(path)
