"""What happened: the schema of every channel, events, the run folder, provenance, sources. Opens without the engine and without jax."""

from skycrane.record.event import SEVERITIES, Event
from skycrane.record.flight_record import FlightRecord
from skycrane.record.open_run import open_run, read_provenance
from skycrane.record.provenance import describe_provenance
from skycrane.record.run_folder import check_destination, new_run_folder, write_run
from skycrane.record.utc import seconds_after, utc_after

__all__ = [
    "SEVERITIES",
    "Event",
    "FlightRecord",
    "check_destination",
    "describe_provenance",
    "new_run_folder",
    "open_run",
    "read_provenance",
    "seconds_after",
    "utc_after",
    "write_run",
]
