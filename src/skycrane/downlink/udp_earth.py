"""Earth as a process of its own: receives files by UDP on 127.0.0.1, writes them into a folder, and prints their SHA-256.

Run by `over_udp`: `python -m skycrane.downlink.udp_earth FOLDER SEGMENT LOSS SEED`. Its first line is the port that it listens on.
"""

import hashlib
import json
import random
import socket
import sys
import time
from pathlib import Path, PurePosixPath

from skycrane.downlink.delivery_ends import Earth
from skycrane.downlink.handlers import Settings
from skycrane.downlink.packets import unwrap, wrap

LOOPBACK = "127.0.0.1"
#: what the rover says when all is done; no space packet begins like it
END = b"\xff\xff end"
#: seconds after which something unanswered is repeated
RETRY = 0.2
_SILENCE = 60.0


def main(words: list[str]) -> int:
    """Receive until told to stop; give up after a minute of silence."""
    folder, segment, loss, seed = Path(words[0]), int(words[1]), float(words[2]), int(words[3])
    whole: list[str] = []
    earth = Earth(Settings(segment, RETRY), time.monotonic, whole.append)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        here.bind((LOOPBACK, 0))
        print(here.getsockname()[1], flush=True)
        if not _receive(here, earth, loss, random.Random(f"earth over udp:{seed}")):
            return 1
    print(json.dumps({name: _write(folder, name, bytes(earth.store.files[name].content)) for name in whole}))
    return 0


def _receive(here: socket.socket, earth: Earth, loss: float, chance: random.Random) -> bool:
    """True when the rover said that all is done."""
    here.settimeout(RETRY / 4)
    rover, count, heard, polled = None, 0, time.monotonic(), 0.0
    while time.monotonic() - heard < _SILENCE:
        answers: list[bytes] = []
        try:
            packet, sender = here.recvfrom(65536)
        except TimeoutError:
            packet, sender = b"", rover
        if packet == END:
            return True
        if packet and rover in (None, sender):
            rover, heard = sender, time.monotonic()
            unit = unwrap(packet)
            answers = [] if unit is None else earth.receive(unit)
        if time.monotonic() - polled > RETRY / 4:
            polled = time.monotonic()
            answers += earth.poll()
        for answer in answers:
            count += 1
            if rover is not None and chance.random() >= loss:
                here.sendto(wrap(answer, count), rover)
    return False


def _write(folder: Path, name: str, content: bytes) -> str:
    """Write a file whose name came over the air, inside the folder or not at all."""
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or "\\" in name or ":" in name or not inside.parts:
        raise ValueError(f"{name!r} is no name of a product")
    path = folder / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
