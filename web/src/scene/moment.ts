// One moment of the landing as the record tells it: where every body is and how it is turned (as skycrane.cameras.moment does for pictures).
//
// What the record does not hold is derived and said in docs/design/scene.md: loose blunt bodies fly blunt side first, the canopy of a
// dropped backshell stands against its motion, the rover rests after the last sample.

import { Matrix4, Vector3 } from 'three';
import type { Run } from '../data/run';
import type { SceneTable, Triple } from './contents';

export interface Pose { origin: Vector3; turn: Matrix4; velocity: Vector3 }

export interface Moment {
  t: number;
  vehicle: Pose;
  poses: Map<string, Pose>;
  ballast: Vector3[];
  throttle: number[];
  inflation: number;
  /** middle of the canopy and where its lines meet, while there is a parachute */
  canopy: { crown: Vector3; confluence: Vector3 } | null;
  bridleLength: number;
  hanging: boolean;
  /** 0 stowed, 1 down */
  wheels: number;
  heat: number;
  deceleration: number;
}

export class Moments {
  private readonly siteFromMcmf: Matrix4;
  private readonly bodyFromModel: Matrix4;
  private flight: Run;
  private standsAt = 0;
  private upAt: ((east: number, north: number) => number) | undefined;
  /** How far another flight is raised near the ground, so that it comes down on the ground as it is drawn there [m]. */
  private raised = 0;

  constructor(run: Run, readonly table: SceneTable) {
    this.siteFromMcmf = matrix(table.frame.site_from_mcmf);
    this.bodyFromModel = matrix(table.frame.body_from_model);
    this.flight = run;
  }

  get run(): Run {
    return this.flight;
  }

  /** The ground as it is drawn: finest where the first flight came down, where it fits. */
  standOn(upAt: (east: number, north: number) => number): void {
    this.upAt = upAt;
    this.standsAt = this.run.event('touchdown') ? this.gap() : NaN; // where none stood, none is raised
  }

  /** Another flight over the same ground. */
  take(run: Run): void {
    this.flight = run;
    this.raised = this.gap();
  }

  /** The drawn ground above the middle of the rover at rest; without one above the ground that the vehicle met [m]. */
  private gap(): number {
    const met = this.run.event('ground_contact');
    const stands = this.run.event('touchdown') !== undefined;
    if (!this.upAt || !(stands || met)) return 0;
    const [east = NaN, north = NaN, up = NaN] = stands ? this.last('rover_position_site', this.end) : this.last('position_site', met!.t_s);
    const above = stands ? 0 : (this.last('height_above_terrain', met!.t_s)[0] ?? NaN);
    const gap = this.upAt(east, north) - up + above - (stands ? this.standsAt : 0);
    return Number.isFinite(gap) ? gap : 0;
  }

  /** All of it on the ground, nothing of it from a hundred metres up. */
  private lift(t: number): number {
    if (this.raised === 0) return 0;
    const share = Math.min(1, Math.max(0, 1.1 - number(this.last('height_above_terrain', t)[0], 0) / 100));
    return this.raised * share * share * (3 - 2 * share);
  }

  /** What fell, in the order of its channel: a flight that was lost may have let go of less. */
  private get bodies(): string[] {
    const told = this.run.info.outcome.loose_bodies as Record<string, unknown> | undefined;
    return told ? Object.keys(told) : this.table.bodies;
  }

  /** From here on the rover stands. */
  private get landed(): number {
    return this.run.event('touchdown')?.t_s ?? Infinity;
  }

  get end(): number {
    return this.run.time[this.run.time.length - 1] ?? 0;
  }

  passed(event: string, t: number): boolean {
    const at = this.run.event(event)?.t_s;
    return at !== undefined && t >= at;
  }

  at(t: number): Moment {
    const vehicle = this.vehicle(t);
    const poses = this.poses(t, vehicle);
    const released = this.passed('rover_separation', t);
    return {
      t,
      vehicle,
      poses,
      ballast: this.ballast(t),
      throttle: t > this.end ? [] : this.run.at('engine_throttle', t).map((x) => (Number.isFinite(x) ? x : 0)),
      inflation: number(this.run.at('parachute_inflation', t)[0], 1),
      canopy: this.canopy(t, poses.get('backshell')),
      bridleLength: number(this.last('bridle_length_paid_out', t)[0], 0),
      hanging: released && !this.passed('bridle_cut', t),
      wheels: this.wheels(t),
      heat: number(this.run.at('convective_heat_flux', t)[0], 0),
      deceleration: number(this.run.at('deceleration', t)[0], 0),
    };
  }

  /** A channel at a time, or its last whole sample before. */
  last(name: string, t: number): number[] {
    const now = this.run.at(name, t);
    const channel = this.run.channel(name);
    if (!channel || now.every(Number.isFinite)) return now;
    const n = channel.components;
    let k = sampleBefore(this.run.time, t);
    for (; k >= 0; k -= 1) {
      const row = channel.data.subarray(k * n, k * n + n);
      if (row.every(Number.isFinite)) return Array.from(row);
    }
    return now;
  }

  private vehicle(t: number): Pose {
    const turn = this.turned('attitude_mcmf_from_body', t);
    const centre = this.inModel(this.last('centre_of_mass_body', t));
    return this.pose('position_site', 'velocity_site', turn, centre, t);
  }

