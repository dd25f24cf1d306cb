"""Every number of a mission file, declared once: the root is `CompleteMissionParameters`, what flies of it is `MissionParameters`."""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, section, sections, table
from skycrane.mission.parameters.atmosphere import (
    AtmosphereDay,
    ExponentialParameters,
    HydrostaticProfileParameters,
    StandardAtmosphere1976Parameters,
)
from skycrane.mission.parameters.cameras import CameraParameters
from skycrane.mission.parameters.downlink import DownlinkParameters
from skycrane.mission.parameters.mind import (
    ApolloEntryParameters,
    AttitudeControlParameters,
    BallisticEntryParameters,
    DeadbandEntryParameters,
    NavigationParameters,
    PoweredDescentParameters,
    TriggerParameters,
)
from skycrane.mission.parameters.planet import PlanetParameters
from skycrane.mission.parameters.point_mass import PointMassParameters
from skycrane.mission.parameters.rover import RoverParameters
from skycrane.mission.parameters.sensing import InertialUnitParameters, PositionFixParameters, RadarParameters
from skycrane.mission.parameters.site import CorrelatedStart, EntryParameters, SiteParameters
from skycrane.mission.parameters.sound import SoundParameters
from skycrane.mission.parameters.touchdown import MultibodyTouchdownParameters, ReducedTouchdownParameters
from skycrane.mission.parameters.vehicle import VehicleParameters

__all__ = [
    "ApolloEntryParameters",
    "AtmosphereDay",
    "AttitudeControlParameters",
    "BallisticEntryParameters",
    "CameraParameters",
    "CompleteMissionParameters",
    "CorrelatedStart",
    "DeadbandEntryParameters",
    "DispersionParameters",
    "DownlinkParameters",
    "EntryParameters",
    "ExponentialParameters",
    "HydrostaticProfileParameters",
    "InertialUnitParameters",
    "MissionParameters",
    "MultibodyTouchdownParameters",
    "NavigationParameters",
    "PhaseParameters",
    "PlanetParameters",
    "PointMassParameters",
    "PositionFixParameters",
    "PoweredDescentParameters",
    "RadarParameters",
    "ReducedTouchdownParameters",
    "RequirementParameters",
    "RoverParameters",
    "SiteParameters",
    "SoundParameters",
    "StandardAtmosphere1976Parameters",
    "SuccessParameters",
    "TriggerParameters",
    "VehicleParameters",
]


@dataclass(frozen=True)
class PhaseParameters:
    """One phase of the sequence; phases follow each other in the order of the file."""

    kind: str = choice("kind of phase", "entry", "parachute", "powered_descent", "sky_crane", "flyaway")


@dataclass(frozen=True)
class DispersionParameters:
    """One uncertain quantity: drawn anew for every seed."""

    key: str = choice("dotted key of a number in this file; an index picks one of a table: entry.place_m.0")
    distribution: str = choice("shape", "normal", "uniform", "truncated", "discrete", default="normal")
    sigma: float = quantity(
        "1", "standard deviation, in the unit of the key (normal, truncated)", default=0.0, at_least=0
    )
    half_width: float = quantity(
        "1", "half the width of a uniform distribution, in the unit of the key", default=0.0, at_least=0
    )
    limit: float = quantity(
        "1", "a truncated draw stays within this many sigma", default=3.0, above=0, source="design: three sigma"
    )
    values: tuple[float, ...] = table("1", "what the number can be, in the unit of the key (discrete)", default=(0.0,))
    chances: tuple[float, ...] = table(
        "1",
        "how often each of the values comes, up to a common factor (discrete)",
        default=(1.0,),
        at_least=0,
        source="design: one value that always comes",
    )
    group: str = choice("name of the group that it is drawn together with (normal)", default="")
    correlation: tuple[float, ...] = table(
        "1", "correlation with each of the group's members above it; 0 for none", default=(0.0,), at_least=-1, at_most=1
    )

    def check(self) -> str | None:
        """Values and chances go together; a group is normal."""
        if len(self.values) != len(self.chances):
            return f"values has {len(self.values)} numbers and chances {len(self.chances)}, must have as many"
        if not sum(self.chances) > 0.0:
            return "chances are all 0, must have one above 0"
        if self.group and self.distribution != "normal":
            return f'group is "{self.group}", but the distribution is {self.distribution}, must be normal in a group'
        return None


@dataclass(frozen=True)
class RequirementParameters:
    """One requirement on the scorecard."""

    key: str = choice("short name")
    figure: str = choice("path of the figure in outcome, events or channels")
    low: float = quantity("1", "smallest value allowed", default=float("-inf"))
    high: float = quantity("1", "largest value allowed", default=float("inf"))
    label: str = choice("what it means")
    unit: str = choice("unit of the figure, for a person", default="")
    share: float = quantity(
        "%",
        "share of all cases that must keep it; a case that never got there does not",
        default=99.0,
        above=0,
        at_most=100,
        source="design: the usual percentile of a landing requirement",
    )


