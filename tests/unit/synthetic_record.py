"""A made-up landing that looks like one: smooth curves through a few knots, no physics. For tests of what reads a record."""

import numpy as np
from scipy.interpolate import PchipInterpolator

from skycrane.record import Event, FlightRecord, describe_provenance, utc_after
from skycrane.record.channels_dataset import dataset_from_si
from skycrane.record.sampling import scalars_at

EPOCH = "2021-02-18T20:36:50.080Z"
RATE = 20.0
END = 440.0
G0 = 9.80665
PHASES = {"entry": 0.0, "parachute": 240.7, "powered_descent": 357.4, "sky_crane": 402.5, "flyaway": 419.6}

MISSION = """# a mission that never was
name = "mars2020"
flown = "mars2020"

[vehicle.parachute]
mach_low = 1.4
mach_high = 2.2
dynamic_pressure_low_Pa = 300.0
dynamic_pressure_high_Pa = 800.0
load_limit_kN = 222.0
"""

#: t, height above the landing point, planet-relative speed, deceleration in g, dynamic pressure
KNOTS = np.array([
    (0, 131100, 5332, 0.0, 0),
    (50, 56000, 5390, 0.2, 290),
    (70, 32500, 5000, 5.2, 7200),
    (87, 22700, 3800, 10.6, 14850),
    (110, 17800, 2050, 6.3, 8700),
    (140, 15900, 1230, 2.1, 2950),
    (180, 15300, 850, 1.05, 1450),
    (228, 13000, 480, 0.6, 640),
    (240.7, 12150, 434, 0.58, 512),
    (242.4, 11900, 400, 5.6, 430),
    (248, 11500, 240, 1.6, 200),
    (263, 10300, 135, 0.55, 75),
    (300, 6700, 100, 0.4, 52),
    (357.4, 2180, 81, 0.38, 44),
    (360, 1960, 86, 0.2, 45),
    (389.5, 320, 32, 0.5, 6),
    (393.8, 190, 32, 0.38, 6),
    (399.7, 21.3, 0.75, 0.9, 0),
    (418.2, 7.5, 0.75, 0.38, 0),
    (420.4, 7.5, 0.2, 0.5, 0),
    (426, 140, 60, 1.0, 20),
    (440, 12, 45, 0.2, 15),
])  # fmt: skip

EVENTS = (
    ("entry_interface", "Entry interface", 0.0, "ACTIVITY_HI"),
    ("guidance_start", "Range control starts", 53.1, "ACTIVITY_LO"),
    ("peak_heating", "Peak heating", 79.8, "ACTIVITY_LO"),
    ("bank_reversal_1", "Bank reversal 1", 83.2, "ACTIVITY_LO"),
    ("peak_deceleration", "Peak deceleration", 87.2, "ACTIVITY_HI"),
    ("peak_dynamic_pressure", "Peak dynamic pressure", 87.4, "ACTIVITY_LO"),
    ("bank_reversal_2", "Bank reversal 2", 104.0, "ACTIVITY_LO"),
    ("bank_reversal_3", "Bank reversal 3", 145.5, "ACTIVITY_LO"),
    ("heading_alignment_start", "Heading alignment", 149.0, "ACTIVITY_LO"),
    ("straighten_up", "Straighten up and fly right", 223.9, "ACTIVITY_HI"),
    ("parachute_deploy", "Parachute mortar fire", 240.7, "ACTIVITY_HI"),
    ("line_stretch", "Lines stretched", 241.7, "DIAGNOSTIC"),
    ("parachute_peak_load", "Peak parachute load", 242.35, "ACTIVITY_LO"),
    ("parachute_second_peak_load", "Second load peak", 243.0, "DIAGNOSTIC"),
    ("heatshield_separation", "Heat shield separation", 263.4, "ACTIVITY_HI"),
    ("radar_lock", "Radar lock", 297.0, "ACTIVITY_HI"),
    ("map_fix", "First map fix", 335.0, "ACTIVITY_LO"),
    ("landing_target_selected", "Landing target selected", 352.0, "ACTIVITY_HI"),
    ("backshell_separation", "Backshell separation", 357.4, "ACTIVITY_HI"),
    ("powered_descent_start", "Powered descent starts", 358.5, "ACTIVITY_HI"),
    ("constant_velocity", "Constant velocity", 389.5, "ACTIVITY_LO"),
    ("throttle_down", "Throttle down to four engines", 399.7, "ACTIVITY_LO"),
    ("rover_separation", "Rover separation", 402.5, "ACTIVITY_HI"),
    ("bridle_deployed", "Bridle paid out", 408.0, "ACTIVITY_LO"),
    ("touchdown", "Touchdown", 418.2, "ACTIVITY_HI"),
    ("bridle_cut", "Bridles cut", 419.6, "ACTIVITY_HI"),
    ("flyaway", "Flyaway", 420.4, "ACTIVITY_LO"),
    ("descent_stage_impact", "Descent stage impact", 440.0, "WARNING_LO"),
)

