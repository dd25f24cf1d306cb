// Light scattered by the dust of Mars along a line of sight, for every shader: the sky of `skycrane.cameras.sky`, over a round planet.
//
// Dust of vertical optical depth tau thins as exp(-h/H). A line of sight is cut into steps that crowd where it comes lowest; each step adds
// sunlight scattered once (two Henyey-Greenstein lobes) and an even glow of what is scattered again.

import { Vector3, type IUniform } from 'three';
import type { SkyTable } from './contents';

/** Share of the dust that is drawn along lines of sight: an artist's, so that the ground keeps its contrast from high up. */
const CLEAR = 0.6;

/** The sky of the pictures, somewhat warmer: an artist's. */
const WARM = [1.07, 0.92, 0.75] as const;

export type Uniforms = Record<string, IUniform>;

/** Shared by every material: `planet` is the planet's centre as seen from the eye, `radius` that of the level it is measured from. */
export function airUniforms(sky: SkyTable, radius: number): Uniforms {
  return {
    planet: { value: new Vector3(0, 0, -radius) },
    radius: { value: radius },
    sun: { value: new Vector3(0, 0, 1) },
    tau: { value: sky.optical_depth },
    clarity: { value: CLEAR },
    warm: { value: new Vector3(...WARM) },
    scaleHeight: { value: sky.scale_height_m },
    albedo: { value: new Vector3(...sky.albedo) },
    glow: { value: new Vector3(...sky.glow) },
    lobes: { value: new Vector3(...sky.lobes) },
    air: { value: 1 },
  };
}

export const AIR = /* glsl */ `
uniform vec3 planet; uniform float radius; uniform vec3 sun; uniform float tau; uniform float scaleHeight;
uniform vec3 albedo; uniform vec3 glow; uniform vec3 lobes; uniform float air; uniform float clarity; uniform vec3 warm;

float lobe(float g, float c) { return (1.0 - g * g) / pow(max(1.0 + g * g - 2.0 * g * c, 1e-4), 1.5); }
float phase(float c) { return lobes.z * lobe(lobes.x, c) + (1.0 - lobes.z) * lobe(lobes.y, c); }

/* Light added and share kept between a and b [m] along a direction from the eye. */
void scatter(vec3 dir, float a, float b, out vec3 light, out float kept) {
  light = vec3(0.0); kept = 1.0;
  if (air == 0.0) return;
  float lowest = clamp(dot(planet, dir), a, b);
  vec3 single = albedo * phase(dot(dir, sun)) / 12.566371;
  float before = a;
  for (int k = 0; k < 2 * STEPS; k++) {
    float s = k < STEPS ? 1.0 - float(k + 1) / float(STEPS) : float(k - STEPS + 1) / float(STEPS);
    float after = k < STEPS ? mix(lowest, a, s * s) : mix(lowest, b, s * s);
    float middle = 0.5 * (before + after);
    vec3 up = dir * middle - planet;
    float r = length(up);
    float thin = exp(-max(r - radius, 0.0) / scaleHeight);
    float depth = clarity * tau / scaleHeight * thin * (after - before);
    float mu = dot(up, sun) / r;
    float lit = exp(-tau * thin / max(mu, 0.05)) * smoothstep(-0.1, 0.1, mu);
    vec3 source = single * lit + glow * (0.3 + 0.7 * thin) * smoothstep(-0.15, 0.2, mu);
    float pass = exp(-depth);
    light += kept * (1.0 - pass) * source;
    kept *= pass;
    before = after;
  }
  light *= warm;
}

/* Sunlight that arrives at a height over the level, on a surface that faces the Sun. */
float sunlight(float height, float mu) { return exp(-tau * exp(-max(height, 0.0) / scaleHeight) / max(mu, 0.05)); }
`;