@dataclass(frozen=True)
class SuccessParameters:
    """When the mission has done what it was for, and what counts as a loss."""

    condition: str = choice(
        "what must be reached", "landed", "parachute_open", "parachute_deploy", "height", default="landed"
    )
    height: float = quantity("m", "height over terrain that ends a mission of kind height", default=0.0)
    vertical_speed: float = quantity(
        "m/s",
        "ground contact faster than this is a loss",
        default=2.0,
        above=0,
        source="assumed: what wheels or legs take without damage, 1 to 3 m/s",
    )
    horizontal_speed: float = quantity(
        "m/s",
        "ground contact faster than this is a loss",
        default=1.0,
        above=0,
        source="assumed: what wheels or legs take without tipping, 0.5 to 1.5 m/s",
    )
    tilt: float = quantity(
        "deg",
        "a lander tilted further is a tip-over",
        default=30.0,
        above=0,
        source="assumed: a lander whose centre of mass is as high as its feet are wide tips beyond, 25 to 45 deg",
    )
    recontact_distance: float = quantity(
        "m",
        "a loose body closer than this is a recontact",
        default=5.0,
        at_least=0,
        source="design: about the size of the vehicle",
    )


@dataclass(frozen=True)
class MissionParameters:
    """The whole mission, as `mission/presets/*.toml` spells it."""

    name: str = choice("short name")
    title: str = choice("one line for a person")
    flown: str = choice("preset whose as-flown figures belong to this mission", default="")
    planet: PlanetParameters = section(PlanetParameters, "planet")
    site: SiteParameters = section(SiteParameters, "landing site")
    entry: EntryParameters = section(EntryParameters, "entry interface")
    atmosphere: AtmosphereDay = section(
        {
            "hydrostatic_profile": HydrostaticProfileParameters,
            "exponential": ExponentialParameters,
            "standard_1976": StandardAtmosphere1976Parameters,
        },
        "air and wind of the day",
    )
    vehicle: VehicleParameters | PointMassParameters = section(
        {"rigid_body": VehicleParameters, "point_mass": PointMassParameters}, "the machine", unnamed="rigid_body"
    )
    inertial_unit: InertialUnitParameters = section(
        InertialUnitParameters, "gyros and accelerometers", default=InertialUnitParameters()
    )
    radar: RadarParameters | None = section(RadarParameters, "radar", default=None)
    lander_vision: PositionFixParameters | None = section(
        {"position_fix": PositionFixParameters}, "lander vision", default=None
    )
    navigation_start: CorrelatedStart = section(
        CorrelatedStart, "first knowledge of navigation", default=CorrelatedStart()
    )
    navigation: NavigationParameters = section(NavigationParameters, "navigation", default=NavigationParameters())
    entry_guidance: ApolloEntryParameters | DeadbandEntryParameters | BallisticEntryParameters = section(
        {"apollo": ApolloEntryParameters, "deadband": DeadbandEntryParameters, "ballistic": BallisticEntryParameters},
        "entry guidance",
    )
    attitude_control: AttitudeControlParameters | None = section(
        AttitudeControlParameters, "attitude by thrusters", default=None
    )
    triggers: TriggerParameters | None = section(TriggerParameters, "triggers", default=None)
    powered_descent: PoweredDescentParameters | None = section(
        PoweredDescentParameters, "powered descent", default=None
    )
    phases: tuple[PhaseParameters, ...] = sections(PhaseParameters, "the sequence")
    dispersions: tuple[DispersionParameters, ...] = sections(DispersionParameters, "uncertain quantities", default=())
    requirements: tuple[RequirementParameters, ...] = sections(RequirementParameters, "scorecard", default=())
    cameras: tuple[CameraParameters, ...] = sections(
        CameraParameters, "the eyes; they take no part in the flight", default=()
    )
    rover: RoverParameters | None = section(
        RoverParameters, "what stands on its wheels after landing; it takes no part in the flight", default=None
    )
    success: SuccessParameters = section(SuccessParameters, "success and loss", default=SuccessParameters())


@dataclass(frozen=True)
class CompleteMissionParameters(MissionParameters):
    """The mission that flies, and what the compiled flight does not see: its way home, its ears, its last metres."""

    downlink: DownlinkParameters | None = section(DownlinkParameters, "the way home", default=None)
    sound: SoundParameters | None = section(SoundParameters, "what is heard", default=None)
    touchdown: ReducedTouchdownParameters | MultibodyTouchdownParameters = section(
        {"reduced": ReducedTouchdownParameters, "multibody": MultibodyTouchdownParameters},
        "how the last metres on the bridles are computed",
        default=ReducedTouchdownParameters(),
    )
