"""The ears: microphones, and the levels of what they hear that nobody has published. They take no part in the flight."""

import math
from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, sections, table

_FARTHEST = 10.0  # [m] a microphone sits on the rover


@dataclass(frozen=True)
class MicrophoneParameters:
    """One microphone on the rover, omnidirectional: where it sits, what it can tell apart, and when it is on.

    Its place is in the record's body axes: x along the axis of symmetry (down when the machine stands), z forward, y left.
    """

    id: str = choice("short name, such as edl_microphone; the name of its file")
    title: str = choice("what it is, for a person")
    place: tuple[float, ...] = table("m", "body axes, the rover under its descent stage")
    sampling_rate: int = quantity("Hz", "samples a second", at_least=8000, at_most=192000)
    bits: int = quantity("1", "depth of a sample", at_least=16, at_most=24)
    lowest_frequency: float = quantity("Hz", "lower end of the band, 3 dB down", above=0)
    highest_frequency: float = quantity("Hz", "upper end of the band, 3 dB down", above=0)
    self_noise: float = quantity("Pa", "pressure rms that its own noise looks like, over the band", above=0)
    full_scale: float = quantity("Pa", "largest pressure that it can tell; what is louder is clipped", above=0)
    vibration_pressure: float = quantity(
        "Pa",
        "pressure that a shaking of its mount by 1 m/s^2 looks like",
        default=0.027,
        at_least=0,
        source="assumed: 62 dB at 1 m/s^2 along the axis of a half-inch measuring microphone, 50 to 65 dB",
    )
    on_event: str = choice("event that switches it on; empty: off during the landing", default="")
    on_delay: float = quantity("s", "after that event", default=0.0)
    off_event: str = choice("event that switches it off; empty: the end of the record", default="")
    off_delay: float = quantity(
        "s",
        "after that event",
        default=0.0,
        at_least=0,
        at_most=600,
    )

    def check(self) -> str | None:
        """A vector has three numbers; the band fits into the samples; the name is a name of a file."""
        if not (self.id and set(self.id) <= _NAME):
            return f'id of microphone "{self.id}" must be of small letters, digits and _'
        if len(self.place) != 3:
            return f"place of microphone {self.id} has {len(self.place)} numbers, must have 3"
        if math.hypot(*self.place) > _FARTHEST:
            away = math.hypot(*self.place)
            return f"place of microphone {self.id} is {away:g} m from the origin of the body, must be within {_FARTHEST:g} m"
        if self.bits not in (16, 24):
            return f"bits of microphone {self.id} is {self.bits}, must be 16 or 24"
        if not self.lowest_frequency < self.highest_frequency <= 0.5 * self.sampling_rate:
            return (
                f"highest_frequency_hz of microphone {self.id} is {self.highest_frequency:g}, must be above its lowest_frequency_hz "
                f"({self.lowest_frequency:g}) and at most half its sampling_rate_hz ({self.sampling_rate})"
            )
        return None


_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


@dataclass(frozen=True)
class ImpulseParameters:
    """A bolt, a cutter, a mortar: how hard the mount of the microphone is shaken by it (sound/impulses.py)."""

    event: str = choice("event that it belongs to; without a number, each of that name")
    acceleration: float = quantity("m/s^2", "peak at the mount of the microphone", above=0)
    frequency: float = quantity(
        "Hz",
        "middle of the frequencies that ring",
        default=1500.0,
        above=0,
        at_most=20000,
        source="assumed: pyrotechnic shock some metres and joints away, 500 to 5000 Hz",
    )
    decay: float = quantity(
        "s",
        "ringing falls by a factor e in",
        default=0.008,
        above=0,
        at_most=1,
        source="assumed: pyrotechnic shock is over in 20 ms",
    )


@dataclass(frozen=True)
class SoundParameters:
    """What makes the sound of a landing, and who hears it. Few of these levels are public; none was measured at Mars."""

    acoustic_efficiency: float = quantity(
        "%",
        "share of an engine's mechanical jet power that becomes sound",
        default=0.5,
        above=0,
        at_most=5,
        source="[eldred1971] 0.2 to 1 %, of jets into sea-level air; assumed for jets into Martian air",
    )
    peak_strouhal: float = quantity(
        "1",
        "frequency of the loudest octave of a jet, times its diameter, over its speed",
        default=0.02,
        above=0,
        source="[eldred1971] about 0.02 for rockets",
    )
    jet_mach: float = quantity(
        "1",
        "Mach number of a jet that has expanded to the pressure of the air around it",
        default=6.0,
        above=1,
        source="assumed: hydrazine products from 2 MPa to 700 Pa, 5 to 7",
    )
    source_distance: float = quantity(
        "1",
        "sound comes from so many jet diameters behind the nozzle",
        default=10.0,
        at_least=0,
        source="assumed: where supersonic jets are loudest, 5 to 20",
    )
    flow_pressure: float = quantity(
        "1",
        "pressure fluctuation of slow air around the vehicle, rms over dynamic pressure",
        default=0.01,
        above=0,
        source="assumed: 0.006 under an attached boundary layer [lowson1968], some 0.02 where it is separated",
    )
    flow_length: float = quantity(
        "m",
        "thickness of the turbulent layer",
        default=0.45,
        above=0,
        source="assumed: a tenth of the aeroshell's diameter",
    )
    shell_mass: float = quantity(
        "kg/m^2",
        "mass of the aeroshell's wall over its area",
        default=15.0,
        above=0,
        source="assumed: honeycomb with ablator, 10 to 25",
    )
    structure_share: float = quantity(
        "1",
        "share of the wall's shaking that reaches the rover",
        default=0.1,
        at_least=0,
        at_most=1,
        source="assumed: through the stage and its bolts, 0.01 to 0.5",
    )
    structure_frequency: float = quantity(
        "Hz",
        "the structure passes shaking on below",
        default=200.0,
        above=0,
        source="assumed: 50 to 500 Hz",
    )
    thruster_shaking_scale: float = quantity(
        "1",
        "shaking of the rover (rms) by the small thrusters, over their push divided by the mass",
        default=1.0,
        at_least=0,
        source="assumed: 0.3 to 5",
    )
    wind_turbulence: float = quantity(
        "1",
        "gusts at the microphone (rms) over the wind",
        default=0.2,
        at_least=0,
        at_most=1,
        source="assumed: afternoon convection, 0.1 to 0.4",
    )
    wind_length: float = quantity(
        "m", "size of the largest gusts", default=5.0, above=0, source="assumed: height of the rover and more, 1 to 20"
    )
    impact_efficiency: float = quantity(
        "%",
        "share of the energy of a body that hits the ground which becomes sound",
        default=0.1,
        at_least=0,
        at_most=10,
        source="assumed: 0.01 to 1 %",
    )
    impact_frequency: float = quantity(
        "Hz",
        "middle of the frequencies of a body that hits the ground",
        default=30.0,
        above=0,
        source="assumed: a stage of 3 m crushed at 50 m/s, 10 to 60 Hz",
    )
    microphones: tuple[MicrophoneParameters, ...] = sections(MicrophoneParameters, "who listens")
    impulses: tuple[ImpulseParameters, ...] = sections(ImpulseParameters, "what bangs", default=())

    def check(self) -> str | None:
        """Names are there once; at least one microphone."""
        names = [each.id for each in self.microphones]
        if not names:
            return "has no microphones, must have at least one; leave [sound] out where there is none"
        twice = next((name for name in names if names.count(name) > 1), None)
        return None if twice is None else f"has microphones {twice} twice, must have each once"
