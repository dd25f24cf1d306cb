// The inverse of `skycrane.cameras.scene.packing`: inflate, put bytes together, undo differences of neighbours.

export async function inflated(bytes: ArrayBuffer): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Small differences of either sign, told as small numbers, from a plane of low bytes and one of high bytes. */
function residuals(bytes: Uint8Array, offset: number, count: number): Int32Array {
  const out = new Int32Array(count);
  for (let n = 0; n < count; n += 1) {
    const z = bytes[offset + n]! | (bytes[offset + count + n]! << 8);
    out[n] = z & 1 ? -((z + 1) >> 1) : z >> 1;
  }
  return out;
}

/** A square of 16-bit numbers, each told as its difference from west + south - south-west. */
export function grid(bytes: Uint8Array, side: number): Uint16Array {
  const r = residuals(bytes, 0, side * side);
  const out = new Uint16Array(side * side);
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) {
      const k = j * side + i;
      const west = i ? out[k - 1]! : 0;
      const south = j ? out[k - side]! : 0;
      const corner = i && j ? out[k - side - 1]! : 0;
      out[k] = r[k]! + west + south - corner;
    }
  }
  return out;
}

/** Rows of `columns` 16-bit numbers from a place in the bytes on; and where the next begin. */
export function rows(bytes: Uint8Array, offset: number, count: number, columns: number): [Uint16Array, number] {
  const r = residuals(bytes, offset, count * columns);
  const out = new Uint16Array(count * columns);
  for (let c = 0; c < columns; c += 1) {
    let value = 0;
    for (let n = 0; n < count; n += 1) {
      value += r[c * count + n]!;
      out[n * columns + c] = value;
    }
  }
  return [out, offset + 2 * count * columns];
}
