// Every view as an eye: place, direction and field. Chase, an observer on the ground, the map, up and down the bridles, the mission's cameras.

import { Vector3 } from 'three';
import type { CameraTable, SceneTable } from './contents';
import { Chase, radians, smooth, type Aim } from './chase';
import { vector, type Moment, type Moments, type Pose } from './moment';

/** How far the map lies below the middle of the picture, whose upper part is under the figures. */
const SHADED = 0.2;

/** The eyes of an observer above the ground, distances from the touchdown [m] and bearings from the usual one [deg] that are tried. */
const TALL = 1.7;
const AWAY = [62, 45, 32, 22];
const ASIDE = [0, 15, -15, 30, -30, 45, -45, 65, -65, 90, -90, 120, -120, 150, -150, 180];

export type View = 'chase' | 'ground' | 'map' | 'bridle' | (string & {});

/** `field`: half the height of the picture [rad]; `camera` when it is one of the mission's, `aspect` then the detector's. */
export interface Eye extends Aim { field: number; camera: CameraTable | null; aspect: number | null; nearest: number; map: boolean }

export interface Orbit { yaw: number; pitch: number; zoom: number }

export class Views {
  private readonly chase: Chase;
  private stood: { east: number; north: number; bearing: number; away: number } | undefined;

  constructor(private readonly moments: Moments, private readonly table: SceneTable, private readonly upAt: (east: number, north: number) => number, still: boolean) {
    this.chase = new Chase(moments, table.frame.planet_radius_m, still);
  }

  /** The eye of a view at a moment; a view that has nothing to stand on yet (no bridles, no such camera) gives the chase camera. */
  eye(view: View, moment: Moment, orbit: Orbit, aspect: number): Eye {
    const [camera, carrier] = this.carried(view, moment);
    if (camera && carrier) return this.onboard(camera, carrier);
    if (view === 'ground') return this.observer(moment, orbit);
    if (view === 'map') return this.map(moment, orbit, aspect);
    if (view === 'bridle' || view === 'bridle-down') {
      const eye = this.bridle(view === 'bridle', moment);
      if (eye) return eye;
    }
    const field = Math.atan(Math.tan(radians(21)) * Math.max(1, 1.05 / aspect)); // a phone held upright sees as much
    return this.above(this.free(this.chase.aim(moment, orbit), field), 0.8);
  }

  /** The view that is shown when this one is asked for. */
  shown(view: View, moment: Moment): View {
    const [camera, carrier] = this.carried(view, moment);
    return camera && !carrier ? 'chase' : view;
  }

  private carried(view: View, moment: Moment): [CameraTable | undefined, Pose | undefined] {
    const camera = this.table.cameras.find((each) => each.id === view);
    return [camera, camera && moment.poses.get(camera.carried_by)];
  }

  private onboard(camera: CameraTable, carrier: Pose): Eye {
    const eye = vector(camera.place).applyMatrix4(carrier.turn).add(carrier.origin);
    const looks = vector(camera.looks).applyMatrix4(carrier.turn);
    const field = camera.lens.angles_rad[16] ?? 0.4;
    return { eye, target: eye.clone().add(looks), up: vector(camera.top).applyMatrix4(carrier.turn), field, camera, aspect: camera.columns / camera.rows, nearest: 0.03, map: false };
  }

  /** Where this flight came to rest; where the ground is finest if it did not. */
  private down(): [number, number] {
    const [east, north] = this.moments.last('rover_position_site', this.moments.end);
    return east !== undefined && north !== undefined && Number.isFinite(east + north) ? [east, north] : this.table.ground.place;
  }

  /** Where an observer stands to see the touchdown [rad from north, m]: off the Sun if no rise of the ground is in between, else as near to that as may be. */
  private post(east: number, north: number): { bearing: number; away: number } {
    if (this.stood?.east === east && this.stood.north === north) return this.stood;
    const [sunEast, sunNorth] = this.table.sun[this.table.sun.length - 1]!.direction;
    const usual = Math.atan2(sunEast, sunNorth) + radians(38);
    const all = AWAY.flatMap((away) => ASIDE.map((aside) => ({ bearing: usual + radians(aside), away })));
    const found = all.find(({ bearing, away }) => this.sees(east + away * Math.sin(bearing), north + away * Math.cos(bearing), east, north)) ?? all[0]!;
    this.stood = { east, north, ...found };
    return found;
  }

