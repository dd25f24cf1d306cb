// Written by scripts/web_types.py from skycrane.record.schema and skycrane.experience.contents. Do not edit.

export const BUNDLE_SCHEMA = 2;
export const RECORD_SCHEMA = 1;

export type ChannelName =
  | 'phase'
  | 'mode'
  | 'position_mcmf'
  | 'velocity_mcmf'
  | 'attitude_mcmf_from_body'
  | 'angular_rate_body'
  | 'latitude'
  | 'longitude'
  | 'radius'
  | 'height_above_ellipsoid'
  | 'height_above_areoid'
  | 'height_above_terrain'
  | 'position_site'
  | 'velocity_site'
  | 'speed_planet_relative'
  | 'flight_path_angle'
  | 'azimuth'
  | 'range_to_target'
  | 'crossrange_to_target'
  | 'crossrange_deadband'
  | 'target_position_site'
  | 'airspeed'
  | 'mach'
  | 'dynamic_pressure'
  | 'density'
  | 'temperature'
  | 'pressure'
  | 'speed_of_sound'
  | 'wind_site'
  | 'density_perturbation'
  | 'angle_of_attack'
  | 'sideslip_angle'
  | 'total_angle_of_attack'
  | 'bank_angle'
  | 'bank_angle_commanded'
  | 'sensed_acceleration_body'
  | 'deceleration'
  | 'axial_force'
  | 'normal_force'
  | 'convective_heat_flux'
  | 'heat_load'
  | 'mass'
  | 'propellant_mass'
  | 'centre_of_mass_body'
  | 'thruster_on_fraction'
  | 'guidance_range_predicted'
  | 'guidance_drag_reference'
  | 'parachute_load'
  | 'parachute_drag_area'
  | 'parachute_inflation'
  | 'parachute_position_site'
  | 'riser_angle'
  | 'engine_throttle'
  | 'engine_throttle_commanded'
  | 'engine_thrust'
  | 'thrust_total'
  | 'tilt'
  | 'bridle_tension'
  | 'bridle_tension_peak'
  | 'bridle_length_paid_out'
  | 'umbilical_tension'
  | 'rover_position_site'
  | 'rover_velocity_site'
  | 'rover_attitude_mcmf_from_body'
  | 'rover_angular_rate_body'
  | 'wheel_load'
  | 'wheel_load_peak'
  | 'belly_load'
  | 'suspension_angle'
  | 'wheels_unfolded'
  | 'plume_force_on_rover'
  | 'plume_dust'
  | 'navigated_position_mcmf'
  | 'navigated_velocity_mcmf'
  | 'navigated_attitude_mcmf_from_body'
  | 'navigated_propellant'
  | 'navigated_height_above_terrain'
  | 'navigation_position_error_site'
  | 'navigation_velocity_error_site'
  | 'navigation_attitude_error'
  | 'radar_slant_range'
  | 'radar_doppler_speed'
  | 'radar_valid'
  | 'loose_body_position_site';

export type Severity =
  | 'DIAGNOSTIC'
  | 'ACTIVITY_LO'
  | 'ACTIVITY_HI'
  | 'WARNING_LO'
  | 'WARNING_HI'
  | 'FATAL';

export type EventStem =
  | 'entry_interface'
  | 'target_out_of_reach'
  | 'guidance_start'
  | 'bank_reversal'
  | 'peak_heating'
  | 'peak_deceleration'
  | 'peak_dynamic_pressure'
  | 'heading_alignment_start'
  | 'straighten_up'
  | 'ballast_jettison'
  | 'parachute_deploy'
  | 'line_stretch'
  | 'parachute_peak_load'
  | 'parachute_second_peak_load'
  | 'parachute_inflated'
  | 'heatshield_separation'
  | 'radar_lock'
  | 'map_navigation_start'
  | 'map_fix'
  | 'landing_target_selected'
  | 'backshell_separation'
  | 'powered_descent_start'
  | 'powered_approach_start'
  | 'constant_velocity'
  | 'constant_deceleration'
  | 'throttle_down'
  | 'rover_separation'
  | 'bridle_taut'
  | 'bridle_deployed'
  | 'mobility_deploy'
  | 'touchdown'
  | 'touchdown_declared'
  | 'bridle_cut'
  | 'umbilical_cut'
  | 'flyaway'
  | 'rover_at_rest'
  | 'rock_under_wheel'
  | 'rover_dropped'
  | 'rover_dragged'
  | 'descent_stage_capsized'
  | 'descent_stage_on_rover'
  | 'ground_contact'
  | 'height_reached'
  | 'convex_approach'
  | 'convex_approach_failed'
  | 'propellant_empty'
  | 'engine_out'
  | 'descent_stage_contact'
  | 'out_of_control'
  | 'skip_out'
  | 'ballast_impact'
  | 'heatshield_impact'
  | 'backshell_impact'
  | 'descent_stage_impact';

/** One row: what was predicted, what was flown, what is allowed. `predicted` is None when this flight never got there. */
export interface ComparedFigure {
  key: string;
  label: string;
  predicted: number | null;
  flown: number | null;
  low: number;
  high: number;
  unit: string;
  passed: boolean;
  source: string;
  confidence: string;
  note: string;
}

/** A stretch of the landing, in the words of the public and of the engineers. */
export interface Phase {
  key: string;
  label: string;
  sentence: string;
  start_s: number;
  end_s: number;
}

