"""How a lens sees: which pixel a point falls on, and along which ray a pixel looks. Pinhole, CAHVOR and CAHVORE."""

from skycrane.optics.cahv import Cahv, pinhole
from skycrane.optics.cahvor import Cahvor
from skycrane.optics.cahvore import FISHEYE, PERSPECTIVE, Cahvore, fisheye

__all__ = ["FISHEYE", "PERSPECTIVE", "Cahv", "Cahvor", "Cahvore", "fisheye", "pinhole"]
