"""Every channel a flight can write, in the order of the story: state, air, entry, parachute, engines, sky crane, navigation.

A channel whose part a mission does not have (no sky crane, no parachute) is absent from its record. One line here is all it takes to
add a channel: netCDF attributes, documentation and pages follow.
"""

import difflib

from skycrane.record.schema.channel import Channel

_T = ("time",)
_VECTOR = ("time", "axis")
_QUATERNION = ("time", "quaternion")

_FIXED = "MCMF: planet-centred, rotating with the planet (IAU), z to the north pole, x to longitude 0"
_SITE = "site: origin at the landing target, x east, y north, z up"
_BODY = "body: x along the axis of symmetry, out of the heat shield"
_AIR = "undisturbed air at the vehicle"
_AERO = "body against the air-relative velocity"
_POINT = "centre of mass of the vehicle; from rover separation on, of the descent stage"
_ROVER = "centre of mass of the rover"

_PHASES = ("coast", "entry", "parachute", "powered_descent", "sky_crane", "flyaway")

CHANNELS: tuple[Channel, ...] = (
    # what is going on
    Channel("phase", _T, "flag", "", "phase of the landing", flags=_PHASES),
    Channel("mode", _T, "flag", "", "mode of the flight software"),
    # where it is and how it moves: the truth
    Channel("position_mcmf", _VECTOR, "m", f"{_FIXED}; {_POINT}", "position"),
    Channel("velocity_mcmf", _VECTOR, "m s-1", f"{_FIXED}; {_POINT}", "velocity relative to the rotating planet"),
    Channel("attitude_mcmf_from_body", _QUATERNION, "1", "turns body axes into MCMF axes", "attitude, scalar first"),
    Channel("angular_rate_body", _VECTOR, "degree s-1", f"{_BODY}; against inertial space", "angular rate"),
    Channel("latitude", _T, "degrees_north", "planetocentric", "planetocentric latitude", "latitude"),
    Channel("longitude", _T, "degrees_east", "planetocentric, east, 0 to 360", "east longitude", "longitude", turns="compass"),
    Channel("radius", _T, "m", "from the centre of the planet", "distance from the centre of the planet"),
    Channel("height_above_ellipsoid", _T, "m", "IAU reference ellipsoid", "height above the ellipsoid",
            "height_above_reference_ellipsoid"),
    Channel("height_above_areoid", _T, "m", "areoid (MOLA)", "height above the areoid", "height_above_geopotential_datum"),
    Channel("height_above_terrain", _T, "m", "ground straight below", "height above the terrain", "height"),
    Channel("position_site", _VECTOR, "m", f"{_SITE}; {_POINT}", "position seen from the landing target"),
    Channel("velocity_site", _VECTOR, "m s-1", f"{_SITE}; {_POINT}", "planet-relative velocity in site axes"),
    Channel("speed_planet_relative", _T, "m s-1", "rotating planet", "planet-relative speed", "platform_speed_wrt_ground"),
    Channel("flight_path_angle", _T, "degree", "planet-relative velocity, positive above the local horizontal", "flight-path angle"),
    Channel("azimuth", _T, "degree", "planet-relative velocity, clockwise from north, 0 to 360", "azimuth of flight",
            "platform_course", turns="compass"),
    Channel("range_to_target", _T, "m", "along the surface, signed: positive short of the entry target", "downrange distance to go"),
    Channel("crossrange_to_target", _T, "m", "across the surface: positive when the target is to the right", "cross-range to target"),
    Channel("crossrange_deadband", _T, "m", "cross-range at which guidance reverses bank, to either side", "cross-range deadband"),
    Channel("target_position_site", _VECTOR, "m", _SITE, "landing target that is steered to"),
    # the air
    Channel("airspeed", _T, "m s-1", _AIR, "speed relative to the air", "platform_speed_wrt_air"),
    Channel("mach", _T, "1", _AIR, "Mach number"),
    Channel("dynamic_pressure", _T, "Pa", _AIR, "dynamic pressure"),
    Channel("density", _T, "kg m-3", _AIR, "air density, perturbation included", "air_density"),
    Channel("temperature", _T, "K", _AIR, "air temperature", "air_temperature"),
    Channel("pressure", _T, "Pa", _AIR, "air pressure", "air_pressure"),
    Channel("speed_of_sound", _T, "m s-1", _AIR, "speed of sound", "speed_of_sound_in_air"),
    Channel("wind_site", _VECTOR, "m s-1", f"{_SITE}; where the air moves to", "wind"),
    Channel("density_perturbation", _T, "1", _AIR, "density against the mean atmosphere, minus one"),
    # entry
    Channel("angle_of_attack", _T, "degree", f"{_AERO}; about body y", "angle of attack"),
    Channel("sideslip_angle", _T, "degree", f"{_AERO}; out of the symmetry plane", "sideslip angle"),
    Channel("total_angle_of_attack", _T, "degree", f"{_AERO}; axis of symmetry to velocity", "total angle of attack"),
    Channel("bank_angle", _T, "degree", "lift about the planet-relative velocity, 0 = lift up, positive turns right", "bank angle",
            turns="signed"),
    Channel("bank_angle_commanded", _T, "degree", "as bank_angle", "commanded bank angle", turns="signed"),
    Channel("sensed_acceleration_body", _VECTOR, "m s-2", f"{_BODY}; without gravity, mean over the control cycle before",
            "sensed acceleration"),
    Channel("deceleration", _T, "standard_free_fall", "magnitude of the sensed acceleration", "deceleration in Earth g"),
    Channel("axial_force", _T, "N", "aerodynamic, along body -x", "axial force"),
    Channel("normal_force", _T, "N", "aerodynamic, across the axis of symmetry", "normal force"),
    Channel("convective_heat_flux", _T, "W m-2", "stagnation point, cold wall", "convective heat flux"),
    Channel("heat_load", _T, "J m-2", "stagnation point, since entry interface", "convective heat load"),
    Channel("mass", _T, "kg", "what still flies together; from rover separation on, the descent stage", "mass"),
    Channel("propellant_mass", _T, "kg", "in the tanks of the descent stage", "propellant left"),
    Channel("centre_of_mass_body", _VECTOR, "m", f"{_BODY}; from the body origin", "centre of mass"),
    Channel("thruster_on_fraction", ("time", "thruster"), "1", "share of the control period", "thruster on-time fraction"),
    Channel("guidance_range_predicted", _T, "m", "entry guidance, to the entry target", "range predicted by the entry guidance"),
    Channel("guidance_drag_reference", _T, "m s-2", "entry guidance", "drag of the reference trajectory"),
    # parachute
    Channel("parachute_load", _T, "N", "along the riser", "parachute load"),
    Channel("parachute_drag_area", _T, "m2", "parachute", "effective drag area of the parachute"),
    Channel("parachute_inflation", _T, "1", "0 packed, 1 first full open", "parachute inflation"),
    Channel("parachute_position_site", _VECTOR, "m", _SITE, "centre of the canopy"),
    Channel("riser_angle", _T, "degree", "riser against the body axis of symmetry", "riser angle"),
    # powered descent
    Channel("engine_throttle", ("time", "engine"), "1", "share of full thrust", "engine throttle, as it is"),
    Channel("engine_throttle_commanded", ("time", "engine"), "1", "share of full thrust", "engine throttle, as commanded"),
    Channel("engine_thrust", ("time", "engine"), "N", "along the nozzle", "engine thrust"),
    Channel("thrust_total", _T, "N", "magnitude of the sum over the engines", "total thrust"),
    Channel("tilt", _T, "degree", "descent axis against the local vertical", "tilt"),
    # sky crane
    Channel("bridle_tension", ("time", "bridle"), "N", "along the bridle", "bridle tension"),
    Channel("bridle_tension_peak", ("time", "bridle"), "N", "along the bridle, largest since the row before; multibody touchdown",
            "largest bridle tension of a control cycle"),
    Channel("bridle_length_paid_out", _T, "m", "unstretched", "bridle length paid out"),
    Channel("umbilical_tension", _T, "N", "along the umbilical", "umbilical tension"),
    Channel("rover_position_site", _VECTOR, "m", f"{_SITE}; {_ROVER}", "rover position"),
    Channel("rover_velocity_site", _VECTOR, "m s-1", f"{_SITE}; {_ROVER}", "rover velocity, planet relative"),
    Channel("rover_attitude_mcmf_from_body", _QUATERNION, "1", "turns rover body axes into MCMF axes", "rover attitude, scalar first"),
    Channel("rover_angular_rate_body", _VECTOR, "degree s-1", "rover body axes; against inertial space", "rover angular rate"),
    Channel("wheel_load", ("time", "wheel"), "N", "ground on wheel, along its normal (multibody touchdown: the vertical)", "wheel load"),
    Channel("wheel_load_peak", ("time", "wheel"), "N", "ground on wheel, vertical, largest since the row before; multibody touchdown",
            "largest wheel load of a control cycle"),
    Channel("belly_load", _T, "N", "ground on the underside, along the vertical; multibody touchdown", "load on the belly"),
    Channel("suspension_angle", ("time", "suspension"), "degree", "about rover y (left), nose down is positive; multibody touchdown",
            "angle of rockers and bogies"),
    Channel("wheels_unfolded", _T, "1", "0 stowed, 1 driving position; multibody touchdown", "how far the wheels are let down"),
    Channel("plume_force_on_rover", _T, "N", "on the deck, magnitude; multibody touchdown", "push of the engines' jets on the rover"),
    Channel("plume_dust", _T, "1", "momentum flux at the ground over the threshold of dust, less one, summed over the engines; "
            "multibody touchdown", "how hard the jets lift dust"),
    # what the flight software believes, and how wrong it is
    Channel("navigated_position_mcmf", _VECTOR, "m", _FIXED, "navigated position"),
    Channel("navigated_velocity_mcmf", _VECTOR, "m s-1", _FIXED, "navigated velocity relative to the rotating planet"),
    Channel("navigated_attitude_mcmf_from_body", _QUATERNION, "1", "turns body axes into MCMF axes", "navigated attitude"),
    Channel("navigated_propellant", _T, "kg", "as counted from the commands", "navigated propellant"),
    Channel("navigated_height_above_terrain", _T, "m", "ground straight below, as navigated", "navigated height above the terrain"),
    Channel("navigation_position_error_site", _VECTOR, "m", f"{_SITE}; navigated minus true", "navigation error in position"),
    Channel("navigation_velocity_error_site", _VECTOR, "m s-1", f"{_SITE}; navigated minus true", "navigation error in velocity"),
    Channel("navigation_attitude_error", _VECTOR, "degree", "body; rotation vector from true to navigated attitude",
            "navigation error in attitude"),
    Channel("radar_slant_range", ("time", "beam"), "m", "along the beam", "measured slant range"),
    Channel("radar_doppler_speed", ("time", "beam"), "m s-1", "along the beam, positive when closing", "measured Doppler speed"),
    Channel("radar_valid", ("time", "beam"), "flag", "", "radar measurement valid", flags=("not_valid", "valid")),
    # bodies that were let go
    Channel("loose_body_position_site", ("time", "body", "axis"), "m", f"{_SITE}; NaN before release and after impact",
            "position of a loose body"),
)  # fmt: skip

_BY_NAME = {each.name: each for each in CHANNELS}


def channel(name: str) -> Channel:
    """The channel of that name; KeyError with the nearest name if there is none."""
    if name not in _BY_NAME:
        near = difflib.get_close_matches(name, _BY_NAME, n=1)
        raise KeyError(f"no channel {name!r} in the schema" + (f"; did you mean {near[0]!r}?" if near else ""))
    return _BY_NAME[name]
