"""What a flight of a mission needs, read into memory beside whatever else there is to do: its compiled programs and its ground.

Programs are found by the shapes of what they are called with, which need no plan of the entry: they are read while that is made.
"""

import threading
from typing import Any

import numpy as np

from skycrane.mission.mission import Mission


class ReadingAhead:
    """Reads from the moment this is made, in threads. What is not on this machine, or cannot be flown, is left to who flies it."""

    def __init__(self, mission: Mission) -> None:
        self._thread = threading.Thread(target=self._read, args=(mission,), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until everything that is there is in memory."""
        self._thread.join()

    @property
    def is_reading(self) -> bool:
        """Whether it is still at it."""
        return self._thread.is_alive()

    def _read(self, mission: Mission) -> None:
        try:
            read(mission)
        except Exception:  # whatever it is, the flight itself meets it again and tells its reason
            return


def read(mission: Mission) -> None:
    """Compiled programs and ground of a mission. Raises what a flight of it would raise before it starts."""
    from skycrane.flight import engine

    engine.configure()
    import skycrane.flight.phases.sky_crane  # noqa: F401 most of the engine's libraries come with it
    from skycrane.flight import dispersions, models, threefry
    from skycrane.flight.coming_ground import ComingGround
    from skycrane.flight.sequence import sequence_of, what_flies
    from skycrane.flight.tables import EntryPlan, make_tables
    from skycrane.gnc.guidance import reference

    p = what_flies(mission.parameters)
    ground = ComingGround(p)
    knots = np.zeros(reference.KNOTS)
    unplanned = EntryPlan(
        reference.EntryTable(np.zeros(()), np.zeros(()), *[knots] * 8), np.zeros((0, 5)), None, 0.0, 1.0
    )
    tables = make_tables(p, unplanned, ground.stand_in(p))
    case = dispersions.dispersed(models.assemble(p), p, None)
    keys = np.stack([threefry.case_keys(0, np.array(0))] * engine.WIDTH)
    batch: Any = dispersions.lanes([case], engine.WIDTH)
    engine.Programs(batch, tables, keys, np.zeros(engine.WIDTH), sequence_of(p)).wait()
    ground.put_into(tables)
