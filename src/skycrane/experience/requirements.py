"""Requirements of the mission that a landing did not keep, though nothing was lost.

A requirement keeps a margin from what breaks: a rover that comes down sideways at 0.67 m/s stands (`success.horizontal_speed_m_s` is 1.0)
and is outside of what the mission asks of a landing (0.5). A loss is told by its report instead.
"""

import tomllib

from skycrane.experience.contents import MissedRequirement
from skycrane.record import FlightRecord
from skycrane.record.quantity_path import quantity_of


def missed_requirements(record: FlightRecord) -> list[MissedRequirement]:
    """Those that a flight in which nothing was lost missed; a figure that the record lacks is none."""
    if record.outcome.get("losses") or not record.outcome.get("success"):
        return []
    found = []
    for each in tomllib.loads(record.mission).get("requirements", ()):
        value = quantity_of(record, each["figure"])
        for bound, limit in (("at least", each.get("low")), ("at most", each.get("high"))):
            if value is None or limit is None or (value >= limit if bound == "at least" else value <= limit):
                continue
            found.append(
                MissedRequirement(
                    label=each["label"], value=value, unit=each.get("unit", "1"), bound=bound, limit=float(limit)
                )
            )
    return found
