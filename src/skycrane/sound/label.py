"""The label beside a recording: that it is simulated, how it was made, from which sources, and how loud in pascal."""

from typing import TYPE_CHECKING, Any

from skycrane.mission.parameters.sound import MicrophoneParameters, SoundParameters
from skycrane.record import FlightRecord, utc_after
from skycrane.record.citations import in_words
from skycrane.sound.levels import REFERENCE, decibel
from skycrane.sound.microphone import step

if TYPE_CHECKING:
    from skycrane.sound.listen import Heard

SCHEMA = 1
NOTE = (
    "SIMULATED. What the microphone of this landing would have heard, computed from the flight's record. The microphone of the real "
    "landing recorded no audio during entry, descent and landing; nothing here is a measurement."
)
_HOW = {
    "engines": "acoustic power = efficiency x thrust x exhaust velocity / 2 of each engine, Strouhal spectrum of its expanded jet, spread "
    "over a sphere, carbon dioxide's absorption on the way, as late as sound is",
    "flow": "turbulent pressure k q / (1 + 0.14 M^2) on the open vehicle, Lowson's spectrum",
    "aeroshell": "the same outside the closed aeroshell, through its wall by the mass law and through the structure",
    "thrusters": "push over mass, as shaking of the microphone's mount",
    "wind": "rho V u of gusts on the microphone, Kolmogorov's spectrum",
    "bangs": "bolts, cutters and mortar as decaying modes of the structure; wheels by their largest load; the stage that hits the ground "
    "by its energy, through the gas with absorption and dispersion",
    "microphone": "its own noise, white over its band",
}
_SOURCES = ("basschambers2001", "eldred1971", "lowson1968", "mahaffy2013", "maurice2022", "pierce1989")

#: source -> words for a person
WORDS = {
    "engines": "descent engines",
    "flow": "air rushing past",
    "aeroshell": "air outside the closed aeroshell",
    "thrusters": "small thrusters, through the structure",
    "wind": "wind",
    "bangs": "bolts, cutters, mortar",
    "microphone": "the microphone's own noise",
}


def label_of(
    record: FlightRecord,
    parameters: Any,
    given: SoundParameters,
    heard: "list[Heard]",
    seed: tuple[int, int],
    ears_of: str,
) -> dict[str, Any]:
    """The content of sound.json; sizes and hashes of the files are filled in by the caller."""
    epoch = parameters.entry.utc
    listening = {each.microphone.id for each in heard}
    return {
        "schema": SCHEMA,
        "note": NOTE,
        "mission": record.mission_name,
        "seed": seed[0],
        "case": seed[1],
        "how": _HOW,
        "assumed": f"every level that is marked `assumed` in [sound] of the mission {ears_of}; none was measured at Mars",
        "sources": {key: in_words(key) for key in _SOURCES},
        "reference_Pa": REFERENCE,
        "microphones": [_microphone(each, epoch) for each in heard],
        "off": [
            {"id": each.id, "title": each.title, "why": _why(each)}
            for each in given.microphones
            if each.id not in listening
        ],
    }


def _why(microphone: MicrophoneParameters) -> str:
    return (
        f"it waits for {microphone.on_event}"
        if microphone.on_event
        else "it is off during the landing and hears nothing"
    )


def _microphone(heard: "Heard", epoch: str) -> dict[str, Any]:
    microphone = heard.microphone
    return {
        "id": microphone.id,
        "title": microphone.title,
        "sampling_rate_hz": microphone.sampling_rate,
        "bits": microphone.bits,
        "full_scale_Pa": microphone.full_scale,
        "pascal_per_count": step(microphone),
        "band_hz": [microphone.lowest_frequency, microphone.highest_frequency],
        "self_noise_Pa": microphone.self_noise,
        "clipped_samples": heard.clipped,
        **_times(epoch, "starts", heard.starts),
        **_times(epoch, "ends", heard.ends),
        "files": _files(heard, epoch),
        "parts": [
            {
                "part": each.name,
                "starts_s": round(each.starts, 3),
                "ends_s": round(each.ends, 3),
                "rms_Pa": each.rms,
                "level_dB": round(each.level, 1),
                "peak_Pa": each.peak,
                "main_source": each.main,
                "mostly": WORDS[each.main],
                "rms_Pa_by_source": each.by_source,
            }
            for each in heard.parts
        ],
        "bangs": [
            {
                "event": bang.event,
                "heard_s": round(bang.starts, 4),
                "way": bang.way,
                "peak_Pa": peak,
                "peak_dB": round(float(decibel(peak)), 1),
            }
            for bang, peak in heard.bangs
        ],
    }


def _files(heard: "Heard", epoch: str) -> list[dict[str, Any]]:
    name = heard.microphone.id
    return [
        {
            "name": f"{name}_excerpt.mp3",
            "role": "excerpt",
            "media_type": "audio/mpeg",
            "full_scale_Pa": 1.0 / heard.gain,
            **_times(epoch, "starts", heard.excerpt[0]),
            **_times(epoch, "ends", heard.excerpt[1]),
        },
        {
            "name": f"{name}.flac",
            "role": "recording",
            "media_type": "audio/flac",
            "full_scale_Pa": heard.microphone.full_scale,
            **_times(epoch, "starts", heard.starts),
            **_times(epoch, "ends", heard.ends),
        },
        {"name": f"{name}.png", "role": "spectrogram", "media_type": "image/png"},
    ]


def _times(epoch: str, name: str, time: float) -> dict[str, Any]:
    return {f"{name}_s": round(time, 4), f"{name}_utc": utc_after(epoch, time)}
