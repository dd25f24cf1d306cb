"""What was heard plays in step with the timeline, and only for whoever asks."""

import io
import json
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured_run import pictured_run

from skycrane.experience.server import RunServer
from skycrane.experience.site import RunSite

pytestmark = pytest.mark.web

STARTS, LASTS = 405.0, 20.0
#: notes when sound is begun and ended, and at which second of the recording
_HOOK = """() => {
  window.begun = []; window.ended = 0;
  const start = AudioBufferSourceNode.prototype.start, stop = AudioBufferSourceNode.prototype.stop;
  AudioBufferSourceNode.prototype.start = function (when, offset) {
    window.begun.push([offset, this.playbackRate.value]);
    return start.call(this, when, offset);
  };
  AudioBufferSourceNode.prototype.stop = function () { window.ended += 1; return stop.call(this); };
}"""


@pytest.fixture
def heard(landing: Any, tmp_path: Path, page_built: None) -> Iterator[str]:
    """The address of a landing with a recording around touchdown."""
    run = pictured_run(landing, tmp_path / "run", home=False)
    (run / "sound").mkdir()
    tone = (8000.0 * np.sin(2.0 * np.pi * 220.0 * np.arange(int(8000 * LASTS)) / 8000.0)).astype("<i2")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(tone.tobytes())
    (run / "sound/excerpt.wav").write_bytes(content.getvalue())
    excerpt = {"name": "excerpt.wav", "role": "excerpt", "starts_s": STARTS, "ends_s": STARTS + LASTS}
    label = {"note": "SIMULATED.", "microphones": [{"title": "on the side", "files": [excerpt]}]}
    (run / "sound/sound.json").write_text(json.dumps(label))
    site = RunSite(run)
    server = RunServer(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.address
    server.shutdown()
    server.server_close()
    site.close()


def test_sound_follows_the_clock_and_is_off_until_it_is_asked_for(heard: str, visit: Callable[..., Any]) -> None:
    page = visit(f"{heard}#t=406")
    page.evaluate(_HOOK)
    sound = page.get_by_role("button", name="Sound")
    assert sound.get_attribute("aria-pressed") == "false"
    page.keyboard.press(" ")
    page.wait_for_timeout(300)
    page.keyboard.press(" ")
    assert page.evaluate("begun") == [], "nobody asked for it"
    page.keyboard.press("m")
    page.wait_for_selector(".transport .sound[aria-pressed=true]")
    assert "SIMULATED" in page.locator(".toast").inner_text()
    page.evaluate("location.hash = location.hash.replace(/t=[0-9.]+/, 't=410')")
    page.wait_for_timeout(300)
    page.keyboard.press(" ")
    page.wait_for_function("begun.length === 1")
    offset, rate = page.evaluate("begun[0]")
    assert offset == pytest.approx(410.0 - STARTS, abs=0.3)
    assert rate == 1.0
    page.keyboard.press(".")
    page.wait_for_function("begun.length === 2")
    assert page.evaluate("begun[1][1]") == 2.0
    page.keyboard.press(" ")
    page.wait_for_function("ended === 2")
    page.keyboard.press(" ")
    page.wait_for_function("begun.length === 3")
    page.keyboard.press("m")
    page.wait_for_function("ended === 3")
    assert sound.get_attribute("aria-pressed") == "false"


def test_a_landing_that_nobody_recorded_has_no_such_button(served: str, visit: Callable[..., Any]) -> None:
    assert visit(served).get_by_role("button", name="Sound").count() == 0
