"""Detector, models and files of the cameras, each against something known beforehand."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hanging_rover import LevelGround

from skycrane.cameras import detector, dust
from skycrane.cameras.ground import Survey, looking_down, to_the_horizon
from skycrane.cameras.models import aeroshell, parachute, rover, solids
from skycrane.cameras.when import edits, nearest
from skycrane.core.errors import InputError
from skycrane.mission import load_mission
from skycrane.mission.parameters.touchdown import PlumeParameters
from skycrane.vehicle.plume import Jets, dust_number

CAMERAS = {each.id: each for each in load_mission("mars2020").parameters.cameras}


def test_the_table_has_the_published_count() -> None:
    """23 cameras on the spacecraft, of which 7 for the descent and 16 on the rover, and 2 on the helicopter (Maki et al. 2020)."""
    descent = {"PUC_A", "PUC_B", "PUC_C", "DDC", "RUC", "RDC", "LCAM"}
    assert len(CAMERAS) == 25
    assert descent <= set(CAMERAS)
    assert len([each for each in CAMERAS if each.startswith("HELI")]) == 2
    assert len(set(CAMERAS) - descent) - 2 == 16


def test_the_gores_spell_the_words() -> None:
    """As decoded by the public: 10 bits a letter, a = 1, 127 fills; DARE MIGHTY THINGS and 34 11 58 N 118 10 31 W on the band."""
    rings = parachute.pattern()
    assert rings.shape == (4, 80)
    start = 0
    for ring, word in zip(rings, ("DARE", "MIGHTY", "THINGS"), strict=False):
        bits = np.roll(ring, -10 * start).reshape(8, 10)
        numbers = [int("".join("1" if bit else "0" for bit in row), 2) for row in bits]
        assert "".join(chr(64 + n) for n in numbers if n != 127) == word
        start += len(word)
    band = [int("".join("1" if bit else "0" for bit in row), 2) for row in rings[3].reshape(8, 10)]
    assert band == [34, 11, 58, 14, 118, 10, 31, 23]


def test_the_rover_has_its_published_size() -> None:
    """2.7 m wide [nasa2021]; 3 m long without the arm: with arm and generator stowed a little more."""
    feet = np.array([[x, y, 0.05] for x in (1.15, 0.0, -1.05) for y in (1.1, -1.1)])
    points = np.concatenate([part.shape.vertices for part in rover.rover(feet)])
    length, width, height = np.ptp(points, axis=0)
    assert width == pytest.approx(2.7, abs=0.25)
    assert 2.8 < length < 3.2
    assert points[:, 2].min() == pytest.approx(0.05, abs=0.02)
    up = np.concatenate([part.shape.vertices for part in rover.rover(feet, mast=1.0)])
    assert up[:, 2].max() == pytest.approx(2.2, abs=0.25)
    assert height < 1.6


def test_the_heat_shield_is_a_seventy_degree_cone() -> None:
    shell = aeroshell.heat_shield(4.5, 1.125, np.radians(70.0))[0].shape.vertices
    radius = np.hypot(shell[:, 0], shell[:, 1])
    assert 2 * radius.max() == pytest.approx(4.5, abs=1e-3)
    inside = (radius > 0.6) & (radius < 2.0)
    slope = np.polyfit(radius[inside], shell[inside, 2], 1)[0]
    assert np.degrees(np.arctan(slope)) == pytest.approx(20.0, abs=0.1)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (solids.box((0, 0, 0), (1, 2, 3), 0.002), 6.0),
        (solids.ball((1, 2, 3), 0.7, 40), 4 / 3 * np.pi * 0.7**3),
        (solids.tube((0, 0, 0), (0, 1, 2), 0.4, sides=80), np.pi * 0.4**2 * 5**0.5),
    ],
)
def test_solids_enclose_their_volume(shape: solids.Shape, expected: float) -> None:
    """Divergence theorem: sum of signed tetrahedra; also says that faces look outwards."""
    a, b, c = (shape.vertices[shape.faces[:, k]] for k in range(3))
    volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)
    assert volume == pytest.approx(expected, rel=0.02)
    facing = np.einsum("ij,ij->i", np.cross(b - a, c - a), shape.normals[shape.faces[:, 0]])
    assert np.all(facing > -1e-9)


def test_a_mosaic_of_one_colour_comes_back_as_that_colour() -> None:
    colour = np.broadcast_to([0.2, 0.5, 0.8], (16, 20, 3))
    assert detector.demosaiced(detector.mosaic(colour)) == pytest.approx(colour)


def test_noise_is_that_of_photons_and_reading() -> None:
    """A flat field of half a full well: variance of N electrons plus read noise squared (Janesick)."""
    camera = dataclasses.replace(CAMERAS["LCAM"], vignetting=0.0, bits=16)
    flat = np.full((400, 400, 3), 1.0)
    made = detector.develop(flat, camera, seed=3)
    linear = made.samples.astype(float) / 65535  # grey samples are proportional to light
    level = linear.mean()
    electrons = level * camera.full_well
    assert linear.std() * camera.full_well == pytest.approx(np.sqrt(electrons + camera.read_noise**2), rel=0.03)


def test_what_no_light_reaches_stays_black() -> None:
    """A box without a lamp, a billionth of the light of day in it: exposure does not make a picture of its noise."""
    light = np.random.default_rng(1).exponential(1e-9, (48, 64, 3))
    assert detector.develop(light, CAMERAS["CACHECAM"], seed=2).samples.mean() < 12.0


def test_the_ground_has_no_cracks_and_reaches_far() -> None:
    """Every inner edge belongs to two triangles; only the outline of the mesh has edges of one."""
    survey = Survey(LevelGround(), 3.39e6)
    for ground in (
        looking_down(survey, 5.0, 6.0, 10.0, 4000.0, 40),
        to_the_horizon(survey, 0.0, 0.0, 1.2, 9000.0, 1.0, 0.8, 60, 50),
    ):
        merged, where = np.unique(np.round(ground.vertices, 6), axis=0, return_inverse=True)
        faces = np.sort(where[ground.faces], axis=1)
        faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2])]
        edges, count = np.unique(
            np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [0, 2]]]), axis=1),
            axis=0,
            return_counts=True,
        )
        once = merged[edges[count == 1].ravel()]
        away = np.max(np.abs(once[:, :2]), axis=1)
        assert np.all(count <= 2)
        assert away.min() > 0.6 * np.max(np.abs(merged[:, :2]))


def test_the_ground_falls_away_as_the_planet_curves() -> None:
    """15 m at 10 km: e^2 / 2R with R = 3,390 km."""
    up = Survey(LevelGround(), 3.39e6).at(np.array([10e3]), np.array([0.0]), np.array([20.0]))[0]
    assert up[0] == pytest.approx(-(10e3**2) / (2 * 3.39e6), rel=1e-6)


def test_no_dust_without_engines_or_from_high_up() -> None:
    jet = dust.Jet(np.array([0.0, 0.0, 8.0]), np.array([0.0, 0.0, -1.0]), 0.6, 1900.0)
    rays = np.array([[2.0, 1.0, 0.0], [5.0, -3.0, 0.0]])
    eyes = np.broadcast_to([0.0, 0.0, 9.0], rays.shape)
    assert np.all(dust.lifted([jet], 0.0, 1.0, PlumeParameters()).optical_depth(eyes, rays) > 0)
    off = dataclasses.replace(jet, throttle=0.0, thrust=0.0)
    high = dataclasses.replace(jet, nozzle=np.array([0.0, 0.0, 80.0]))
    for quiet in ([off], [high], []):
        assert np.all(dust.lifted(quiet, 0.0, 1.0, PlumeParameters()).optical_depth(eyes, rays) == 0)


def test_the_pictures_have_as_much_dust_as_the_record_says() -> None:
    """One law: strengths of the sheets stand to each other as the record's numbers of the same jets."""
    down, plume = np.array([0.0, 0.0, -1.0]), PlumeParameters()
    sums, numbers = [], []
    for height in (7.0, 11.0):
        jets = [dust.Jet(np.array([x, 0.0, height]), down, 0.5, 1600.0) for x in (-1.0, 1.0)]
        sums.append(dust.lifted(jets, 0.0, 1.0, plume).strength.sum())
        every = Jets(np.stack([j.nozzle for j in jets]), np.stack([down, down]), np.array([1600.0, 1600.0]))
        numbers.append(float(dust_number(every, np.array(0.0), plume.spread_exponent, plume.dust_pressure)))
    assert numbers[1] == pytest.approx(2.0 * (15.0 * 1600.0 / (2.0 * np.pi * 121.0) / plume.dust_pressure - 1.0))
    assert sums[0] / sums[1] == pytest.approx(numbers[0] / numbers[1])


