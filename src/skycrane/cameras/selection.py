"""Which pictures to take: the default set that tells the landing, or what was asked for, as camera and time."""

from dataclasses import dataclass

from skycrane.cameras.moment import Landing
from skycrane.cameras.when import interval, moment, nearest
from skycrane.core.errors import InputError
from skycrane.mission.parameters.cameras import CameraParameters


@dataclass(frozen=True)
class Shot:
    """One picture to take: a camera at a time [s since entry interface], and what it tells."""

    camera: CameraParameters
    time: float
    event: str
    offset: float
    tells: str


#: the twelve pictures that tell a landing: camera, event, seconds after it, what it tells
STORY = (
    ("PUC_A", "line_stretch", 0.30, "the parachute leaves its bag"),
    ("PUC_A", "parachute_inflated", 3.0, "the parachute is full"),
    ("RDC", "heatshield_separation", 2.5, "the heat shield falls away"),
    ("LCAM", "map_navigation_start", 1.0, "the lander looks for its place on the map"),
    ("RDC", "backshell_separation", -12.0, "the ground comes up"),
    ("DDC", "rover_separation", 2.6, "the rover goes down on its bridles"),
    ("RUC", "bridle_deployed", 0.6, "the descent stage holds the rover"),
    ("DDC", "touchdown", -2.8, "two metres above the dust"),
    ("DDC", "touchdown", 0.9, "wheels on the ground"),
    ("RUC", "flyaway", 1.6, "the descent stage flies away"),
    ("FHAZ_LEFT_A", "touchdown_declared", 22.0, "first look ahead, lens cover on"),
    ("RHAZ_LEFT", "touchdown_declared", 24.0, "first look back, lens cover on"),
)


def cameras_of(landing: Landing) -> dict[str, CameraParameters]:
    """The mission's cameras by id; InputError when it has none."""
    found = {each.id: each for each in landing.parameters.cameras}
    if not found:
        raise InputError(
            "mission.toml of this run has no cameras; fly it again, or add a [[cameras]] table to the mission"
        )
    return found


def camera_named(landing: Landing, name: str) -> CameraParameters:
    """One camera by id, in any case; InputError with the nearest name."""
    found = cameras_of(landing)
    if name.upper() not in found:
        raise InputError(f"there is no camera {name}{nearest(name.upper(), list(found))}")
    return found[name.upper()]


def story(landing: Landing) -> list[Shot]:
    """The default set, as far as this landing got and this mission has the cameras."""
    found = cameras_of(landing)
    shots = []
    for name, event, offset, tells in STORY:
        if name in found and event in landing.events:
            shot = Shot(found[name], landing.events[event] + offset, event, offset, tells)
            if why_dark(landing, shot.camera, shot.time) is None:
                shots.append(shot)
    return shots


def chosen(
    landing: Landing, cameras: list[str], at: list[str], every: str | None = None, most: int | None = None
) -> list[Shot]:
    """What was asked for: cameras at times, or cameras `every` so often while they are on. InputError says what cannot be."""
    names = cameras or ([] if at else list(cameras_of(landing)))
    eyes = [camera_named(landing, name) for name in names]
    if every is not None:
        shots = [shot for eye in eyes for shot in _series(landing, eye, interval(every))]
    elif at:
        moments = [moment(landing, word) for word in at]
        some = eyes or list(cameras_of(landing).values())
        shots = [
            Shot(eye, time, event, offset, "") for time, event, offset in moments for eye in some
            if eyes or why_dark(landing, eye, time) is None
        ]  # fmt: skip
        if not shots:
            raise InputError(f"no camera is on at {', '.join(at)}")
    else:
        shots = [
            Shot(each.camera, each.time, each.event, each.offset, each.tells)
            for each in story(landing)
            if each.camera in eyes
        ]
        if not shots:
            raise InputError(f"the default set has no picture of {', '.join(names)}; say when with --at or --every")
    for shot in shots:
        reason = why_dark(landing, shot.camera, shot.time)
        if reason:
            raise InputError(reason)
    return shots[:most] if most is not None else shots


def window(landing: Landing, camera: CameraParameters) -> tuple[float, float] | None:
    """When a camera is on [s]; None when it stays off in this landing."""
    if not camera.on_event or camera.on_event not in landing.events:
        return None
    start = landing.events[camera.on_event] + camera.on_delay
    end = (
        landing.events[camera.off_event] + camera.off_delay
        if camera.off_event in landing.events
        else landing.end + 3600.0
    )
    return start, end


def why_dark(landing: Landing, camera: CameraParameters, time: float) -> str | None:
    """Why a camera takes no picture at a time; None when it does."""
    on = window(landing, camera)
    if on is None:
        when = (
            f"it waits for {camera.on_event}"
            if camera.on_event
            else "it looks out for the first time after commissioning"
        )
        return f"{camera.id} is off throughout this landing: {when}"
    if not on[0] - 1e-6 <= time <= on[1] + 1e-6:
        return f"{camera.id} is off at {time:.1f} s: it is on from {on[0]:.1f} s to {on[1]:.1f} s"
    if camera.carried_by not in landing.moment(time).poses:
        return f"{camera.id} is not there at {time:.1f} s: the {camera.carried_by.replace('_', ' ')} is gone"
    return None


def _series(landing: Landing, camera: CameraParameters, step: float) -> list[Shot]:
    on = window(landing, camera)
    if on is None:
        raise InputError(str(why_dark(landing, camera, 0.0)))
    end = min(on[1], max(landing.end, on[0]))
    count = int((end - on[0]) / step + 1e-9) + 1
    times = [on[0] + k * step for k in range(count)]
    return [
        Shot(camera, t, camera.on_event, t - landing.events[camera.on_event], "")
        for t in times
        if why_dark(landing, camera, t) is None
    ]
