"""When flight software wants the parachute: by distance to the target, or by speed; navigated figures alone."""

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
