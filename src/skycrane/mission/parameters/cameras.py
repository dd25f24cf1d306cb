"""The eyes: every camera of the mission, as data. They take no part in the flight; `skycrane pictures` reads them from the run."""

import math
from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, switch, table

#: bodies that can carry a camera
_FARTHEST = 10.0  # [m] a camera sits on its carrier
_LARGEST = 0.1  # [m] of a camera of any of these sizes
CARRIERS = ("rover", "descent_stage", "backshell")


@dataclass(frozen=True)
class CameraParameters:
    """One camera: where it sits and looks on the body that carries it, its detector and its lens, and when it is on.

    Places and directions are in the record's body axes: x along the axis of symmetry (down when the machine stands), z forward, y left.
    """

    id: str = choice("short name, such as DDC")
    title: str = choice("what it is, for a person")
    instrument: str = choice("name in the public raw-image feed, such as EDL_DDCAM")
    carried_by: str = choice("body that carries it", *CARRIERS)
    place: tuple[float, ...] = table("m", "body axes")
    looks: tuple[float, ...] = table("1", "direction of the optical axis, body axes; any length")
    top: tuple[float, ...] = table("1", "direction that is up in the picture, body axes; any length")
    columns: int = quantity("1", "pixels in a row", at_least=16, at_most=8192)
    rows: int = quantity("1", "rows of pixels", at_least=16, at_most=8192)
    lens: str = choice("camera model", "pinhole", "cahvor", "cahvore", default="pinhole")
    field_of_view: float = quantity("deg", "across a row, without distortion", above=0, below=180)
    distortion: tuple[float, ...] = table("1", "R of CAHVOR and CAHVORE: three radial terms", default=(0.0, 0.0, 0.0))
    pupil: tuple[float, ...] = table("1", "E of CAHVORE: three terms of the moving pupil", default=(0.0, 0.0, 0.0))
    colour: str = choice("detector: bayer sees colour through a mosaic", "bayer", "grey", default="bayer")
    bits: int = quantity(
        "1",
        "depth of a delivered sample",
        default=8,
        at_least=1,
        at_most=16,
        source="[maki2020] EDL cameras deliver 8 bits",
    )
    exposure: float = quantity(
        "s",
        "longest integration time",
        default=0.005,
        above=0,
        at_most=60,
        source="assumed: short enough for a moving camera in daylight",
    )
    full_well: float = quantity(
        "1",
        "electrons of a full pixel",
        default=15000.0,
        above=0,
        source="assumed: small CMOS pixels, 10,000 to 20,000",
    )
    read_noise: float = quantity("1", "electrons rms", default=20.0, at_least=0, source="assumed: 10 to 30")
    vignetting: float = quantity(
        "1", "share of light lost in the corners", default=0.25, at_least=0, below=1, source="assumed: 0.1 to 0.4"
    )
    frame_rate: float = quantity(
        "Hz", "pictures a second while it is on", default=1.0, above=0, source="assumed: one a second"
    )
    lens_cover: bool = switch("a see-through cover is still on when it looks out for the first time", default=False)
    on_event: str = choice("event that switches it on; empty: off during the landing", default="")
    on_delay: float = quantity("s", "after that event", default=0.0)
    off_event: str = choice("event that switches it off; empty: stays on", default="")
    off_delay: float = quantity("s", "after that event", default=0.0)

    def check(self) -> str | None:
        """Three numbers where a vector is meant; axis and top are not parallel."""
        for name in ("place", "looks", "top", "distortion", "pupil"):
            if len(getattr(self, name)) != 3:
                return f"{name} of camera {self.id} has {len(getattr(self, name))} numbers, must have 3"
        if math.hypot(*self.place) > _FARTHEST:
            return f"place of camera {self.id} is {math.hypot(*self.place):g} m from the origin of the body, must be within {_FARTHEST:g} m"
        for name in ("looks", "top"):
            if not math.hypot(*getattr(self, name)) > 0.0:
                return f"{name} of camera {self.id} is no direction: all three numbers are 0"
        (a, b, c), (x, y, z) = self.looks, self.top
        across = (b * z - c * y, c * x - a * z, a * y - b * x)
        if sum(v * v for v in across) < 1e-6 * sum(v * v for v in self.looks) * max(
            sum(v * v for v in self.top), 1e-30
        ):
            return f"looks and top of camera {self.id} are parallel, must be two directions"
        if self.lens != "cahvore" and self.field_of_view > 2.8:
            return f"field_of_view of camera {self.id} is above 160 degrees, which a {self.lens} cannot see; use lens cahvore"
        if self.exposure * self.frame_rate > 1.0:
            every = 1.0 / self.frame_rate
            return f"exposure of camera {self.id} is {self.exposure:g} s, longer than the time from frame to frame ({every:g} s)"
        return self._wrong_glass()

    def _wrong_glass(self) -> str | None:
        """What is impossible about distortion and pupil; the models are those of skycrane.optics."""
        if self.lens == "pinhole" and any(self.distortion):
            return f"distortion of camera {self.id} is given, which lens pinhole does not have; use lens cahvor"
        if self.lens != "cahvore" and any(self.pupil):
            return f"pupil of camera {self.id} is given, which lens {self.lens} does not have; use lens cahvore"
        corner = math.hypot(1.0, self.rows / self.columns)
        half = 0.5 * self.field_of_view
        for n in range(1, 65):  # from the axis to a corner
            part = corner * n / 64.0
            theta = half * part if self.lens == "cahvore" else math.atan(math.tan(half) * part)
            if theta > 0.5 * math.pi:
                break
            t = theta if self.lens == "cahvore" else math.tan(theta)
            r0, r1, r2 = self.distortion
            if 1.0 + r0 + 3.0 * r1 * t**2 + 5.0 * r2 * t**4 <= 0.0:
                return (
                    f"distortion of camera {self.id} folds the picture {math.degrees(theta):.0f} degrees off its axis, inside its field; "
                    "make its terms smaller"
                )
            e0, e1, e2 = self.pupil
            moved = (theta / math.sin(theta) - 1.0) * (e0 + e1 * theta**2 + e2 * theta**4)
            if abs(moved) > _LARGEST:
                return (
                    f"pupil of camera {self.id} moves by {abs(moved):.3g} m {math.degrees(theta):.0f} degrees off its axis, "
                    f"must stay within the camera ({_LARGEST:g} m)"
                )
        return None
