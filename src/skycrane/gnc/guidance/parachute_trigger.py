"""When flight software wants the parachute: by distance to the target, or by speed; navigated figures alone."""

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.mission.parameters.mind import RangeTriggerParameters, VelocityTriggerParameters


def parachute_wanted(
    trigger: RangeTriggerParameters | VelocityTriggerParameters, parachute_range: Scalar, speed: Scalar, to_go: Scalar
) -> tuple[Scalar, Scalar, Scalar]:
    """Whether the condition holds, the figure it looks at and its threshold ([m] or [m/s]).

    By range: armed below a speed, fired inside `parachute_range` [m] of the target, regardless below a lower speed.
    """
    if isinstance(trigger, RangeTriggerParameters):
        armed = speed < trigger.armed_below_speed
        return (armed & (to_go < parachute_range)) | (speed < trigger.fire_below_speed), to_go, parachute_range
    return speed < trigger.speed, speed, trigger.speed


def time_to_parachute(
    trigger: RangeTriggerParameters | VelocityTriggerParameters,
    parachute_range: Scalar,
    speed: Scalar,
    to_go: Scalar,
    across: Scalar,
    deceleration: Scalar,
) -> Scalar:
    """How long until the condition holds [s], were the deceleration [m/s^2] to stay as it is.

    By range: the distance left at the mean of the horizontal speed now, `across` [m/s], and there (a fall by deceleration times distance
    over speed), not before it is armed, and no longer than the lower speed takes. By speed: the speed left over the deceleration.
    """
    slowing = fn.maximum(deceleration, 0.5)
    if not isinstance(trigger, RangeTriggerParameters):
        return (speed - trigger.speed) / slowing
    away = fn.maximum(to_go - parachute_range, 0.0)
    left = away / fn.maximum(across - 0.5 * deceleration * away / fn.maximum(across, 1.0), 50.0)
    armed_in = (speed - trigger.armed_below_speed) / slowing
    return fn.minimum(fn.maximum(left, armed_in), (speed - trigger.fire_below_speed) / slowing)