  private poses(t: number, vehicle: Pose): Map<string, Pose> {
    const poses = new Map<string, Pose>();
    if (!this.passed('descent_stage_impact', t)) poses.set('descent_stage', vehicle);
    if (!this.passed('backshell_separation', t)) poses.set('backshell', vehicle);
    if (!this.passed('heatshield_separation', t)) poses.set('heat_shield', vehicle);
    poses.set('rover', this.passed('rover_separation', t) ? this.rover(t) : vehicle);
    for (const name of ['heat_shield', 'backshell']) {
      const loose = this.falling(name, t);
      if (loose) poses.set(name, loose);
    }
    return poses;
  }

  private rover(t: number): Pose {
    const turn = this.turned('rover_attitude_mcmf_from_body', t);
    return this.pose('rover_position_site', 'rover_velocity_site', turn, vector(this.table.vehicle.places.lander ?? [0, 0, 0]), t);
  }

  private pose(place: string, speed: string, turn: Matrix4, centre: Vector3, t: number): Pose {
    const origin = vector(this.last(place, t)).sub(centre.applyMatrix4(turn));
    origin.z += this.lift(place === 'rover_position_site' ? Math.min(t, this.landed) : t);
    return { origin, turn, velocity: vector(this.last(speed, t).map((x) => number(x, 0))) };
  }

  private turned(channel: string, t: number): Matrix4 {
    const [w = 1, x = 0, y = 0, z = 0] = this.last(channel, t);
    const body = new Matrix4().set(
      1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 0,
      2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), 0,
      2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), 0,
      0, 0, 0, 1,
    );
    return this.siteFromMcmf.clone().multiply(body).multiply(this.bodyFromModel);
  }

  private inModel(body: number[]): Vector3 {
    return vector(body.map((x) => number(x, 0))).applyMatrix4(this.bodyFromModel.clone().transpose());
  }

  /** A loose body between release and impact: blunt side into its motion. */
  private falling(name: string, t: number): Pose | null {
    const here = this.loose(name, t);
    const later = this.loose(name, t + 0.1);
    if (!here || !later || t > this.end) return null;
    const velocity = later.clone().sub(here).multiplyScalar(10);
    if (velocity.lengthSq() < 1e-6) return null;
    const turn = standing(velocity.clone().normalize().negate());
    const place = vector(this.table.vehicle.places[name] ?? [0, 0, 0]).applyMatrix4(turn);
    return { origin: here.clone().sub(place), turn, velocity };
  }

  private loose(name: string, t: number): Vector3 | null {
    const body = this.bodies.indexOf(name);
    if (body < 0) return null;
    const all = this.run.at('loose_body_position_site', t).slice(3 * body, 3 * body + 3);
    return all.length === 3 && all.every(Number.isFinite) ? vector(all) : null;
  }

  private ballast(t: number): Vector3[] {
    return this.bodies
      .filter((name) => name.startsWith('ballast'))
      .map((name) => this.loose(name, t))
      .filter((place): place is Vector3 => place !== null);
  }

  private canopy(t: number, backshell: Pose | undefined): Moment['canopy'] {
    const chute = this.table.vehicle.parachute;
    if (!chute || !backshell || !this.passed('parachute_deploy', t)) return null;
    const confluence = vector(chute.confluence).applyMatrix4(backshell.turn).add(backshell.origin);
    const told = this.run.at('parachute_position_site', t);
    if (told.length === 3 && told.every(Number.isFinite)) return { crown: vector(told), confluence };
    const back = backshell.velocity.clone().normalize().negate();
    const out = this.passed('line_stretch', t) ? 1 : this.share('parachute_deploy', 'line_stretch', t);
    return { crown: confluence.clone().addScaledVector(back, Math.max(2, out * chute.trailing_distance_m)), confluence };
  }

  private share(first: string, second: string, t: number): number {
    const a = this.run.event(first)?.t_s ?? t;
    const b = this.run.event(second)?.t_s ?? a + 1;
    return Math.min(1, Math.max(0, (t - a) / Math.max(b - a, 1e-6)));
  }

  /** Assumed, as in the pictures: the wheels unfold evenly while the bridles pay out. */
  private wheels(t: number): number {
    const start = this.run.event('rover_separation')?.t_s;
    if (start === undefined) return 0;
    const end = this.run.event('bridle_deployed')?.t_s ?? start + 5;
    return Math.min(1, Math.max(0, (t - start - 0.2 * (end - start)) / Math.max(0.8 * (end - start), 1e-6)));
  }
}

export function vector(from: number[] | Triple): Vector3 {
  return new Vector3(from[0], from[1], from[2]);
}

/** Axes whose z is `up`, x as far north as may be. */
export function standing(up: Vector3): Matrix4 {
  const forward = new Vector3(0, 1, 0).addScaledVector(up, -up.y).normalize();
  return new Matrix4().makeBasis(forward, up.clone().cross(forward), up);
}

function matrix(r: number[][]): Matrix4 {
  const [a = [], b = [], c = []] = r;
  return new Matrix4().set(a[0]!, a[1]!, a[2]!, 0, b[0]!, b[1]!, b[2]!, 0, c[0]!, c[1]!, c[2]!, 0, 0, 0, 0, 1);
}

function number(x: number | undefined, otherwise: number): number {
  return x !== undefined && Number.isFinite(x) ? x : otherwise;
}

function sampleBefore(time: Float32Array, t: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