  /** Whether somebody who stands at the first place sees the wheels of a rover at the second. */
  private sees(fromEast: number, fromNorth: number, east: number, north: number): boolean {
    const [eye, foot] = [this.upAt(fromEast, fromNorth) + TALL, this.upAt(east, north) + 0.2];
    for (let share = 0.04; share < 0.97; share += 0.04) {
      if (this.upAt(fromEast + share * (east - fromEast), fromNorth + share * (north - fromNorth)) > eye + share * (foot - eye)) return false;
    }
    return true;
  }

  /** Somebody who stands 62 m from the touchdown, or nearer, and follows with a lens that keeps the machine in sight. */
  private observer(moment: Moment, orbit: Orbit): Eye {
    const [east, north] = this.down();
    const { bearing, away: from } = this.post(east, north);
    const away = from * Math.min(3, Math.max(0.2, orbit.zoom));
    const eye = new Vector3(east + away * Math.sin(bearing + orbit.yaw), north + away * Math.cos(bearing + orbit.yaw), 0);
    eye.z = this.upAt(eye.x, eye.y) + TALL + Math.max(0, 40 * orbit.pitch);
    const stage = moment.poses.get('descent_stage')?.origin ?? moment.vehicle.origin;
    const rover = moment.poses.get('rover')!.origin;
    const landed = this.moments.run.event('flyaway')?.t_s ?? Infinity;
    const left = smooth((moment.t - landed) / 4); // the stage flies off, the rover stays
    const middle = stage.clone().lerp(rover, 0.5 + 0.5 * left);
    const distance = eye.distanceTo(middle);
    const size = moment.canopy && !this.moments.passed('backshell_separation', moment.t) ? 60 : 7 + 0.62 * (1 - left) * stage.distanceTo(rover);
    const field = Math.min(radians(26), Math.max(radians(1.2), Math.atan(size / distance)));
    return { ...this.free({ eye, target: middle, up: new Vector3(0, 0, 1) }, field), nearest: 0.2 };
  }

  /** Straight down, north on top: track, target and the vehicle inside the picture. */
  private map(moment: Moment, orbit: Orbit, aspect: number): Eye {
    const [east, north] = this.table.ground.place;
    const here = moment.poses.get(this.moments.passed('rover_separation', moment.t) ? 'rover' : 'descent_stage')?.origin ?? moment.vehicle.origin;
    const away = Math.hypot(here.x - east, here.y - north);
    const half = Math.min(Math.max(0.95 * away, 0.35 * Math.max(here.z - this.upAt(here.x, here.y), 0), 60), 420_000) * orbit.zoom / Math.min(1, aspect);
    const middle = new Vector3((here.x + east) / 2, (here.y + north) / 2, 0);
    const field = radians(15);
    const drop = away > 1e5 ? (middle.x ** 2 + middle.y ** 2) / (2 * this.table.frame.planet_radius_m) : 0;
    middle.z = (away > 6e4 ? 0 : this.upAt(middle.x, middle.y)) - drop;
    middle.y += aspect > 1 ? SHADED * half : 0; // upright the figures stand below
    const eye = middle.clone().add(new Vector3(0, 0, half / Math.tan(field)));
    return { eye, target: middle, up: new Vector3(0, 1, 0), field, camera: null, aspect: null, nearest: half * 0.02, map: true };
  }

  private bridle(upwards: boolean, moment: Moment): Eye | null {
    const stage = moment.poses.get('descent_stage');
    const rover = moment.poses.get('rover');
    if (!stage || !rover || !this.moments.passed('rover_separation', moment.t)) return null;
    const at = (pose: Pose, place: [number, number, number]): Vector3 => vector(place).applyMatrix4(pose.turn).add(pose.origin);
    const eye = upwards ? at(rover, [0.62, 0.3, 1.32]) : at(stage, [0.5, 0.75, 1.45]);
    const target = upwards ? at(stage, [0.1, 0, 1.7]) : at(rover, [0, 0, 1]);
    const up = new Vector3(1, 0, 0).applyMatrix4(rover.turn);
    return { eye, target, up, field: radians(upwards ? 34 : 31), camera: null, aspect: null, nearest: 0.03, map: false };
  }

  private free(aim: Aim, field: number): Eye {
    return { ...aim, field, camera: null, aspect: null, nearest: 0.1, map: false };
  }

  /** Not below the ground. */
  private above(eye: Eye, least: number): Eye {
    const ground = this.upAt(eye.eye.x, eye.eye.y);
    if (eye.eye.z < ground + least) eye.eye.z = ground + least;
    return eye;
  }
}
