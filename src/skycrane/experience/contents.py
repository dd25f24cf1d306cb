"""What run.json says, field by field: the contract between the bundle and the page. `scripts/web_types.py` writes it as TypeScript.

Units are in the names; `*_s` counts seconds from entry interface at the spacecraft unless the field says otherwise.
"""

from typing import Any, Literal, NotRequired, TypedDict

from skycrane.report.compare import ComparedFigure

#: Raised when a field is renamed, removed or changes its meaning. The page refuses a newer one.
BUNDLE_SCHEMA = 2


class Phase(TypedDict):
    """A stretch of the landing, in the words of the public and of the engineers."""

    key: str
    label: str
    sentence: str
    start_s: float
    end_s: float


class Because(TypedDict):
    """Why an event happened then."""

    condition: str
    values: dict[str, float | None]
    thresholds: dict[str, float | None]


class Source(TypedDict):
    """What decided: a key of the mission file, its value in the unit of the key, and what stands behind the number there."""

    key: str
    value: float
    words: str


class RunEvent(TypedDict):
    """Something that happened: when, why, in what state."""

    key: str
    label: str
    words: str
    plain: str
    t_s: float
    utc: str
    severity: str
    because: Because
    sources: list[Source]
    state: dict[str, float | None]
    flown_s: NotRequired[float]
    heard_s: NotRequired[float | None]  # on Earth, as it happened; null where nothing came through
    heard_by: NotRequired[str]  # an orbiter, or "tones"; empty where nothing came through


class ChannelInfo(TypedDict):
    """One channel of channels.bin: `count` samples of `components` numbers, little-endian, from byte `offset` on."""

    name: str
    unit: str
    frame: str
    long_name: str
    components: int
    offset: int
    count: int
    type: Literal["float32"]
    flags: NotRequired[list[str]]
    turns: NotRequired[str]


class Picture(TypedDict):
    """A picture: what the catalogue says about it, where its files lie in the bundle, and its way home."""

    imageid: str
    camera: str
    camera_name: str
    title: str
    caption: str
    alt: str
    made: str
    taken_s: float
    taken_utc: str
    width: int
    height: int
    sample_type: str
    file: str
    thumbnail: str
    height_above_terrain_m: float | None
    sent_s: float | None
    thumbnail_received_s: float | None
    received_s: float | None
    orbiter: str | None
    share_received: float
    eye_site_m: NotRequired[list[float]]
    looks_site: NotRequired[list[float]]
    camera_model: NotRequired[str]


class FlownValue(TypedDict):
    """A published value of the real landing at its time, in the unit of the channel; in the order of channel and time."""

    channel: str
    t_s: float
    value: float
    source: str


class Site(TypedDict):
    """The landing target: origin of the site frame (x east, y north, z up)."""

    name: str
    latitude_deg: float
    longitude_deg: float
    elevation_m: float
    terrain: str


class Place(TypedDict):
    """A place in the site frame."""

    east_m: float
    north_m: float


class Ellipse(TypedDict):
    """Where a share of landings comes down; `azimuth_deg` of the first half axis, from north through east."""

    east_m: float
    north_m: float
    half_axes_m: list[float]
    azimuth_deg: float
    share: float


class EnsembleCase(TypedDict):
    """One landing of an ensemble."""

    case: int
    east_m: float | None
    north_m: float | None
    outcome: str
    sentence: str
    success: bool


class EnsembleInfo(TypedDict):
    """Many landings of the mission."""

    n: int
    seed: int
    landed: int
    cases: list[EnsembleCase]
    ellipse: Ellipse | None


class Slider(TypedDict):
    """Something that `Fly it` may change: a number in a range, a switch, or a choice."""

    key: str
    label: str
    help: str
    kind: Literal["number", "switch", "choice"]
    unit: str
    value: float | bool | str
    low: NotRequired[float]
    high: NotRequired[float]
    step: NotRequired[float]
    choices: NotRequired[list[str]]
    words: NotRequired[list[str]]  # of the choices, for people


class Arrivals(TypedDict):
    """The way home in short; the whole of it is in arrivals.json."""

    light_time_s: float
    landed_s: float
    passes: list[dict[str, Any]]
    silences: list[dict[str, Any]]


class Sound(TypedDict):
    """What can be played beside the landing: a file of the bundle and when it was recorded; `note` says how it was made."""

    file: str
    starts_s: float
    ends_s: float
    title: str
    note: str


class MissedRequirement(TypedDict):
    """A requirement of the mission that was not kept, in the unit of its figure; `bound` is "at least" or "at most"."""

    label: str
    value: float
    unit: str
    bound: str
    limit: float


class LossFigure(TypedDict):
    """A figure at a loss, in a unit of the channels; `limit` where it was over one."""

    name: str
    value: float
    unit: str
    limit: float | None


class LossReport(TypedDict):
    """A loss told kindly. `said` is the record's sentence where no figure says by how much; `would_have_saved` holds only what is known."""

    what: str
    when: str
    said: str
    by_how_much: list[LossFigure]
    came_of: list[str]
    worth_trying: list[str]
    would_have_saved: str


class RunInfo(TypedDict):
    """The whole of run.json."""

    schema: int
    version: str
    page_version: str
    made_with: str
    mission: str
    title: str
    seed: int | None
    nominal: bool
    start_s: float
    duration_s: float
    epoch_utc: str
    light_time_s: float
    site: Site
    target: Place
    aimed_for: NotRequired[Place]
    phases: list[Phase]
    events: list[RunEvent]
    outcome: dict[str, Any]
    comparison: list[ComparedFigure]
    comparison_note: str
    flown: list[FlownValue]
    channels: list[ChannelInfo]
    pictures: list[Picture]
    sources: list[str]
    credits: list[str]
    notes: list[str]
    loss: NotRequired[LossReport]
    missed: NotRequired[list[MissedRequirement]]
    assessment: NotRequired[dict[str, Any]]
    arrivals: NotRequired[Arrivals]
    sound: NotRequired[Sound]
    ensemble: NotRequired[EnsembleInfo]
    what_if: NotRequired[list[Slider]]
    can_fly: NotRequired[bool]
    changed: NotRequired[dict[str, Any]]
    scene: NotRequired[dict[str, Any]]
