"""What the page can play: the excerpt of a recording that `skycrane sound` made, beside the run's other parts in the bundle.

The recording itself is larger than the whole page may be and stays in the run folder.
"""

import math
import shlex
import shutil
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.experience.contents import Sound
from skycrane.record.json_text import read_json

SOUND = Path("sound")
_LABEL = SOUND / "sound.json"
_LARGEST = 2_000_000  # bytes of an excerpt


def write_sound(run: Path, folder: Path) -> Sound | None:
    """Copy the first excerpt of a run into the bundle; None where nothing was recorded or there is none to play.

    InputError when the label is damaged or names a file that is not in the sound folder.
    """
    again = f"skycrane sound {shlex.quote(str(run))}"
    label = read_json(run / _LABEL, "a recording", again)
    for microphone in _listed(label or {}, "microphones"):
        for each in _listed(microphone, "files"):
            if each.get("role") != "excerpt":
                continue
            name, times = str(each.get("name")), [each.get("starts_s"), each.get("ends_s")]
            source = run / SOUND / name
            starts, ends = (
                float(t) if isinstance(t, (int, float)) and not isinstance(t, bool) else math.nan for t in times
            )
            if math.isnan(starts + ends) or Path(name).name != name or source.is_symlink() or not source.is_file():
                raise InputError(f"{run / _LABEL} names an excerpt {name!r} without times or file; run: {again}")
            if source.stat().st_size > _LARGEST:
                return None
            (folder / SOUND).mkdir()
            shutil.copyfile(source, folder / SOUND / name)
            title, note = str(microphone.get("title", "")), str((label or {}).get("note", ""))
            return Sound(file=f"{SOUND}/{name}", starts_s=starts, ends_s=ends, title=title, note=note)
    return None


def _listed(table: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = table.get(name, [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