/** Why an event happened then. */
export interface Because {
  condition: string;
  values: Record<string, number | null>;
  thresholds: Record<string, number | null>;
}

/** What decided: a key of the mission file, its value in the unit of the key, and what stands behind the number there. */
export interface Source {
  key: string;
  value: number;
  words: string;
}

/** Something that happened: when, why, in what state. */
export interface RunEvent {
  key: string;
  label: string;
  words: string;
  plain: string;
  t_s: number;
  utc: string;
  severity: string;
  because: Because;
  sources: Array<Source>;
  state: Record<string, number | null>;
  flown_s?: number;
  heard_s?: number | null;
  heard_by?: string;
}

/** One channel of channels.bin: `count` samples of `components` numbers, little-endian, from byte `offset` on. */
export interface ChannelInfo {
  name: string;
  unit: string;
  frame: string;
  long_name: string;
  components: number;
  offset: number;
  count: number;
  type: 'float32';
  flags?: Array<string>;
  turns?: string;
}

/** A picture: what the catalogue says about it, where its files lie in the bundle, and its way home. */
export interface Picture {
  imageid: string;
  camera: string;
  camera_name: string;
  title: string;
  caption: string;
  alt: string;
  made: string;
  taken_s: number;
  taken_utc: string;
  width: number;
  height: number;
  sample_type: string;
  file: string;
  thumbnail: string;
  height_above_terrain_m: number | null;
  sent_s: number | null;
  thumbnail_received_s: number | null;
  received_s: number | null;
  orbiter: string | null;
  share_received: number;
  eye_site_m?: Array<number>;
  looks_site?: Array<number>;
  camera_model?: string;
}

/** A published value of the real landing at its time, in the unit of the channel; in the order of channel and time. */
export interface FlownValue {
  channel: string;
  t_s: number;
  value: number;
  source: string;
}

/** The landing target: origin of the site frame (x east, y north, z up). */
export interface Site {
  name: string;
  latitude_deg: number;
  longitude_deg: number;
  elevation_m: number;
  terrain: string;
}

/** A place in the site frame. */
export interface Place {
  east_m: number;
  north_m: number;
}

/** Where a share of landings comes down; `azimuth_deg` of the first half axis, from north through east. */
export interface Ellipse {
  east_m: number;
  north_m: number;
  half_axes_m: Array<number>;
  azimuth_deg: number;
  share: number;
}

/** One landing of an ensemble. */
export interface EnsembleCase {
  case: number;
  east_m: number | null;
  north_m: number | null;
  outcome: string;
  sentence: string;
  success: boolean;
}

/** Many landings of the mission. */
export interface EnsembleInfo {
  n: number;
  seed: number;
  landed: number;
  cases: Array<EnsembleCase>;
  ellipse: Ellipse | null;
}

/** Something that `Fly it` may change: a number in a range, a switch, or a choice. */
export interface Slider {
  key: string;
  label: string;
  help: string;
  kind: 'number' | 'switch' | 'choice';
  unit: string;
  value: number | boolean | string;
  low?: number;
  high?: number;
  step?: number;
  choices?: Array<string>;
  words?: Array<string>;
}

/** The way home in short; the whole of it is in arrivals.json. */
export interface Arrivals {
  light_time_s: number;
  landed_s: number;
  passes: Array<Record<string, unknown>>;
  silences: Array<Record<string, unknown>>;
}

/** What can be played beside the landing: a file of the bundle and when it was recorded; `note` says how it was made. */
export interface Sound {
  file: string;
  starts_s: number;
  ends_s: number;
  title: string;
  note: string;
}

/** A requirement of the mission that was not kept, in the unit of its figure; `bound` is "at least" or "at most". */
export interface MissedRequirement {
  label: string;
  value: number;
  unit: string;
  bound: string;
  limit: number;
}

/** A figure at a loss, in a unit of the channels; `limit` where it was over one. */
export interface LossFigure {
  name: string;
  value: number;
  unit: string;
  limit: number | null;
}

/** A loss told kindly. `said` is the record's sentence where no figure says by how much; `would_have_saved` holds only what is known. */
export interface LossReport {
  what: string;
  when: string;
  said: string;
  by_how_much: Array<LossFigure>;
  came_of: Array<string>;
  worth_trying: Array<string>;
  would_have_saved: string;
}

/** The whole of run.json. */
export interface RunInfo {
  schema: number;
  version: string;
  page_version: string;
  made_with: string;
  mission: string;
  title: string;
  seed: number | null;
  nominal: boolean;
  start_s: number;
  duration_s: number;
  epoch_utc: string;
  light_time_s: number;
  site: Site;
  target: Place;
  aimed_for?: Place;
  phases: Array<Phase>;
  events: Array<RunEvent>;
  outcome: Record<string, unknown>;
  comparison: Array<ComparedFigure>;
  comparison_note: string;
  flown: Array<FlownValue>;
  channels: Array<ChannelInfo>;
  pictures: Array<Picture>;
  sources: Array<string>;
  credits: Array<string>;
  notes: Array<string>;
  loss?: LossReport;
  missed?: Array<MissedRequirement>;
  assessment?: Record<string, unknown>;
  arrivals?: Arrivals;
  sound?: Sound;
  ensemble?: EnsembleInfo;
  what_if?: Array<Slider>;
  can_fly?: boolean;
  changed?: Record<string, unknown>;
  scene?: Record<string, unknown>;
}

