// What hangs between the descent stage and the rover: three bridles and the umbilical, as skycrane.cameras.models.bridles draws them.

import { BufferAttribute, BufferGeometry, DynamicDrawUsage, Group, Mesh, MeshStandardMaterial, Vector3 } from 'three';
import { vector, type Moment } from './moment';
import type { VehicleTable } from './contents';

const SIDES = 6;

export class Cords {
  readonly group = new Group();
  private readonly bridles: Cord[];
  private readonly umbilical: Cord;

  constructor(private readonly table: NonNullable<VehicleTable['bridles']>) {
    const cord = new MeshStandardMaterial({ color: 0xb3a894, roughness: 0.8 });
    const cable = new MeshStandardMaterial({ color: 0x9e9480, roughness: 0.6 });
    this.bridles = table.tops.map(() => new Cord(25, cord));
    this.umbilical = new Cord(160, cable);
    this.group.add(...this.bridles.map((each) => each.mesh), this.umbilical.mesh);
  }

  /** `thinnest` [m]: cords are not drawn thinner, so that they are seen from afar. Places are told from `from` (site frame). */
  place(moment: Moment, released: boolean, from: Vector3, thinnest: number): void {
    const stage = moment.poses.get('descent_stage');
    const rover = moment.poses.get('rover');
    this.group.visible = Boolean(stage && rover && released);
    if (!stage || !rover || !released) return;
    this.group.position.copy(from);
    const at = (pose: typeof stage, place: [number, number, number]): Vector3 => vector(place).applyMatrix4(pose.turn).add(pose.origin).sub(from);
    const down = new Vector3(0, 0, -moment.bridleLength).applyMatrix4(stage.turn);
    this.table.tops.forEach((top, n) => {
      const a = at(stage, top);
      const b = moment.hanging ? at(rover, this.table.bottoms[n]!) : a.clone().add(down);
      this.bridles[n]!.lay(hanging(a, b, moment.bridleLength, 25), Math.max(0.012, thinnest));
    });
    this.umbilical.mesh.visible = moment.hanging;
    if (moment.hanging) this.umbilical.lay(coil(at(stage, this.table.umbilical[0]), at(rover, this.table.umbilical[1])), Math.max(0.011, 0.8 * thinnest));
  }
}

/** A round cord along a path that changes. */
class Cord {
  readonly mesh: Mesh<BufferGeometry, MeshStandardMaterial>;

  constructor(private readonly points: number, material: MeshStandardMaterial) {
    const shape = new BufferGeometry();
    for (const name of ['position', 'normal']) shape.setAttribute(name, new BufferAttribute(new Float32Array(points * SIDES * 3), 3).setUsage(DynamicDrawUsage));
    const faces: number[] = [];
    for (let k = 0; k + 1 < points; k += 1) {
      for (let s = 0; s < SIDES; s += 1) {
        const [a, b, c, d] = [k * SIDES + s, k * SIDES + ((s + 1) % SIDES), (k + 1) * SIDES + s, (k + 1) * SIDES + ((s + 1) % SIDES)];
        faces.push(a, b, d, a, d, c);
      }
    }
    shape.setIndex(faces);
    this.mesh = new Mesh(shape, material);
    this.mesh.frustumCulled = false;
    this.mesh.castShadow = true;
  }

  lay(path: Vector3[], radius: number): void {
    const position = this.mesh.geometry.getAttribute('position') as BufferAttribute;
    const normal = this.mesh.geometry.getAttribute('normal') as BufferAttribute;
    for (let k = 0; k < this.points; k += 1) {
      const along = path[Math.min(k + 1, path.length - 1)]!.clone().sub(path[Math.max(k - 1, 0)]!).normalize();
      const u = Math.abs(along.x) < 0.8 ? new Vector3(1, 0, 0).cross(along).normalize() : new Vector3(0, 1, 0).cross(along).normalize();
      const w = along.clone().cross(u);
      for (let s = 0; s < SIDES; s += 1) {
        const a = (2 * Math.PI * s) / SIDES;
        const out = u.clone().multiplyScalar(Math.cos(a)).addScaledVector(w, Math.sin(a));
        normal.setXYZ(k * SIDES + s, out.x, out.y, out.z);
        const p = path[k]!.clone().addScaledVector(out, radius);
        position.setXYZ(k * SIDES + s, p.x, p.y, p.z);
      }
    }
    position.needsUpdate = normal.needsUpdate = true;
  }
}

/** Straight under load; slack, a parabola of the cord's length (sag^2 = 3/8 span (length - span)). */
function hanging(a: Vector3, b: Vector3, length: number, count: number): Vector3[] {
  const span = a.distanceTo(b);
  const sag = length > span * 1.002 ? Math.sqrt((3 / 8) * span * (length - span)) : 0;
  const side = new Vector3(a.x + b.x, a.y + b.y, 0).normalize();
  return Array.from({ length: count }, (_, k) => {
    const s = k / (count - 1);
    return a.clone().lerp(b, s).addScaledVector(side, 4 * sag * s * (1 - s));
  });
}

/** Longer than the bridles, kept by a spring: loose coils beside them. */
function coil(a: Vector3, b: Vector3): Vector3[] {
  return Array.from({ length: 160 }, (_, k) => {
    const s = k / 159;
    const swell = 0.1 * Math.pow(Math.sin(Math.PI * s), 0.7);
    const turn = 2 * Math.PI * 7 * s;
    return a.clone().lerp(b, s).add(new Vector3(swell * Math.cos(turn), swell * Math.sin(turn), 0));
  });
}
