"""Home: how what was recorded on Mars reaches Earth, when, and in which order. It reads a run folder and writes `RUN/downlink`.

Comes after the landing and its pictures; the gallery and the pages read what it leaves behind.
"""

from skycrane.downlink.home import Homecoming, downlink

__all__ = ["Homecoming", "downlink"]