OUTCOME = {
    "outcome": "success",
    "success": True,
    "sentence": "Rover on its wheels 12.4 m from the selected target.",
    "touchdown": {
        "t_s": 418.2,
        "latitude_deg": 18.4446,
        "longitude_deg": 77.4509,
        "distance_to_selected_target_m": 12.4,
        "vertical_speed_m_s": 0.752,
        "horizontal_speed_m_s": 0.11,
        "descent_stage_tilt_deg": 1.3,
    },
    "propellant": {"rcs_entry_to_powered_descent_kg": 10.1, "powered_descent_kg": 288.0},
    "propellant_left_kg": 101.3,
    "descent_stage_impact": {"distance_from_rover_m": 661.0},
}


def synthetic_record(sky_crane: bool = True, powered: bool = True, seed: int | None = 1) -> FlightRecord:
    """A whole landing; without powered flight it is a capsule that ends under its parachute."""
    end = END if sky_crane else (402.4 if powered else 357.3)
    time = np.arange(0.0, end + 1e-9, 1.0 / RATE)
    channels = dataset_from_si(_arrays(time, sky_crane, powered), time, epoch_utc=EPOCH, mission_name="mars2020")
    events = [_event(channels, *row) for row in EVENTS if row[2] <= end]
    provenance = describe_provenance(
        mission_name="mars2020", mission_toml=MISSION, seed=seed, sources=["way2022", "sutton1971", "archinal2018"]
    )
    return FlightRecord(channels, events, dict(OUTCOME) if sky_crane else {"outcome": "end"}, MISSION, provenance)


def _event(channels: object, key: str, label: str, t_s: float, severity: str) -> Event:
    because = {
        "condition": f"made up: {label.lower()} at {t_s} s",
        "values": {"time_s": t_s},
        "thresholds": {"time_s": t_s},
    }
    return Event(key, label, t_s, utc_after(EPOCH, t_s), severity, because, scalars_at(channels, t_s))


