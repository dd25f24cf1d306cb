// The terrain around the landing place: nested levels, drawn tile by tile, as fine as the eye can tell.

import { Group, Mesh, SRGBColorSpace, Texture, Vector3, LinearMipmapLinearFilter, type BufferGeometry, type ShaderMaterial } from 'three';
import type { Run } from '../data/run';
import type { Uniforms } from './atmosphere';
import type { SceneTable } from './contents';
import { Heights } from './groundLevel';
import { groundMaterial } from './groundMaterial';
import { grid, inflated } from './unpack';

const DISTINCT = 14; // a level is drawn from within so many half widths
const CELL = 0.011; // [rad] a triangle's side as seen, about

interface Tile { mesh: Mesh; geometries: BufferGeometry[] | null; column: number; row: number; inner: boolean }
interface Level { heights: Heights; material: ShaderMaterial; tiles: Tile[] }

export class Ground {
  readonly group = new Group();
  private readonly levels: Level[] = [];

  static async load(run: Run, table: SceneTable, grain: Texture, air: Uniforms, globe: Uniforms, anisotropy: number): Promise<Ground> {
    const ground = new Ground(table);
    const files = await Promise.all(
      table.ground.levels.map(async (level) => {
        const [heights, light] = await Promise.all([run.asset(`scene/${level.heights}`), run.asset(`scene/${level.light}`)]);
        return { values: grid(await inflated(heights), table.ground.cells + 1), light: await picture(light, anisotropy) };
      }),
    );
    files.forEach((file, n) => ground.add(n, file.values, groundMaterial(table, table.ground.levels[n]!, file.light, grain, air, globe, n === 0)));
    return ground;
  }

  private constructor(private readonly table: SceneTable) {}

  /** Ground at a place: up in the site frame [m]; beyond the terrain that of the even globe. */
  upAt(east: number, north: number): number {
    for (let n = this.levels.length - 1; n >= 0; n -= 1) {
      const { heights } = this.levels[n]!;
      if (heights.holds(east, north)) return heights.upAt(east, north);
    }
    const { planet_radius_m: radius, lift_m: lift } = this.table.frame;
    return this.table.ground.beyond_m + lift + Math.sqrt(Math.max(radius * radius - east * east - north * north, 0)) - radius;
  }

  /** Choose tiles and their coarseness for an eye in the site frame; `field` is the angle of a picture's half height [rad], `coarser` how much
   * larger triangles may be than usual. */
  choose(eye: Vector3, field: number, coarser = 1): void {
    const cell = coarser * CELL * Math.min(1, Math.tan(field) / 0.45);
    const near = this.levels.map(({ heights }, n) => n === 0 || distance(heights, eye, this.middle(heights)) < (heights.width / 2) * DISTINCT * (0.45 / Math.tan(field)));
    this.levels.forEach((level, n) => {
      const drawn = near.slice(0, n + 1).every(Boolean);
      const finer = drawn && n + 1 < near.length && near[n + 1]!;
      for (const tile of level.tiles) {
        tile.mesh.visible = drawn && !(tile.inner && finer);
        if (tile.mesh.visible) this.fit(level, tile, eye, cell);
      }
    });
  }

  /** Haze off for the map. */
  set hazy(on: boolean) {
    for (const { material } of this.levels) material.uniforms.hazy!.value = on ? 1 : 0;
  }

  dispose(): void {
    for (const { material, tiles } of this.levels) {
      (material.uniforms.light!.value as Texture).dispose();
      material.dispose();
      for (const tile of tiles) tile.geometries?.forEach((each) => each.dispose());
    }
  }

  private middle(heights: Heights): number {
    const half = heights.width / 2;
    return heights.upAt(heights.level.west + half, heights.level.south + half);
  }

  private fit(level: Level, tile: Tile, eye: Vector3, cell: number): void {
    tile.geometries ??= level.heights.geometries(tile.column, tile.row);
    const sphere = tile.geometries[0]!.boundingSphere!;
    const away = Math.max(eye.distanceTo(tile.mesh.position.clone().add(sphere.center)) - sphere.radius, level.heights.level.spacing);
    const stride = (cell * away) / level.heights.level.spacing;
    const n = Math.max(0, Math.min(tile.geometries.length - 1, Math.round(Math.log2(Math.max(stride, 1)))));
    tile.mesh.geometry = tile.geometries[n]!;
  }

  private add(n: number, values: Uint16Array, material: ShaderMaterial): void {
    const level = this.table.ground.levels[n]!;
    const heights = new Heights(level, values, this.table);
    const finer = this.table.ground.levels[n + 1];
    const { tiles: across } = this.table.ground;
    const width = heights.tile * level.spacing;
    const first = finer ? [Math.round((finer.west - level.west) / width), Math.round((finer.south - level.south) / width)] : [-9, -9];
    const tiles: Tile[] = [];
    for (let row = 0; row < across; row += 1) {
      for (let column = 0; column < across; column += 1) {
        const mesh = new Mesh(undefined, material);
        mesh.position.set(level.west + column * width, level.south + row * width, 0);
        mesh.receiveShadow = true;
        mesh.onBeforeRender = () => {
          material.uniforms.corner!.value.set(column * width, row * width);
          material.uniformsNeedUpdate = true;
        };
        const inner = column >= first[0]! && column < first[0]! + across / 2 && row >= first[1]! && row < first[1]! + across / 2;
        tiles.push({ mesh, geometries: null, column, row, inner });
        this.group.add(mesh);
      }
    }
    this.levels.push({ heights, material, tiles });
  }
}

function distance(heights: Heights, eye: Vector3, up: number): number {
  const { west, south } = heights.level;
  const outside = (x: number, low: number): number => Math.max(low - x, 0, x - low - heights.width);
  return Math.hypot(outside(eye.x, west), outside(eye.y, south), eye.z - up);
}

async function picture(bytes: ArrayBuffer, anisotropy: number): Promise<Texture> {
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/webp' }), { colorSpaceConversion: 'none' });
  const texture = new Texture(image);
  texture.flipY = false;
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.anisotropy = anisotropy;
  texture.needsUpdate = true;
  return texture;
}
