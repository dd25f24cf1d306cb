// One level of the terrain: a square of heights, and the triangles of its tiles at five coarsenesses, each with a skirt against cracks.

import { BufferAttribute, BufferGeometry, Sphere, Vector3 } from 'three';
import type { GroundLevel, SceneTable } from './contents';

const COARSENESSES = [1, 2, 4, 8, 16];

export class Heights {
  readonly side: number;
  readonly tile: number;

  constructor(readonly level: GroundLevel, readonly values: Uint16Array, private readonly table: SceneTable) {
    this.side = table.ground.cells + 1;
    this.tile = table.ground.cells / table.ground.tiles;
  }

  get width(): number {
    return this.table.ground.cells * this.level.spacing;
  }

  holds(east: number, north: number): boolean {
    const { west, south } = this.level;
    return east >= west && north >= south && east <= west + this.width && north <= south + this.width;
  }

  /** Up in the site frame [m]: the height, what lifts the ground to the wheels, less the drop of the round planet. */
  up(i: number, j: number): number {
    const { west, south, spacing, low, step } = this.level;
    const east = west + i * spacing;
    const north = south + j * spacing;
    return low + step * this.values[j * this.side + i]! + this.table.frame.lift_m - (east * east + north * north) / (2 * this.table.frame.planet_radius_m);
  }

  /** Up at a place, on the triangle that is drawn there [m]. */
  upAt(east: number, north: number): number {
    const { west, south, spacing } = this.level;
    const x = Math.min(Math.max((east - west) / spacing, 0), this.side - 1.001);
    const y = Math.min(Math.max((north - south) / spacing, 0), this.side - 1.001);
    const [i, j] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - i, y - j];
    const [west0, corner] = [this.up(i, j), this.up(i + 1, j + 1)];
    const between = u >= v ? this.up(i + 1, j) : this.up(i, j + 1);
    return west0 + Math.max(u, v) * (between - west0) + Math.min(u, v) * (corner - between);
  }

  /** A tile's triangles, one geometry a coarseness; corners are told from the tile's south-western one at the site's level. */
  geometries(column: number, row: number): BufferGeometry[] {
    const n = this.tile + 1;
    const ring = 4 * this.tile;
    const places = new Float32Array((n * n + ring) * 3);
    const { spacing } = this.level;
    let [low, high] = [Infinity, -Infinity];
    for (let j = 0; j < n; j += 1) {
      for (let i = 0; i < n; i += 1) {
        const up = this.up(column * this.tile + i, row * this.tile + j);
        [low, high] = [Math.min(low, up), Math.max(high, up)];
        places.set([i * spacing, j * spacing, up], 3 * (j * n + i));
      }
    }
    const skirt = 4 * spacing;
    edge(this.tile).forEach((k, at) => places.set([places[3 * k]!, places[3 * k + 1]!, places[3 * k + 2]! - skirt], 3 * (n * n + at)));
    const position = new BufferAttribute(places, 3);
    const half = (this.tile * spacing) / 2;
    const sphere = new Sphere(new Vector3(half, half, (low + high - skirt) / 2), Math.hypot(half, half, (high - low + skirt) / 2));
    return COARSENESSES.map((stride) => {
      const geometry = new BufferGeometry();
      geometry.setAttribute('position', position);
      geometry.setIndex(indices(this.tile, stride));
      geometry.boundingSphere = sphere;
      return geometry;
    });
  }
}

/** Corners around a tile, counter-clockwise from the south-west. */
function edge(tile: number): number[] {
  const n = tile + 1;
  const around: number[] = [];
  for (let i = 0; i < tile; i += 1) around.push(i);
  for (let j = 0; j < tile; j += 1) around.push(j * n + tile);
  for (let i = tile; i > 0; i -= 1) around.push(tile * n + i);
  for (let j = tile; j > 0; j -= 1) around.push(j * n);
  return around;
}

const kept = new Map<number, BufferAttribute>();

function indices(tile: number, stride: number): BufferAttribute {
  const before = kept.get(stride);
  if (before) return before;
  const n = tile + 1;
  const out: number[] = [];
  for (let j = 0; j < tile; j += stride) {
    for (let i = 0; i < tile; i += stride) {
      const [a, b, c, d] = [j * n + i, j * n + i + stride, (j + stride) * n + i, (j + stride) * n + i + stride];
      out.push(a, b, d, a, d, c);
    }
  }
  const around = edge(tile);
  for (let k = 0; k < around.length; k += stride) {
    const next = (k + stride) % around.length;
    const [a, b] = [around[k]!, around[next]!];
    out.push(a, n * n + k, n * n + next, a, n * n + next, b);
  }
  const made = new BufferAttribute(new Uint16Array(out), 1);
  kept.set(stride, made);
  return made;
}