def _arrays(time: np.ndarray, sky_crane: bool, powered: bool) -> dict[str, np.ndarray]:
    height, speed, load, q = (PchipInterpolator(KNOTS[:, 0], KNOTS[:, i])(time) for i in range(1, 5))
    wobble = np.sin(time * 2.1)
    under_chute = (time > 240.7) & (time < 357.4)
    bank = np.interp(
        time, [0, 55, 83, 93, 104, 114, 145, 155, 224, 229, 238], [-75, -75, -72, 70, 66, -62, -55, 48, 20, 0, 0]
    )
    flying = (time < 240)[:, None]
    to_go = PchipInterpolator(
        [0, 60, 100, 150, 240.7, 357.4, 390, 440], [611e3, 300e3, 135e3, 60e3, 11e3, 0.75e3, 15, 12]
    )(time)
    site = np.stack([-to_go * 0.985, 0.17 * to_go + 300 * np.sin(time / 40) * (time < 390), height], axis=1)
    velocity = np.gradient(site, time, axis=0)
    error = np.where(time < 297, 1200.0, np.where(time < 335, 140.0, 4.0))
    arrays = {
        "phase": np.searchsorted(list(PHASES.values()), time, side="right").astype(np.int8),
        "height_above_ellipsoid": height - 2250.0,
        "height_above_areoid": height - 2570.0,
        "height_above_terrain": np.maximum(height, 0.0),
        "radius": height + 3391.9e3,
        "latitude": np.radians(18.44 + site[:, 1] / 59.2e3),
        "longitude": np.radians(77.45 + site[:, 0] / 56.1e3),
        "position_site": site,
        "velocity_site": velocity,
        "speed_planet_relative": speed,
        "airspeed": speed - 15.0 * np.exp(-(((height - 12000) / 9000) ** 2)),
        "flight_path_angle": np.radians(np.interp(time, [0, 60, 120, 170, 240, 260, 440], [-16, -11, -3, -9, -24, -80, -89])),
        "azimuth": np.radians(100.3 + time * 0.005),
        "mach": speed / np.interp(height, [0, 12e3, 60e3, 130e3], [250, 231, 190, 205]),
        "dynamic_pressure": q,
        "density": 2 * q / np.maximum(speed, 1) ** 2,
        "deceleration": load * G0,
        "bank_angle": np.radians(bank + 1.5 * wobble * (time < 240)),
        "bank_angle_commanded": np.radians(np.interp(time + 4.0, time, bank)),
        "angle_of_attack": np.radians(np.where(time < 226, -16.0, np.where(time < 238, -16 * (238 - time) / 12, 0.0)) + wobble),
        "sideslip_angle": np.radians(0.4 * np.sin(time * 3.3)),
        "total_angle_of_attack": np.radians(np.abs(np.where(time < 230, 16.0, 2.0) + wobble)),
        "angular_rate_body": np.radians(np.stack([20 * np.gradient(bank, time) / 15, wobble, np.cos(2.1 * time)], 1)) * flying,
        "convective_heat_flux": 9.2e5 * np.exp(-(((time - 79.8) / 22.0) ** 2)),
        "heat_load": 3.6e7 / (1 + np.exp(-(time - 80) / 12)),
        "parachute_load": under_chute * np.interp(time, [241.7, 242.35, 242.6, 243, 246, 357], [0, 151e3, 118e3, 139e3, 6e4, 9e3]),
        "mass": np.interp(time, [0, 228, 235, 263, 263.1, 357.4, 357.5, 402, 440], [3369, 3362, 3210, 3209, 2770, 2769, 2105, 1790, 1720]),
        "propellant_mass": np.interp(time, [0, 357.5, 419.6, 440], [399.4, 389.3, 101.3, 80]),
        "range_to_target": to_go,
        "crossrange_to_target": 400.0 * np.sin(time / 30),
        "navigation_position_error_site": error[:, None] * np.stack([0.3 * wobble, 0.2 * np.cos(time), 1 + 0.01 * wobble], 1),
        "navigation_velocity_error_site": np.stack([0.1 * wobble, 0.08 * np.cos(time), 0.02 * wobble], 1),
        "navigation_attitude_error": np.radians(0.05) * np.stack([wobble, np.cos(time), np.ones_like(time)], 1),
        "tilt": np.radians(np.abs(2.0 * wobble) + np.where(under_chute, 6.0, 0.5)),
        "target_position_site": np.tile([120.0, -60.0, 0.0], (len(time), 1)) * (time > 352)[:, None],
        "temperature": np.interp(height, [0, 12e3, 60e3, 130e3], [250, 207, 140, 170]),
    }  # fmt: skip
    if powered:
        lit = time > 358.5
        throttle = np.where(
            lit, np.interp(time, [358, 360, 370, 389, 394, 399.7], [0.1, 0.75, 0.6, 0.45, 0.4, 0.8]), 0.0
        )
        eight = throttle[:, None] * (1 + 0.05 * np.sin(time[:, None] + np.arange(8)))
        eight[:, 1::2] *= (time < 399.7)[:, None]
        arrays |= {
            "engine_throttle": eight,
            "engine_throttle_commanded": np.where(lit[:, None], throttle[:, None], 0.0) + 0 * eight,
        }
        arrays |= {"thrust_total": 3060 * eight.sum(1), "engine_thrust": 3060 * eight}
    if sky_crane:
        hanging = (time > 402.5) & (time < 418.2)
        swing = 1 + 0.1 * np.exp(-np.maximum(time - 402.5, 0) / 3) * np.sin(6 * time)
        arrays |= {
            "bridle_tension": np.where(hanging, 1026 * 3.71 / 3 * swing, 0.0)[:, None] * np.array([1.0, 1.01, 0.99]),
            "bridle_length_paid_out": np.interp(time, [402.5, 408.0], [0.0, 6.4]),
            "umbilical_tension": 40.0 * hanging,
            "rover_position_site": site - np.array([0, 0, 1.0]) * np.interp(time, [402.5, 408], [0, 6.4])[:, None],
        }
    return arrays
