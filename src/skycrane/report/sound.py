"""What microphones heard, on the page of a run: an excerpt to listen to, the spectrogram, a level for each part. Made from RUN/sound."""

import base64
import html
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.record.json_text import read_json

#: the note of the label; of each microphone its part of the label, the excerpt (MP3) and the spectrogram (PNG)
Sound = tuple[str, list[tuple[dict[str, Any], bytes, bytes]]]


def read_sound(folder: Path) -> Sound | None:
    """What a run folder holds of its sound; None where nothing was recorded. InputError when a part of it is damaged."""
    place, again = folder / "sound", f"skycrane sound {folder}"
    label = read_json(place / "sound.json", "a recording", again)
    if label is None:
        return None
    try:
        heard = [
            (each, _file(place, each, "excerpt"), _file(place, each, "spectrogram")) for each in label["microphones"]
        ]
        return str(label["note"]), heard
    except (OSError, KeyError, TypeError, StopIteration):
        raise InputError(f"{place} is damaged; record it anew with: {again}") from None


def sound_section(found: Sound) -> str:
    """HTML of the section."""
    note, heard = found
    return "".join(_microphone(*each) for each in heard) + f'<p class="note">{html.escape(note)}</p>'


def _microphone(label: dict[str, Any], excerpt: bytes, spectrogram: bytes) -> str:
    title, (low, high) = html.escape(str(label["title"])), label["band_hz"]
    rows = "".join(
        f"<tr><td>{html.escape(part['part'])}</td><td>{part['starts_s']:.1f} to {part['ends_s']:.1f} s</td>"
        f"<td>{part['level_dB']:.0f} dB</td><td>{part['peak_Pa']:.3g} Pa</td><td>{html.escape(part['mostly'])}</td></tr>"
        for part in label["parts"]
    )
    play, picture = _inside("audio/mpeg", excerpt), _inside("image/png", spectrogram)
    note = (
        f"The {title}. Levels: root mean square over {low:g} to {high:g} Hz, dB re 20 µPa. To be played: twenty seconds around touchdown, "
        "made loud enough to listen to. The whole is in the run folder: sound/."
    )
    return (
        f'<figure><audio controls preload="none" aria-label="Twenty seconds around touchdown, simulated" src="{play}"></audio>'
        f'<img class="whole" alt="Spectrogram and level: {title}" src="{picture}"></figure>'
        '<div class="wide"><table><thead><tr><th>part</th><th>when</th><th>level</th><th>peak</th><th>mostly</th></tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="note">{note}</p>'
    )


def _inside(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _file(place: Path, label: dict[str, Any], role: str) -> bytes:
    name = next(str(each["name"]) for each in label["files"] if each["role"] == role)
    return (place / Path(name).name).read_bytes()
