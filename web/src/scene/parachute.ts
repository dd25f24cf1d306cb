// The parachute: disk, gap and band in orange and white gores, lines and riser. Shape as skycrane.cameras.models.parachute, opening with inflation.

import { BufferAttribute, BufferGeometry, DoubleSide, DynamicDrawUsage, Group, LineBasicMaterial, LineSegments, Matrix4, Mesh, MeshLambertMaterial, Vector3 } from 'three';
import type { VehicleTable } from './contents';

const GORES = 80;
const PER_GORE = 2;
const RINGS = 18;
const BAND = 4;
const EDGES = [0.075, 0.33, 0.62, 0.83, 1.0];
const WHITE: [number, number, number] = [0.8, 0.78, 0.74];
const ORANGE: [number, number, number] = [0.8, 0.13, 0.03];
const SPAN = (Math.PI / 2) * 0.93;

export class Parachute {
  readonly group = new Group();
  private readonly cloth: BufferGeometry;
  private readonly lines: BufferGeometry;
  private readonly material: MeshLambertMaterial;
  private drawn = { open: -1, reach: -1, t: -1 };

  constructor(private readonly table: NonNullable<VehicleTable['parachute']>) {
    const cells = (RINGS + BAND) * GORES * PER_GORE;
    this.cloth = new BufferGeometry();
    this.cloth.setAttribute('position', new BufferAttribute(new Float32Array(cells * 18), 3).setUsage(DynamicDrawUsage));
    this.cloth.setAttribute('color', new BufferAttribute(this.colours(), 3));
    this.lines = new BufferGeometry();
    this.lines.setAttribute('position', new BufferAttribute(new Float32Array((GORES * 2 + 1) * 6), 3).setUsage(DynamicDrawUsage));
    this.material = new MeshLambertMaterial({ vertexColors: true, side: DoubleSide, emissive: 0xffffff, emissiveIntensity: 0.0 });
    const cloth = new Mesh(this.cloth, this.material);
    const lines = new LineSegments(this.lines, new LineBasicMaterial({ color: 0x8a7d6c, transparent: true, opacity: 0.17 }));
    cloth.frustumCulled = lines.frustumCulled = false;
    this.group.add(cloth, lines);
  }

  /** Stand it between the place where its lines meet and its crown (site frame); `inflation` 1 is the first full open. */
  place(confluence: Vector3, crown: Vector3, inflation: number, t: number): void {
    const up = crown.clone().sub(confluence);
    const reach = up.length();
    up.divideScalar(Math.max(reach, 1e-6));
    const side = Math.abs(up.y) < 0.9 ? up.clone().cross(new Vector3(0, 1, 0)) : up.clone().cross(new Vector3(1, 0, 0));
    side.normalize();
    this.group.matrixAutoUpdate = false;
    this.group.matrix.copy(new Matrix4().makeBasis(side, up.clone().cross(side), up).setPosition(confluence));
    const open = Math.sqrt(Math.min(Math.max(inflation, 0.02), 1.3));
    const still = open > 0.97 && Math.abs(open - this.drawn.open) < 0.004 && Math.abs(reach - this.drawn.reach) < 0.15;
    if (still || (this.drawn.t === t && open === this.drawn.open)) return;
    this.drawn = { open, reach, t };
    this.shape(open, reach, t);
  }

  dispose(): void {
    this.cloth.dispose();
    this.lines.dispose();
    this.material.dispose();
  }

