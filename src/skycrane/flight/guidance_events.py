"""What entry guidance does that is an event: its start, each bank reversal, heading alignment. Shared by all that fly an entry."""

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.flight import occurrences as occ
from skycrane.gnc.guidance.apollo_entry import EntryCommand

_REVERSALS = 6  # that are told of; a later one is counted and no more
EVENTS = {
    "guidance_start": 2,
    **{f"bank_reversal_{n}": 3 for n in range(1, _REVERSALS + 1)},
    "heading_alignment_start": 2,
}


def note_guidance(
    events: occ.Occurrences, time: Scalar, speed: Scalar, reversals: Scalar, before: EntryCommand, now: EntryCommand
) -> tuple[occ.Occurrences, Scalar]:
    """The events with those of this cycle noted, and how many reversals there were; `speed` is the navigated one [m/s]."""
    turned = now.sign * before.sign < 0.0
    reversals = reversals + fn.where(turned, 1.0, 0.0)
    events = occ.note(events, "guidance_start", now.mode > 0.5, time, now.drag, now.range_to_go)
    for n in range(1, _REVERSALS + 1):
        this = turned & (abs(reversals - n) < 0.5)
        events = occ.note(events, f"bank_reversal_{n}", this, time, now.crossrange, now.deadband, speed)
    aligning = now.mode > 1.5
    if "straighten_up" in events:
        aligning = aligning & ~occ.happened(events, "straighten_up")  # from then on nobody steers
    return occ.note(events, "heading_alignment_start", aligning, time, speed, now.crossrange), reversals
