// The chase camera: where it stands is a function of the time alone, so that a deep link shows the same picture; a person turns and zooms it.

import { Vector3 } from 'three';
import type { Moment, Moments } from './moment';

/** From an event on: distance [m], angle from straight behind to the right [deg], angle above the level [deg], share of the way to the second body. */
interface Shot { event: string; delay?: number; distance: number; aside: number; above: number; toward?: number; ease?: number }

const SHOTS: Shot[] = [
  { event: 'entry_interface', distance: 15, aside: 28, above: 16 },
  { event: 'guidance_start', distance: 19, aside: 52, above: 10, ease: 10 },
  { event: 'peak_heating', delay: -14, distance: 24, aside: 62, above: 9, ease: 10 },
  { event: 'peak_deceleration', delay: 12, distance: 17, aside: 40, above: 20, ease: 8 },
  { event: 'heading_alignment_start', distance: 18, aside: 30, above: 22, ease: 8 },
  { event: 'straighten_up', distance: 24, aside: 115, above: 14, ease: 6 },
  { event: 'parachute_deploy', delay: -1.5, distance: 88, aside: 78, above: 4, toward: 0.5, ease: 2.4 },
  { event: 'parachute_inflated', delay: 4, distance: 74, aside: 62, above: 8, toward: 0.45, ease: 5 },
  { event: 'heatshield_separation', delay: -2, distance: 26, aside: 76, above: 33, ease: 3 },
  { event: 'heatshield_separation', delay: 9, distance: 86, aside: 52, above: 16, toward: 0.4, ease: 8 },
  { event: 'backshell_separation', delay: -4, distance: 27, aside: 66, above: 16, ease: 3 },
  { event: 'powered_descent_start', delay: 2.5, distance: 20, aside: 54, above: 20, ease: 4 },
  { event: 'constant_velocity', distance: 22, aside: 66, above: 12, ease: 5 },
  { event: 'rover_separation', delay: -3, distance: 23, aside: 74, above: 4, toward: 0.5, ease: 4 },
  { event: 'touchdown', delay: -4, distance: 23, aside: 66, above: 7, toward: 0.55, ease: 4 },
  { event: 'flyaway', delay: 0.3, distance: 54, aside: 62, above: 6, toward: 0.45, ease: 1.5 },
  { event: 'flyaway', delay: 6, distance: 12, aside: 44, above: 13, toward: 1, ease: 6 },
];

/** How far the stage may fly off before the camera stays with the rover [m]. */
const LEFT_BEHIND = 22;

export interface Aim { eye: Vector3; target: Vector3; up: Vector3 }

export class Chase {
  constructor(private readonly moments: Moments, private readonly radius: number, private readonly still: boolean) {}

  /** Where it flies to [rad from north]; under the parachute and after, where it flew to before. */
  private heading(t: number): number {
    const fixed = this.moments.run.event('parachute_deploy')?.t_s ?? this.moments.end;
    const [east = 0, north = 1] = this.moments.last('velocity_site', Math.min(t, fixed));
    return Math.atan2(east, north);
  }

  /** Turned by `yaw` and `pitch` [rad], `zoom` times as far away. */
  aim(moment: Moment, orbit: { yaw: number; pitch: number; zoom: number }): Aim {
    const shot = this.shot(moment.t);
    const target = this.subject(moment, shot.toward);
    const up = target.clone().add(new Vector3(0, 0, this.radius)).normalize();
    const aside = this.heading(moment.t) + Math.PI + shot.aside + orbit.yaw;
    const above = Math.min(1.5, Math.max(-1.5, shot.above + orbit.pitch));
    const north = new Vector3(0, 1, 0).addScaledVector(up, -up.y).normalize();
    const east = north.clone().cross(up);
    const level = north.multiplyScalar(Math.cos(aside)).addScaledVector(east, Math.sin(aside));
    const eye = target.clone().addScaledVector(level, shot.distance * orbit.zoom * Math.cos(above)).addScaledVector(up, shot.distance * orbit.zoom * Math.sin(above));
    if (!this.still) this.shake(moment, eye, shot.distance);
    return { eye, target, up };
  }

  /** Shots run into each other; with reduced motion they are cut. */
  private shot(t: number): { distance: number; aside: number; above: number; toward: number } {
    let now = { distance: SHOTS[0]!.distance, aside: radians(SHOTS[0]!.aside), above: radians(SHOTS[0]!.above), toward: 0 };
    for (const shot of SHOTS) {
      const at = this.moments.run.event(shot.event)?.t_s;
      if (at === undefined) continue;
      const share = this.still ? Number(t >= at + (shot.delay ?? 0)) : smooth((t - at - (shot.delay ?? 0)) / (shot.ease ?? 3));
      now = {
        distance: now.distance * Math.pow(shot.distance / now.distance, share),
        aside: now.aside + share * (radians(shot.aside) - now.aside),
        above: now.above + share * (radians(shot.above) - now.above),
        toward: now.toward + share * ((shot.toward ?? 0) - now.toward),
      };
    }
    return now;
  }

  /** The vehicle, or a place on the way to its canopy, later to its rover. */
  private subject(moment: Moment, toward: number): Vector3 {
    const middle = moment.vehicle.origin.clone().add(new Vector3(0, 0, 1.2).applyMatrix4(moment.vehicle.turn));
    const rover = this.moments.passed('rover_separation', moment.t) ? moment.poses.get('rover')!.origin.clone().add(new Vector3(0, 0, 0.7)) : undefined;
    if (rover) middle.sub(rover).clampLength(0, LEFT_BEHIND).add(rover);
    const other = rover ?? moment.canopy?.crown;
    return other && toward > 0 ? middle.lerp(other, toward) : middle;
  }

  /** A hand that is not quite steady when the vehicle is braked hard: an artist's. */
  private shake(moment: Moment, eye: Vector3, distance: number): void {
    const amount = 0.0006 * distance * Math.min(moment.deceleration, 10) * (moment.deceleration > 1.2 ? 1 : 0);
    const t = moment.t;
    eye.x += amount * Math.sin(17 * t) * Math.sin(5.3 * t);
    eye.y += amount * Math.sin(19 * t + 1) * Math.sin(4.1 * t);
    eye.z += amount * Math.sin(23 * t + 2) * Math.sin(6.7 * t);
  }
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

export function smooth(x: number): number {
  const s = Math.min(1, Math.max(0, x));
  return s * s * (3 - 2 * s);
}
