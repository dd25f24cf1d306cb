// What `skycrane.cameras.scene.write_scene` says of a scene: the table of contents of its files. Site frame: x east, y north, z up; metres.

export type Triple = [number, number, number];

export interface GroundLevel { west: number; south: number; spacing: number; low: number; step: number; heights: string; light: string }
export interface ModelPart { material: string; colour: Triple; roughness: number; metallic: number; corners: number; triangles: number }
export interface ModelTable { file: string; low: Triple; step: number; two_shapes: boolean; parts: ModelPart[] }
export interface Lens { corner: number; angles_rad: number[]; pinhole: boolean }

export interface CameraTable {
  id: string;
  title: string;
  carried_by: string;
  place: Triple;
  looks: Triple;
  top: Triple;
  columns: number;
  rows: number;
  grey: boolean;
  on_s: number | null;
  off_s: number | null;
  lens: Lens;
}

export interface SkyTable {
  optical_depth: number;
  scale_height_m: number;
  albedo: Triple;
  lobes: Triple;
  glow: Triple;
  sun_irradiance: number;
  sky_irradiance: Triple;
  ground_reflectance: Triple;
  white: number;
}

export interface RockTable { file: string; count: number; east: number; north: number; low: number; place_step: number; size_step: number }

export interface VehicleTable {
  places: Record<string, Triple>;
  diameter_m: number;
  engines?: { places: Triple[]; exhausts: Triple[] };
  parachute?: { nominal_diameter_m: number; trailing_distance_m: number; confluence: Triple; orange: number[][] };
  bridles?: { tops: Triple[]; bottoms: Triple[]; umbilical: [Triple, Triple] };
}

export interface SceneTable {
  schema: number;
  frame: { site_from_mcmf: number[][]; body_from_model: number[][]; planet_radius_m: number; lift_m: number };
  sun: Array<{ t_s: number; direction: Triple }>;
  sky: SkyTable;
  ground: { name: string; place: [number, number]; cells: number; tiles: number; beyond_m: number; beyond_colour: Triple; levels: GroundLevel[] };
  rocks: RockTable;
  models: Record<string, ModelTable>;
  vehicle: VehicleTable;
  cameras: CameraTable[];
  bodies: string[];
  map: { ellipse_centre: [number, number]; ellipse_half_length_m: number | null };
}
