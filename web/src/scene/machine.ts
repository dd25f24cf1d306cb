// A machine's model from its file: one mesh a material, with the stowed shape beside the deployed one where it has two.

import { BufferAttribute, BufferGeometry, Color, DoubleSide, Group, Mesh, MeshStandardMaterial } from 'three';
import type { Run } from '../data/run';
import type { ModelTable } from './contents';
import { inflated, rows } from './unpack';

/** `stow(0)` is the shape on the ground, `stow(1)` the folded one. */
export class Machine {
  readonly group = new Group();
  readonly materials: MeshStandardMaterial[] = [];
  private readonly meshes: Mesh[] = [];

  static async load(run: Run, table: ModelTable): Promise<Machine> {
    const machine = new Machine();
    const bytes = await inflated(await run.asset(`scene/${table.file}`));
    let offset = 0;
    for (const part of table.parts) {
      const columns = table.two_shapes ? 9 : 6;
      const [corners, after] = rows(bytes, offset, part.corners, columns);
      const [triangles, next] = rows(bytes, after, part.triangles, 3);
      offset = next;
      machine.add(part, geometry(table, corners, columns, triangles));
    }
    return machine;
  }

  stow(share: number): void {
    for (const mesh of this.meshes) if (mesh.morphTargetInfluences) mesh.morphTargetInfluences[0] = share;
  }

  dispose(): void {
    for (const mesh of this.meshes) mesh.geometry.dispose();
    for (const material of this.materials) material.dispose();
  }

  private add(part: ModelTable['parts'][number], shape: BufferGeometry): void {
    const material = new MeshStandardMaterial({ color: new Color(...part.colour), roughness: Math.max(part.roughness, 0.3), metalness: part.metallic, side: DoubleSide, name: part.material });
    const mesh = new Mesh(shape, material);
    mesh.castShadow = mesh.receiveShadow = true;
    mesh.frustumCulled = false;
    this.group.add(mesh);
    this.meshes.push(mesh);
    this.materials.push(material);
  }
}

function geometry(table: ModelTable, corners: Uint16Array, columns: number, triangles: Uint16Array): BufferGeometry {
  const n = corners.length / columns;
  const shape = new BufferGeometry();
  const read = (first: number, scale: (value: number, axis: number) => number): BufferAttribute => {
    const out = new Float32Array(3 * n);
    for (let k = 0; k < n; k += 1) for (let axis = 0; axis < 3; axis += 1) out[3 * k + axis] = scale(corners[k * columns + first + axis]!, axis);
    return new BufferAttribute(out, 3);
  };
  const place = (value: number, axis: number): number => table.low[axis]! + table.step * value;
  shape.setAttribute('position', read(0, place));
  shape.setAttribute('normal', read(columns - 3, (value) => (value - 120) / 120));
  if (table.two_shapes) shape.morphAttributes.position = [read(3, place)];
  shape.setIndex(new BufferAttribute(triangles, 1));
  return shape;
}
