// Behind everything: the sky, black above and butterscotch below, the rim of the air, and the globe beyond the terrain.
//
// One triangle over the whole picture; each pixel asks whether its ray meets the planet. The globe's craters and shades are an artist's.

import { BufferAttribute, BufferGeometry, Matrix4, Mesh, ShaderMaterial, Vector3, type Texture } from 'three';
import { AIR, type Uniforms } from './atmosphere';
import type { SceneTable } from './contents';

/** Colour of the globe beyond the terrain, by place in the tangent plane of the site [m]; also fades the terrain's edge. */
export const GLOBE = /* glsl */ `
uniform sampler2D cratered; uniform vec3 beyondColour; uniform float sunIrradiance; uniform vec3 skyIrradiance;
vec3 patch_(vec2 p, float a) {
  mat2 turn = mat2(cos(a), sin(a), -sin(a), cos(a));
  vec3 g = texture2D(cratered, turn * p).rgb - 0.5;
  return vec3(g.xy * turn, g.z);
}
vec3 globe(vec2 place, vec3 up) {
  vec3 big = patch_(place / 1100000.0 + 0.31, 0.4);
  vec3 one = patch_(place / 370000.0 + 0.17, 1.3);
  vec3 two = patch_(place / 93000.0 + 0.55, 2.5);
  vec3 few = patch_(place / 21000.0, 3.6);
  vec3 most = patch_(place / 5200.0 + 0.4, 5.0);
  vec2 slope = 0.9 * big.xy + 1.5 * one.xy + 1.9 * two.xy + 1.5 * few.xy + 0.8 * most.xy;
  float dark = 1.2 * big.z + 0.7 * one.z + 0.4 * two.z + 0.2 * few.z + 0.1 * most.z;
  vec3 east = normalize(vec3(up.z, 0.0, -up.x));
  vec3 normal = normalize(up - slope.x * east - slope.y * cross(up, east));
  vec3 reflectance = beyondColour * (0.95 + 0.8 * dark) * mix(vec3(1.0), vec3(1.08, 0.97, 0.86), clamp(2.0 * dark, -1.0, 1.0));
  float mu = dot(up, sun);
  float direct = sunlight(0.0, mu) * max(dot(normal, sun), 0.0) * smoothstep(-0.02, 0.1, mu);
  return reflectance / 3.1415927 * (direct + skyIrradiance * smoothstep(-0.1, 0.3, mu));
}
`;

export class Backdrop {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;

  constructor(table: SceneTable, air: Uniforms, globe: Uniforms) {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3));
    const material = new ShaderMaterial({
      uniforms: { ...air, ...globe, rayFromClip: { value: new Matrix4() }, beyond: { value: table.ground.beyond_m }, eyeHeight: { value: 0 }, siteUp: { value: new Vector3(0, 0, 1) } },
      defines: { STEPS: 7 },
      vertexShader: /* glsl */ `
        uniform mat4 rayFromClip; varying vec3 ray;
        void main() { gl_Position = vec4(position.xy, 1.0, 1.0); vec4 p = rayFromClip * vec4(position.xy, -1.0, 1.0); ray = p.xyz / p.w; }`,
      fragmentShader: /* glsl */ `
        ${AIR} ${GLOBE}
        uniform float beyond; uniform float eyeHeight; varying vec3 ray;
        void main() {
          vec3 dir = normalize(ray);
          float b = dot(planet, dir);
          /* the level below the eye, however low it is: then the horizon stays where the eye has it */
          float ground = radius + min(beyond, eyeHeight - 3.0);
          float away = radius + eyeHeight;
          float miss = away * away - b * b;
          float inside = ground * ground - miss;
          bool hits = b > 0.0 && inside > 0.0;
          float top = radius + 130000.0;
          float shell = top * top - miss;
          vec3 light = vec3(0.0); float kept = 1.0;
          float enter = shell > 0.0 ? max(b - sqrt(shell), 0.0) : 0.0;
          float leave = shell > 0.0 ? b + sqrt(shell) : 0.0;
          float reach = hits ? (away - ground) * (away + ground) / (b + sqrt(inside)) : leave;
          if (shell > 0.0 && leave > 0.0) scatter(dir, enter, hits ? max(reach, 1.0) : leave, light, kept);
          vec3 colour = light;
          if (hits) {
            vec3 up = normalize(dir * reach - planet);
            vec2 level = up.xy / max(length(up.xy), 1e-9) * atan(length(up.xy), up.z) * radius;
            colour += kept * globe(level, up);
          } else {
            float c = dot(dir, sun);
            colour += kept * (air == 0.0 ? 0.0 : smoothstep(0.999992, 0.9999945, c) * 30.0);
          }
          gl_FragColor = vec4(colour, 1.0);
          #include <tonemapping_fragment>
          #include <colorspace_fragment>
        }`,
      depthTest: false,
      depthWrite: false,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -1000;
  }

  /** Before a picture: how pixels become rays, and how high the eye is over the site's level [m]. */
  look(rayFromClip: Matrix4, eyeHeight: number): void {
    this.mesh.material.uniforms.rayFromClip!.value = rayFromClip;
    this.mesh.material.uniforms.eyeHeight!.value = eyeHeight;
  }
}

export function globeUniforms(table: SceneTable, cratered: Texture): Uniforms {
  return {
    cratered: { value: cratered },
    beyondColour: { value: new Vector3(...table.ground.beyond_colour) },
    sunIrradiance: { value: table.sky.sun_irradiance },
    skyIrradiance: { value: new Vector3(...table.sky.sky_irradiance) },
  };
}
