"""Entry guidance of the Apollo type: range control on a reference, bank reversals from a cross-range deadband, heading alignment.

Predicted range to go R_p = R_ref + (dR/dD)(D - D_ref) + (dR/dhdot)(hdot - hdot_ref), hdot positive up;
(L/D) cos(bank) = (L/D)_ref + K (R - R_p) / (dR/d(L/D)v). Source: Mendeck and Craig McGrew 2014; Moseley 1969.
The deadband against speed is made with the reference (gnc/guidance/reference.py). Acts on navigated state and sensed drag alone.
"""

from typing import NamedTuple

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import split, take
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.gnc.guidance.reference import KNOTS, EntryTable
from skycrane.gnc.navigation.estimate import Estimate, Navigated
from skycrane.mission.parameters.mind import ApolloEntryParameters, BallisticEntryParameters

HOLD, RANGE_CONTROL, HEADING_ALIGNMENT = 0.0, 1.0, 2.0


class EntryCommand(NamedTuple):
    """What entry guidance wants and why: bank [rad], mode, sign of bank, and the figures behind it."""

    bank: Scalar
    mode: Scalar
    sign: Scalar
    range_to_go: Scalar
    crossrange: Scalar
    range_predicted: Scalar
    drag: Scalar
    drag_reference: Scalar
    deadband: Scalar


class Target(NamedTuple):
    """The target of entry: direction from the planet's centre (unit, mcmf) and radius on which range is counted [m]."""

    direction: Vec3
    radius: Scalar


def range_and_crossrange(e: Estimate | Navigated, target: Target) -> tuple[Scalar, Scalar]:
    """Great-circle range to the target and its distance right of the plane of flight [m]."""
    here = unit(e.position)
    side = unit(cross(here, e.velocity))  # left of the direction of flight
    sine = norm(cross(here, target.direction))
    return target.radius * fn.atan2(sine, dot(here, target.direction)), -target.radius * fn.asin(
        dot(side, target.direction)
    )


def sensed_drag(e: Estimate) -> Scalar:
    """Sensed deceleration along the velocity [m/s^2]."""
    return -dot(attitude.matrix(e.attitude).apply(e.specific_force), unit(e.velocity))


def sensed_lift_to_drag(e: Estimate) -> Scalar:
    """Lift over drag as the inertial unit feels it, held between 0.1 and 0.6 so that a transient cannot upset the command."""
    ahead = unit(e.velocity)
    felt = attitude.matrix(e.attitude).apply(e.specific_force)
    along = dot(felt, ahead)
    return fn.clip(norm(felt - ahead * along) / fn.maximum(-along, 0.1), 0.1, 0.6)


@component
class ApolloEntryGuidance(ApolloEntryParameters):
    """Apollo final-phase guidance with heading alignment."""

    sources = ("mendeck2014", "moseley1969", "mcgrew2025")

    def command(self, table: EntryTable, target: Target, e: Estimate, last: EntryCommand) -> EntryCommand:
        """Command of this update from the estimate; `last` carries mode and sign of bank. L/D is the sensed one."""
        speed = e.speed()
        height_rate = dot(e.velocity, unit(e.position))
        to_go, crossrange = range_and_crossrange(e, target)
        drag = sensed_drag(e)
        row = self._reference(table, speed)
        predicted = (
            row.range_to_go + row.by_drag * (drag - row.drag) + row.by_height_rate * (height_rate - row.height_rate)
        )
        lift = row.lift + self.overcontrol_gain * (to_go - predicted) / fn.maximum(row.by_lift, 1e3)
        cosine = fn.clip(lift / sensed_lift_to_drag(e), -self.lift_fraction_limit, self.lift_fraction_limit)
        deadband = row.deadband
        mode = fn.where((last.mode < 0.5) & (drag > self.start_drag), RANGE_CONTROL, last.mode)
        mode = fn.where((mode > 0.5) & (speed < self.heading_alignment_speed), HEADING_ALIGNMENT, mode)
        sign = last.sign
        steering = (mode > 0.5) & (mode < 1.5)
        sign = fn.where(steering & (crossrange > deadband), 1.0, sign)
        sign = fn.where(steering & (crossrange < -deadband), -1.0, sign)
        heading_error = fn.atan2(crossrange, fn.maximum(to_go, 1e3))
        align = fn.clip(self.heading_gain * heading_error, -self.heading_bank_limit, self.heading_bank_limit)
        bank = fn.where(mode > 1.5, align, sign * fn.acos(cosine))
        bank = fn.where(mode < 0.5, last.bank, bank)
        return EntryCommand(bank, mode, sign, to_go, crossrange, predicted, drag, row.drag, deadband)

    def _reference(self, table: EntryTable, speed: Scalar) -> EntryTable:
        """Every column of the table at a speed."""
        u = fn.clip((speed - table.origin) * table.inverse_step, 0.0, KNOTS - 1 - 1e-9)
        i, t = split(u)
        columns = [(1.0 - t) * take(c, i) + t * take(c, i + 1) for c in table[2:]]
        return EntryTable(table.origin, table.inverse_step, *columns)


@component
class BallisticEntry(BallisticEntryParameters):
    """No guidance: the bank angle of the mission file, held."""

    sources = ()

    def command(self, table: EntryTable, target: Target, e: Estimate, last: EntryCommand) -> EntryCommand:
        """The commanded bank never changes; range and cross-range are reported."""
        to_go, crossrange = range_and_crossrange(e, target)
        return last._replace(
            range_to_go=to_go, crossrange=crossrange, drag=sensed_drag(e), bank=self.bank + 0.0 * to_go
        )
