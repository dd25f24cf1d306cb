"""The simplest steering of an entry: one bank angle, turned to the other side whenever the target drifts out of a cross-range deadband.

It keeps the flight near the plane of the target and lets the range come out as it may: for first studies and teaching. Range control
is in gnc/guidance/apollo_entry.py.
"""

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.interpolation import ramps
from skycrane.gnc.guidance.apollo_entry import RANGE_CONTROL, EntryCommand, Target, range_and_crossrange, sensed_drag
from skycrane.gnc.guidance.reference import EntryTable
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.mission.parameters.mind import DeadbandEntryParameters


@component
class DeadbandEntry(DeadbandEntryParameters):
    """bank = s |bank|, s = +1 once the target is further right than the deadband of this speed, -1 once further left.

    Before the sensed drag reaches `start_drag` the lift stays on the side of the target. Acts on navigated state alone.
    Source: the lateral logic of Apollo entry guidance, Moseley 1969.
    """

    sources = ("moseley1969",)

    def command(self, table: EntryTable, target: Target, e: Estimate, last: EntryCommand) -> EntryCommand:
        """Command of this update from the estimate; `last` carries mode and sign of bank. Angles [rad], lengths [m]."""
        to_go, crossrange = range_and_crossrange(e, target)
        drag = sensed_drag(e)
        deadband = ramps(e.speed(), self.crossrange_limit_speed, self.crossrange_limit)
        mode = fn.where(drag > self.start_drag, RANGE_CONTROL, last.mode)
        sign = fn.where((mode > 0.5) & (crossrange > deadband), 1.0, last.sign)
        sign = fn.where((mode > 0.5) & (crossrange < -deadband), -1.0, sign)
        return last._replace(
            bank=sign * self.bank,
            mode=mode,
            sign=sign,
            range_to_go=to_go,
            crossrange=crossrange,
            drag=drag,
            deadband=deadband,
        )
