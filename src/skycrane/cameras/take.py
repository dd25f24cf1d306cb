"""One picture: what a camera saw at a moment of a landing, from the record and the terrain to delivered samples.

The order is that of light: Sun and sky, ground, rocks and machines (path traced), grain of the ground, haze, dust, motion, lens
cover, detector.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras import camera as eyes
from skycrane.cameras import detector, dust, motion
from skycrane.cameras.cover import through_cover
from skycrane.cameras.ground import Ground, Survey, looking_down, to_the_horizon
from skycrane.cameras.machines import Machine, jets, machines
from skycrane.cameras.models.material import Part
from skycrane.cameras.moment import Landing, Moment
from skycrane.cameras.rocks import rock_field
from skycrane.cameras.sky import Sky
from skycrane.cameras.standing import Standing
from skycrane.cameras.texture import grain
from skycrane.mission.parameters.cameras import CameraParameters
from skycrane.mission.parameters.touchdown import PlumeParameters
from skycrane.planet import shape
from skycrane.planet.sun import SunPosition, sun_position
from skycrane.planet.time import parse_utc

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """How large and how carefully: longest side [pixels], samples, bounces, cells of ground, sharpness of wide lenses."""

    name: str
    longest: int
    samples: int
    surfaces: int
    depth: int
    cells: int
    rings: int
    sharpness: float


DRAFT = Quality("draft", 640, 8, 4, 3, 210, 280, 0.6)
FINAL = Quality("final", 1280, 12, 4, 4, 490, 600, 0.65)
QUALITIES = {each.name: each for each in (DRAFT, FINAL)}

_DUST_OPTICAL_DEPTH = 0.45  # assumed: clear season at Jezero, 0.3 to 0.6
_CELLS_FROM_HIGH_UP = 620  # a cell is about a pixel of a draft
_FORESHORTENED = 0.75  # of how much longer a pixel is on slanting ground than wide, as grain is chosen: between both
_FAR = 45_000.0  # [m] as far as ground is drawn


@dataclass(frozen=True)
class Taken:
    """A picture and what has to be said about it."""

    camera: CameraParameters
    quality: Quality
    time: float
    scale: int
    samples: NDArray[np.unsignedinteger]
    gain: float
    view: eyes.View
    sun: SunPosition
    moment: Moment


class Studio:
    """A landing with its ground, its Sun and its models: takes any number of pictures."""

    def __init__(self, landing: Landing, terrain: Any, models: dict[str, tuple[Part, ...]] | None = None) -> None:
        self.landing, self.models = landing, models or {}
        site = landing.parameters.site
        ramp = (site.slope_east, site.slope_north, site.slope_extent)
        self.survey = Survey(terrain, site.areoid_radius + site.elevation, _level_of_heights(landing), ramp)
        self.standing = Standing(landing, self.survey)

    def sun(self, time: float) -> SunPosition:
        """The Sun over the site at a time of the landing."""
        p = self.landing.parameters
        origin = shape.position_from_spherical(p.site.latitude, p.site.longitude, 1.0e6 * 3.39)
        latitude = float(shape.geodetic_latitude(origin, p.planet.equatorial_radius, p.planet.polar_radius))
        return sun_position(parse_utc(p.entry.utc) + timedelta(seconds=time), latitude, p.site.longitude)

    def take(self, camera: CameraParameters, time: float, quality: Quality) -> Taken:
        """The picture of a camera at a time [s since entry interface]."""
        from skycrane.cameras.render.denoise import without_grain
        from skycrane.cameras.render.expose import Effort, expose
        from skycrane.cameras.render.stage import stage

        moment = self.standing.of(self.landing.moment(time))
        carrier = moment.poses[camera.carried_by]
        view = eyes.view(camera, carrier)
        scale = max(1, int(np.ceil(max(camera.columns, camera.rows) / quality.longest - 0.4)))
        model = eyes.lens(camera, scale)
        columns, rows = camera.columns // scale, camera.rows // scale
        rays = eyes.rays(model, columns, rows)
        sun = self.sun(time)
        sky = sky_under(sun)
        scenery = self._scenery(view, rays, moment, quality)
        seed = _seed(camera.id, time)
        set_ = stage(scenery.ground, scenery.rocks, scenery.cast, sky, view.eye, scenery.level)
        layers = expose(
            set_.scene,
            np.zeros(3),
            view.axes,
            rays,
            Effort(quality.samples, quality.surfaces, quality.depth, quality.sharpness),
            seed,
        )
        light = without_grain(layers, set_.ground, sky.sun).astype(float)
        light = _finish(light, layers, set_, scenery, sky, view, rays, moment, self.landing)
        points = layers.position.astype(float) + view.eye
        bodies = [moment.poses.get(name or "") for name in set_.bodies]
        owner = np.clip(np.round(layers.shape), 0, len(bodies) - 1).astype(int)
        if not motion.is_still(model, view, carrier, points, bodies, owner, camera.exposure):
            moved = motion.smear(model, view, carrier, points, bodies, owner, camera.exposure)
            light = np.where(
                layers.hit[..., None], motion.blurred(light, np.where(layers.hit[..., None], moved, 0.0)), light
            )
        if camera.lens_cover:
            light = through_cover(light, seed)
        light = np.where(np.isfinite(rays).all(axis=-1)[..., None], light, 0.0)
        made = detector.develop(light, camera, seed, scale)
        return Taken(camera, quality, time, scale, made.samples, made.gain, view, sun, moment)

    def _scenery(self, view: eyes.View, rays: Array, moment: Moment, quality: Quality) -> "Scenery":
        below, _ = self.survey.at(view.eye[:1], view.eye[1:2], np.array([1.0]))
        level = float(below[0])
        height = max(float(view.eye[2]) - level, 0.3)
        toward = rays[np.isfinite(rays).all(axis=-1)] @ view.axes.T
        pixel = float(
            np.arccos(
                np.clip(
                    rays[rays.shape[0] // 2, rays.shape[1] // 2] @ rays[rays.shape[0] // 2, rays.shape[1] // 2 + 1],
                    -1,
                    1,
                )
            )
        )
        downward = toward[toward[:, 2] < -0.35]
        if len(downward) == len(toward):
            ground = self._below(view, toward, height, quality)
        elif np.all(toward[:, 2] > 0.0):
            ground = looking_down(self.survey, view.eye[0], view.eye[1], max(2.0 * height, 12.0), _FAR, 96)
        else:
            ground = self._ahead(view, toward, height, quality)
        rocks = self._rocks(view, toward, height, pixel)
        return Scenery(ground, rocks, machines(self.landing, moment, self.models), level)

    def _below(self, view: eyes.View, toward: Array, height: float, quality: Quality) -> Ground:
        reach = toward[:, :2] / -toward[:, 2:] * height
        low, high = reach.min(axis=0), reach.max(axis=0)
        middle = view.eye[:2] + (low + high) / 2
        half = float(np.max(high - low)) / 2 * 1.08
        far = min(max(half * 12.0, 300.0), 58_000.0)
        cells = (
            quality.cells if height < 100.0 else max(2 * quality.cells, _CELLS_FROM_HIGH_UP)
        )  # from high up relief is all there is to see
        return looking_down(self.survey, float(middle[0]), float(middle[1]), max(half, 3.0), far, cells)

    def _ahead(self, view: eyes.View, toward: Array, height: float, quality: Quality) -> Ground:
        forward = view.axes[:, 2]
        azimuth = float(np.arctan2(forward[0], forward[1]))
        level = toward[np.hypot(toward[:, 0], toward[:, 1]) > 0.3]
        off = (np.arctan2(level[:, 0], level[:, 1]) - azimuth + np.pi) % (2 * np.pi) - np.pi
        half = float(min(np.max(np.abs(off)) * 1.06, np.pi * 0.98))
        number = quality.rings if height < 100.0 else max(2 * quality.rings, _CELLS_FROM_HIGH_UP)
        return to_the_horizon(
            self.survey,
            float(view.eye[0]),
            float(view.eye[1]),
            height,
            max(_FAR, 1.2 * self.survey.horizon(height)),
            azimuth,
            half,
            number,
            number,
        )

    def _rocks(self, view: eyes.View, toward: Array, height: float, pixel: float) -> Any:
        """Rocks in three rings around the foot of the camera, each from the size that it can show."""
        down = toward[toward[:, 2] < 0.0]
        if not len(down) or 1.6 * pixel * height > 2.0:
            return None
        farthest = float(np.max(np.hypot(down[:, 0], down[:, 1]) / np.maximum(-down[:, 2], 0.02))) * height * 1.15 + 2.0
        east, north = float(view.eye[0]), float(view.eye[1])
        rings = [
            (reach, max(1.6 * pixel * np.hypot(height, before), 0.03))
            for before, reach in ((0.0, 12.0), (12.0, 50.0), (50.0, 300.0))
        ]
        tables, inner = [], 0.0
        for reach, smallest in rings:
            reach = min(reach, farthest)
            if smallest < 2.0 and reach > max(inner, 0.05 * height):
                found = self.survey.terrain.rocks(east, north, reach, smallest)
                tables.append(found[np.hypot(found["east"] - east, found["north"] - north) >= inner])
            inner = reach
        if not any(len(each) for each in tables):
            return None
        table: Any = np.concatenate(tables)
        away = np.hypot(table["east"] - east, table["north"] - north)
        spacing = np.maximum(0.03, 0.02 * np.hypot(away, height))
        up, _ = self.survey.at(table["east"].astype(float), table["north"].astype(float), spacing)
        return rock_field(table, up, view.eye, 1.3 * pixel)


def _level_of_heights(landing: Landing) -> float:
    """Where in the site frame the record's heights are zero [m]: they count along the ellipsoid's normal from the areoid, the frame's
    origin lies on the radius (2 cm apart at Jezero)."""
    site, planet = landing.parameters.site, landing.parameters.planet
    areoid, origin = (
        shape.position_from_spherical(site.latitude, site.longitude, site.areoid_radius + up)
        for up in (0.0, site.elevation)
    )
    heights = [
        float(shape.height_above_ellipsoid(place, planet.equatorial_radius, planet.polar_radius))
        for place in (areoid, origin)
    ]
    return heights[0] + site.elevation - heights[1]


def sky_under(sun: SunPosition) -> Sky:
    """The sky of the landing, for pictures and for the scene in the browser."""
    return Sky(sun.direction, _DUST_OPTICAL_DEPTH, np.array([0.27, 0.17, 0.105]))


@dataclass(frozen=True)
class Scenery:
    """What there is to see: ground, rocks, machines; and the level of the ground under the camera [m]."""

    ground: Ground
    rocks: Any
    cast: list[Machine]
    level: float


def _finish(
    light: Array,
    layers: Any,
    set_: Any,
    scenery: Scenery,
    sky: Sky,
    view: eyes.View,
    rays: Array,
    moment: Moment,
    landing: Landing,
) -> Array:
    """Grain of the ground, haze and lifted dust, pixel by pixel."""
    hit = layers.hit
    points = layers.position.astype(float) + view.eye
    away = np.linalg.norm(layers.position.astype(float), axis=-1)
    world = np.nan_to_num(rays) @ view.axes.T
    is_ground = hit & (np.round(layers.shape).astype(int) == set_.ground)
    pixel = float(
        np.linalg.norm(rays[rays.shape[0] // 2, rays.shape[1] // 2] - rays[rays.shape[0] // 2, rays.shape[1] // 2 + 1])
    )
    if np.any(is_ground):
        normal = layers.normal[is_ground].astype(float)
        slant = np.maximum(np.abs(np.einsum("ij,ij->i", normal, world[is_ground])), 0.03)
        mesh = set_.spacing_at(points[is_ground])
        facing = np.maximum(normal @ sky.sun, 0.02) * max(float(sky.sunlight(0.0)[0]), 1e-6)
        arrives = np.pi * light[is_ground][:, 0] / np.maximum(layers.albedo[is_ground][:, 0], 0.02)
        lit = np.clip((arrives / facing - 0.45) / 0.5, 0.0, 1.0)
        size = away[is_ground] * pixel / slant**_FORESHORTENED
        factor = grain(points[is_ground][:, 0], points[is_ground][:, 1], size, mesh, lit, sky.sun)
        light[is_ground] *= factor[:, None]
    height = max(float(view.eye[2]) - scenery.level, 0.0)
    depth = sky.between(height, points[..., 2] - scenery.level, away)
    kept = np.where(hit, np.exp(-depth), 1.0)[..., None]
    light = light * kept + np.where(hit[..., None], sky.haze(world, np.full(away.shape, 0.3 * height)), 0.0) * (
        1 - kept
    )
    burning = jets(landing, moment)
    plume = getattr(getattr(landing.parameters, "touchdown", None), "plume", None) or PlumeParameters()
    cloud = dust.lifted(burning, scenery.level, moment.time, plume)
    if len(cloud.feet) or any(jet.throttle > 0.03 for jet in burning):
        far = np.where(hit[..., None], points, view.eye + world * 400.0).reshape(-1, 3)
        start = np.broadcast_to(view.eye, far.shape)
        lit = (sky.sunlight(0.0) * max(sky.sun[2], 0.0) * 0.32 + 0.9 * sky.glow(0.45)) * dust.COLOUR
        veil = np.exp(-cloud.optical_depth(start, far)).reshape(away.shape)[..., None]
        light = light * veil + lit * (1 - veil)
        light = light + lit * _plumes(burning, view.eye, far.reshape(*away.shape, 3))[..., None]
    return light


def _plumes(burning: list[dust.Jet], eye: Array, far: Array) -> Array:
    """Glow of the plumes (rows, columns), worked out for every fourth pixel: they are soft."""
    few = far[::4, ::4]
    glow = dust.plume_glow(burning, np.broadcast_to(eye, few.reshape(-1, 3).shape), few.reshape(-1, 3)).reshape(
        few.shape[:2]
    )
    return np.repeat(np.repeat(glow, 4, axis=0), 4, axis=1)[: far.shape[0], : far.shape[1]]


def _seed(camera: str, time: float) -> int:
    """Another noise for each camera and millisecond, the same every time."""
    import zlib

    return zlib.crc32(f"{camera} {time:.3f}".encode())
