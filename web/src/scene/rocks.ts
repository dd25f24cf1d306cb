// The terrain's own rocks around the touchdown, each where `Terrain.rocks` has it: a few kinds of cut stone, turned and flattened.

import { BufferAttribute, BufferGeometry, Color, Group, IcosahedronGeometry, InstancedMesh, Matrix4, MeshStandardMaterial, Vector3 } from 'three';
import type { Run } from '../data/run';
import type { RockTable } from './contents';
import { draws } from './grain';
import { inflated, rows } from './unpack';

const KINDS = 6;
const CUTS = 16;
const REACH = 900; // [m] from the eye: farther away they are in the ground's texture, if at all

export class Rocks {
  readonly group = new Group();
  private readonly material = new MeshStandardMaterial({ color: 0xffffff, roughness: 0.95 });

  static async load(run: Run, table: RockTable): Promise<Rocks> {
    const [columns] = rows(await inflated(await run.asset(`scene/${table.file}`)), 0, table.count, 7);
    return new Rocks(table, columns);
  }

  private constructor(private readonly table: RockTable, columns: Uint16Array) {
    const all = Array.from({ length: table.count }, (_, n) => Array.from(columns.subarray(7 * n, 7 * n + 7)));
    for (let kind = 0; kind < KINDS; kind += 1) {
      const mine = all.filter((row) => row[6]! % KINDS === kind);
      const mesh = new InstancedMesh(stone(kind), this.material, mine.length);
      mine.forEach((row, n) => {
        mesh.setMatrixAt(n, this.place(row));
        mesh.setColorAt(n, shade(row[6]!));
      });
      mesh.castShadow = mesh.receiveShadow = true;
      mesh.frustumCulled = false;
      this.group.add(mesh);
    }
    this.group.position.set(table.east, table.north, table.low);
  }

  show(eye: Vector3): void {
    this.group.visible = eye.distanceTo(this.group.position) < REACH;
  }

  dispose(): void {
    for (const each of this.group.children) (each as InstancedMesh).geometry.dispose();
    this.material.dispose();
  }

  private place(row: number[]): Matrix4 {
    const [east, north, up, diameter, height, yaw] = row as [number, number, number, number, number, number];
    const { place_step: place, size_step: size } = this.table;
    const half = (diameter * size) / 2;
    const tall = 0.72 * Math.max(height * size, 0.3 * diameter * size);
    return new Matrix4()
      .makeRotationZ((yaw / 65535) * 2 * Math.PI)
      .scale(new Vector3(half, half, tall))
      .setPosition((east - 32768) * place, (north - 32768) * place, up * size + 0.28 * tall);
  }
}

/** Dark, slightly dusty basalt, as in the pictures. */
function shade(seed: number): Color {
  const light = 0.55 + 0.5 * ((Math.floor(seed / 8) % 97) / 97);
  return new Color(0.205 * light, 0.155 * light, 0.118 * light);
}

/** A ball cut by planes, with flat faces. */
function stone(kind: number): BufferGeometry {
  const ball = new IcosahedronGeometry(1, 1);
  const places = ball.getAttribute('position') as BufferAttribute;
  const draw = draws(300 + kind);
  const squash = [0.65 + 0.35 * draw(), 0.8 + 0.2 * draw()];
  for (let cut = 0; cut < CUTS; cut += 1) {
    const normal = new Vector3(draw() - 0.5, draw() - 0.5, draw() - 0.5).normalize();
    const depth = 0.55 + 0.35 * draw();
    for (let n = 0; n < places.count; n += 1) {
      const p = new Vector3().fromBufferAttribute(places, n);
      p.addScaledVector(normal, -0.94 * Math.max(p.dot(normal) - depth, 0));
      places.setXYZ(n, p.x, p.y, p.z);
    }
  }
  for (let n = 0; n < places.count; n += 1) places.setXYZ(n, places.getX(n), places.getY(n) * squash[0]!, places.getZ(n) * squash[1]!);
  ball.computeVertexNormals();
  return ball;
}