def test_a_models_file_that_is_none_is_refused(tmp_path: Path) -> None:
    from skycrane.cameras.models.own import read_model

    file = tmp_path / "rover.glb"
    file.write_bytes(b"no glTF at all")
    with pytest.raises(InputError, match="no readable glTF"):
        read_model("rover", file)
    with pytest.raises(InputError, match="there is rover"):
        read_model("balloon", file)


def test_a_published_model_is_read_and_stands_on_its_wheels(reference_data: Callable[[str], Path]) -> None:
    """NASA's rover: 3 m by 2.7 m without the arm [nasa2021], 117,000 triangles as its file says."""
    from skycrane.cameras.models.own import read_model

    parts = read_model("rover", reference_data("data/models_nasa/perseverance_plain_117k_tris.glb"))
    points = np.concatenate([part.shape.vertices for part in parts])
    assert sum(len(part.shape.faces) for part in parts) == pytest.approx(117_000, rel=0.01)
    assert points[:, 2].min() == pytest.approx(0.05, abs=1e-6)
    assert np.ptp(points[:, 1]) == pytest.approx(2.7, abs=0.3)
    assert 3.0 < np.ptp(points[:, 0]) < 5.1  # 3 m, and an arm of 2.1 m that is not stowed
    with pytest.raises(InputError, match=r"needs EXT_meshopt_compression.* which is not read"):
        read_model("rover", reference_data("data/models_nasa/perseverance_meshopt.glb"))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("field_of_view_deg", "190.0", "field_of_view_deg"),
        ("field_of_view_deg", "170.0", "EYE"),
        ("columns", "0", "columns"),
        ("top", "[2.0, 0.0, 0.0]", "parallel"),
        ("distortion", "[0.0, 0.1]", "must have 3"),
        ("lens", '"mirror"', "lens"),
        ("exposure_s", "0.0", "exposure_s"),
    ],
)
def test_impossible_optics_in_a_mission_file_are_refused(key: str, value: str, said: str, tmp_path: Path) -> None:
    eye = {
        "id": '"EYE"', "title": '"an eye"', "instrument": '"EYE"', "carried_by": '"rover"', "place_m": "[0.0, 0.0, 1.0]",
        "looks": "[1.0, 0.0, 0.0]", "top": "[0.0, 0.0, 1.0]", "columns": "64", "rows": "64", "field_of_view_deg": "60.0",
    }  # fmt: skip
    file = tmp_path / "own.toml"

    def written(values: dict[str, str]) -> Path:
        lines = [f"{k} = {v}" + ("  # assumed: a test" if v[0] != '"' else "") for k, v in values.items()]
        file.write_text('based_on = "mars2020"\nname = "own"\ntitle = "own"\n[[cameras]]\n' + "\n".join(lines) + "\n")
        return file

    assert any(each.id == "EYE" for each in load_mission(written(eye)).parameters.cameras)
    with pytest.raises(InputError) as caught:
        load_mission(written(eye | {key: value}))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_label_is_read_by_the_archives_own_tool(tmp_path: Path) -> None:
    """pds4_tools (NASA PDS Small Bodies Node) reads the samples back from label and raw file."""
    from skycrane.cameras import label

    tools = pytest.importorskip("pds4_tools")
    folder = tmp_path
    draw = np.random.default_rng(1)
    record = {
        "imageid": "SIM_X",
        "title": "SIMULATED",
        "caption": "SIMULATED. X",
        "date_taken_utc": "2021-02-18T20:43:48.000",
        "camera": {"instrument": "X"},
    }
    for samples in (draw.integers(0, 255, (12, 17), np.uint8), draw.integers(0, 65535, (9, 11, 3)).astype(np.uint16)):
        raw = folder / "x.img"
        label.write_raw(samples, raw)
        (folder / "x.xml").write_text(label.label(record, samples, raw, "mars2020"))
        read = np.asarray(tools.read(str(folder / "x.xml"), quiet=True)[0].data)
        assert np.array_equal(read if samples.ndim == 2 else np.moveaxis(read, 0, -1), samples)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pupil": [5.0, 0.0, 0.0]}, "pupil of camera FHAZ_LEFT_A moves by"),
        ({"pupil": [0.0, 0.0, -4.0]}, "must stay within the camera"),
        ({"distortion": [0.0, -0.5, 0.0]}, "folds the picture"),
        ({"distortion": [-1.2, 0.0, 0.0]}, "folds the picture"),
        ({"field_of_view_deg": -40.0}, "field_of_view"),
        ({"lens": "pinhole", "field_of_view_deg": 90.0, "distortion": [0.0, 0.1, 0.0]}, "lens pinhole does not have"),
        ({"lens": "cahvor", "field_of_view_deg": 90.0, "pupil": [0.01, 0.0, 0.0]}, "lens cahvor does not have"),
        ({"lens": "cahvor", "field_of_view_deg": 170.0}, "which a cahvor cannot see"),
        ({"looks": [0.0, 0.0, 0.0]}, "looks of camera FHAZ_LEFT_A is no direction"),
        ({"top": [0.47, 0.0, 0.88]}, "are parallel"),
        ({"place_m": [-0.74, 0.15, 90.0]}, "must be within 10 m"),
        ({"exposure_s": 30.0, "frame_rate_hz": 2.0}, "longer than the time from frame to frame"),
        ({"columns": 4}, "columns"),
        ({"vignetting": 1.5}, "vignetting"),
        ({"bits": 20}, "bits"),
    ],
)
def test_an_impossible_camera_is_refused_in_one_sentence(change: dict[str, object], says: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    own = {
        "id": "FHAZ_LEFT_A", "title": "front", "instrument": "F", "carried_by": "rover", "place_m": [-0.74, 0.15, 0.9],
        "looks": [0.47, 0.0, 0.88], "top": [-0.88, 0.0, 0.47], "columns": 5120, "rows": 3840, "lens": "cahvore",
        "field_of_view_deg": 134.9,
    }  # fmt: skip
    rows = [
        f"{key} = {str(value) if not isinstance(value, str) else repr(value)}" for key, value in (own | change).items()
    ]
    path.write_text('name = "wrong"\nbased_on = "mars2020"\n[[cameras]]\n' + "\n".join(rows) + "\n")
    with pytest.raises(InputError) as refused:
        load_mission(path)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_flown_lens_of_the_lander_vision_camera_is_possible() -> None:
    """Terms of the PDS label of the flown frames: nothing is refused that has flown."""
    assert CAMERAS["LCAM"].check() is None
    assert CAMERAS["LCAM"].pupil == pytest.approx((-0.0793475, 0.182685, -0.11582))


def test_the_name_nearest_to_a_mistyped_camera_is_the_one_with_fewest_slips() -> None:
    names = list(CAMERAS)
    for typed, meant in {
        "DCC": "DDC",
        "RDCC": "RDC",
        "LCM": "LCAM",
        "HAZ_LEFT": "RHAZ_LEFT",
        "FHAZ": "FHAZ_LEFT_A",
    }.items():
        assert nearest(typed, names) == f"; did you mean {meant}?"
    assert edits("DDC", "DCD") == 1  # swapped neighbours
    assert edits("kitten", "sitting") == 3  # the textbook's
    assert "there is" in nearest("XYZQQ", names)


def test_stereo_pairs_are_named_by_the_sides_of_the_rover() -> None:
    """Left is y > 0 in body axes, in front and behind alike; each pair is level and as wide as assumed."""
    for pair in ("FHAZ_{}_A", "FHAZ_{}_B", "RHAZ_{}"):
        left, right = (CAMERAS[pair.format(side)] for side in ("LEFT", "RIGHT"))
        assert left.place[1] > right.place[1]
        assert left.place[0] == right.place[0]
        assert left.looks == right.looks
