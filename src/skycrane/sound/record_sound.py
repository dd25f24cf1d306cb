"""Record a landing: from a run folder to the sound files of the microphones that were on, with a label that says how they were made."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.mission import load_mission
from skycrane.mission.mission import read_mission_text
from skycrane.mission.parameters.sound import MicrophoneParameters, SoundParameters
from skycrane.record import FlightRecord, open_run
from skycrane.record.json_text import to_json
from skycrane.record.run_folder import KindOfFolder, check_destination, new_run_folder
from skycrane.sound.label import label_of
from skycrane.sound.listen import Heard, listen
from skycrane.sound.places import Places
from skycrane.sound.sources import Landing

FOLDER, LABEL = "sound", "sound.json"
#: channels without which nothing can be heard
_NEEDED = (
    "position_site", "attitude_mcmf_from_body", "centre_of_mass_body", "pressure", "temperature", "airspeed", "mach", "dynamic_pressure",
)  # fmt: skip
_KIND = KindOfFolder("sound folder", frozenset((LABEL,)))


@dataclass(frozen=True)
class Recording:
    """What was written: the folder, the content of its label, and what each microphone heard."""

    folder: Path
    label: dict[str, Any]
    heard: list[Heard]


def record_sound(
    run: str | Path | FlightRecord, out: str | Path | None = None, microphones: str | None = None
) -> Recording:
    """Compute what the microphones of a landing hear and write it into `RUN/sound`, whole or not at all.

    `run` is a run folder or a record; a record needs `out`, the folder to write. `microphones` names a mission whose [sound] is used
    instead of the run's own. InputError in one sentence for what cannot be. The same run gives the same bytes.
    """
    record, place, called = _run_of(run, out)
    check_destination(place, overwrite=True, kind=_KIND)
    parameters = read_mission_text(record.mission).parameters
    given = _ears(called, parameters, microphones)
    if parameters.planet.name != "Mars":
        raise InputError(f"{called} landed on {parameters.planet.name}; sound is known in Martian air only")
    missing = [name for name in _NEEDED if name not in record.channels]
    if missing:
        raise InputError(
            f"{called} has no {missing[0]} in its record, so no place for a microphone: a point mass hears nothing"
        )
    seed = int(record.provenance.get("seed") or 0), int(record.provenance.get("case") or 0)
    on = [(each, span) for each in given.microphones if (span := _span(record, each)) is not None]
    if not on:
        raise InputError(f"{called} has no microphone that was on: {_never_on(given)}")
    with new_run_folder(place, overwrite=True, kind=_KIND) as folder:
        heard = []
        for each, span in on:
            landing = Landing(record, parameters, given, each, Places(record.channels, parameters, each))
            heard.append(listen(landing, span, seed, folder))
        label = label_of(record, parameters, given, heard, seed, microphones or record.mission_name)
        for row in label["microphones"]:
            for file in row["files"]:
                file["bytes"] = (folder / file["name"]).stat().st_size
                file["sha256"] = hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest()
        (folder / LABEL).write_text(to_json(label), encoding="utf-8")
    return Recording(place, label, heard)


def _run_of(run: str | Path | FlightRecord, out: str | Path | None) -> tuple[FlightRecord, Path, str]:
    if isinstance(run, FlightRecord):
        if out is None:
            raise InputError("record_sound of a record that lies in no folder needs out, the folder to write")
        return run, Path(out), "the record"
    return open_run(run), Path(run) / FOLDER if out is None else Path(out), str(run)


def _ears(called: str, parameters: Any, microphones: str | None) -> SoundParameters:
    given = parameters.sound if microphones is None else load_mission(microphones).parameters.sound
    if given is None:
        who = f"the mission of {called}" if microphones is None else f"mission {microphones}"
        raise InputError(
            f"{who} carries no microphone ([sound] is none); name a mission that has one: --microphones mars2020"
        )
    return given  # type: ignore[no-any-return]


def _span(record: FlightRecord, microphone: MicrophoneParameters) -> tuple[float, float] | None:
    """When a microphone is on [s]; None when it never was. Without its last event it listens to the end of the record."""
    on = next((each for each in record.events if each.key == microphone.on_event), None)
    if on is None:
        return None
    end = float(record.channels["time"].values[-1])
    off = next((each for each in record.events if each.key == microphone.off_event), None)
    starts = on.t_s + microphone.on_delay
    ends = end if off is None else off.t_s + microphone.off_delay
    return (starts, ends) if ends > starts else None


def _never_on(given: SoundParameters) -> str:
    told = [
        f"{each.id} {'waits for ' + each.on_event if each.on_event else 'is off during the landing'}"
        for each in given.microphones
    ]
    return ", ".join(np.asarray(told).tolist())