  private shape(open: number, reach: number, t: number): void {
    const d0 = this.table.nominal_diameter_m;
    const radius = 0.335 * d0 * open;
    const height = 0.3 * d0 * (1.6 - 0.6 * Math.min(open, 1));
    const mouth = Math.max(reach - height * 0.6, 0.5);
    const profile: Array<[number, number]> = [];
    for (let k = 0; k <= RINGS; k += 1) {
      const angle = (EDGES[0]! + ((1 - EDGES[0]!) * k) / RINGS) * SPAN;
      profile.push([(radius * Math.sin(angle)) / Math.sin(SPAN), mouth + height * (Math.cos(angle) - Math.cos(SPAN))]);
    }
    const rim = profile[RINGS]!;
    const top = rim[1] - 0.042 * d0;
    for (let k = 0; k <= BAND; k += 1) profile.push([rim[0] * (1 - (0.015 * k) / BAND), top - (0.12 * d0 * k) / BAND]);
    // cloth that is not yet full hangs in folds, which move: an artist's
    const slack = Math.max(0, 1 - open);
    const steps = GORES * PER_GORE;
    const point = (k: number, step: number): [number, number, number] => {
      const a = ((step % steps) * 2 * Math.PI) / steps;
      const [r, z] = profile[k]!;
      const seam = 1 - 0.012 * (step % PER_GORE === 0 ? 1 : 0);
      const fold = 1 + slack * (0.22 * Math.sin(9 * a + 3 * t) + 0.16 * Math.sin(17 * a - 5 * t + 0.3 * k));
      return [r * seam * fold * Math.cos(a), r * seam * fold * Math.sin(a), z + slack * 0.5 * Math.sin(5 * a + 4 * t + 0.4 * k)];
    };
    const places = this.cloth.getAttribute('position') as BufferAttribute;
    let at = 0;
    const put = (p: [number, number, number]): void => { places.setXYZ(at, ...p); at += 1; };
    for (const k of bands()) {
      for (let step = 0; step < steps; step += 1) {
        const [a, b, c, d] = [point(k, step), point(k, step + 1), point(k + 1, step), point(k + 1, step + 1)];
        put(a); put(c); put(d); put(a); put(d); put(b);
      }
    }
    places.needsUpdate = true;
    this.cloth.computeVertexNormals();
    this.hang(point, profile.length - 1);
  }

  /** Lines from the skirt to the riser, tapes over the gap, and the riser. */
  private hang(point: (k: number, step: number) => [number, number, number], skirt: number): void {
    const lines = this.lines.getAttribute('position') as BufferAttribute;
    const end = point(skirt, 0);
    const length = Math.min(1.7 * this.table.nominal_diameter_m, 0.97 * Math.hypot(...end));
    const fork = Math.max(0, end[2] - Math.sqrt(Math.max(length * length - end[0] ** 2 - end[1] ** 2, 0)));
    for (let gore = 0; gore < GORES; gore += 1) {
      lines.setXYZ(4 * gore, 0, 0, fork);
      lines.setXYZ(4 * gore + 1, ...point(skirt, gore * PER_GORE));
      lines.setXYZ(4 * gore + 2, ...point(RINGS, gore * PER_GORE));
      lines.setXYZ(4 * gore + 3, ...point(RINGS + 1, gore * PER_GORE));
    }
    lines.setXYZ(4 * GORES, 0, 0, -0.2);
    lines.setXYZ(4 * GORES + 1, 0, 0, fork);
    lines.needsUpdate = true;
  }

  private colours(): Float32Array {
    const out: number[] = [];
    const [first = [], second = [], third = [], band = []] = this.table.orange;
    for (const k of bands()) {
      const share = EDGES[0]! + ((1 - EDGES[0]!) * (k + 0.5)) / RINGS;
      const ring = k > RINGS ? band : share < EDGES[1]! ? [] : share < EDGES[2]! ? first : share < EDGES[3]! ? second : third;
      for (let step = 0; step < GORES * PER_GORE; step += 1) {
        const colour = ring[Math.floor(step / PER_GORE)] ? ORANGE : WHITE;
        for (let corner = 0; corner < 6; corner += 1) out.push(...colour);
      }
    }
    return new Float32Array(out);
  }
}

/** Rows of cells: the disk's, then the band's; the gap between has none. */
function bands(): number[] {
  return [...Array.from({ length: RINGS }, (_, k) => k), ...Array.from({ length: BAND }, (_, k) => RINGS + 1 + k)];
}
