// A square of made-up ground that repeats: craters and roughness as slopes and shade. The globe beyond the terrain is drawn with it, and what
// is finer than the terrain's textures. It is an artist's: no place on it is a place on Mars.

import { DataTexture, LinearFilter, LinearMipmapLinearFilter, RepeatWrapping, RGBAFormat, UnsignedByteType } from 'three';

const SIDE = 512;

/** Red and green: slope to the east and north, 0.5 level; blue: shade, 0.5 the mean. */
export function grainTexture(craters: boolean): DataTexture {
  const height = roughness(craters ? 21 : 22, craters ? 1.0 : 1.15);
  const shade = roughness(23, 0.9);
  if (craters) addCraters(height);
  const data = new Uint8Array(SIDE * SIDE * 4);
  const gain = craters ? 34 : 30;
  for (let j = 0; j < SIDE; j += 1) {
    for (let i = 0; i < SIDE; i += 1) {
      const k = j * SIDE + i;
      const e = height[j * SIDE + ((i + 1) % SIDE)]! - height[j * SIDE + ((i + SIDE - 1) % SIDE)]!;
      const n = height[((j + 1) % SIDE) * SIDE + i]! - height[((j + SIDE - 1) % SIDE) * SIDE + i]!;
      data[4 * k] = byte(128 + gain * e);
      data[4 * k + 1] = byte(128 + gain * n);
      data[4 * k + 2] = byte(128 + 40 * shade[k]!);
      data[4 * k + 3] = 255;
    }
  }
  const texture = new DataTexture(data, SIDE, SIDE, RGBAFormat, UnsignedByteType);
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.magFilter = LinearFilter;
  texture.generateMipmaps = true;
  texture.anisotropy = 4;
  texture.needsUpdate = true;
  return texture;
}

function byte(x: number): number {
  return Math.max(0, Math.min(255, Math.round(x)));
}

/** Numbers from a seed, the same every time (mulberry32). */
export function draws(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Gradient noise (Perlin's) that repeats, octaves from a quarter of the side down; `keep` is the amplitude's power of the cell's size. */
function roughness(seed: number, keep: number): Float32Array {
  const draw = draws(seed);
  const out = new Float32Array(SIDE * SIDE);
  for (let cells = 4; cells <= 256; cells *= 2) {
    const lattice = Float32Array.from({ length: cells * cells }, () => 2 * Math.PI * draw());
    const amplitude = 5 * Math.pow(4 / cells, keep);
    const ramp = (i: number, j: number, u: number, v: number): number => {
      const angle = lattice[(j % cells) * cells + (i % cells)]!;
      return u * Math.cos(angle) + v * Math.sin(angle);
    };
    for (let j = 0; j < SIDE; j += 1) {
      const y = (j * cells) / SIDE;
      const [j0, v] = [Math.floor(y), y - Math.floor(y)];
      const sv = v * v * v * (v * (6 * v - 15) + 10);
      for (let i = 0; i < SIDE; i += 1) {
        const x = (i * cells) / SIDE;
        const [i0, u] = [Math.floor(x), x - Math.floor(x)];
        const su = u * u * u * (u * (6 * u - 15) + 10);
        const low = ramp(i0, j0, u, v) * (1 - su) + ramp(i0 + 1, j0, u - 1, v) * su;
        const high = ramp(i0, j0 + 1, u, v - 1) * (1 - su) + ramp(i0 + 1, j0 + 1, u - 1, v - 1) * su;
        out[j * SIDE + i]! += amplitude * (low * (1 - sv) + high * sv);
      }
    }
  }
  return out;
}

/** Bowls with rims, many small and few large (number falls with the square of the size), some worn. */
function addCraters(height: Float32Array): void {
  const draw = draws(7);
  for (let n = 0; n < 420; n += 1) {
    const radius = Math.min(3.2 / Math.sqrt(draw() + 0.004), 46);
    const depth = radius * 0.32 * (0.25 + 0.75 * draw());
    const [x, y] = [draw() * SIDE, draw() * SIDE];
    const reach = Math.ceil(radius * 2.2);
    for (let dj = -reach; dj <= reach; dj += 1) {
      for (let di = -reach; di <= reach; di += 1) {
        const r = Math.hypot(di, dj) / radius;
        const bowl = r < 1 ? Math.max(r * r - 1, -0.8) * depth * 0.8 : 0;
        const rim = 0.28 * depth * Math.exp(-((r - 1) ** 2) / (r < 1 ? 0.02 : 0.12));
        const i = (Math.floor(x) + di + 2 * SIDE) % SIDE;
        const j = (Math.floor(y) + dj + 2 * SIDE) % SIDE;
        height[j * SIDE + i]! += bowl + rim;
      }
    }
  }
}
