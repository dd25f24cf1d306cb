// How a level of ground is coloured: its baked light, grain where the eye is closer than the texture, shadows of the machines, and haze.

import { FrontSide, ShaderMaterial, UniformsLib, UniformsUtils, Vector2, type Texture } from 'three';
import { AIR, type Uniforms } from './atmosphere';
import { GLOBE } from './backdrop';
import type { GroundLevel, SceneTable } from './contents';

export function groundMaterial(table: SceneTable, level: GroundLevel, light: Texture, grain: Texture, air: Uniforms, globe: Uniforms, coarsest: boolean): ShaderMaterial {
  const shared = UniformsUtils.merge([UniformsLib.lights]);
  const own: Uniforms = {
    light: { value: light },
    grain: { value: grain },
    white: { value: table.sky.white },
    corner: { value: new Vector2() },
    width: { value: table.ground.cells * level.spacing },
    shaded: { value: shadowShare(table) },
    place: { value: new Vector2(level.west, level.south) },
    hazy: { value: 1 },
  };
  return new ShaderMaterial({
    uniforms: { ...shared, ...air, ...globe, ...own },
    lights: true,
    side: FrontSide,
    defines: { STEPS: 5, ...(coarsest ? { COARSEST: 1 } : {}) },
    vertexShader: /* glsl */ `
      #define HAS_NORMAL
      ${AIR}
      uniform vec2 corner; uniform float width;
      varying vec2 at; varying vec3 haze; varying float clear; varying vec3 seen;
      #include <common>
      #include <logdepthbuf_pars_vertex>
      #include <shadowmap_pars_vertex>
      void main() {
        vec3 transformedNormal = normalMatrix * vec3(0.0, 0.0, 1.0);
        vec4 worldPosition = modelMatrix * vec4(position, 1.0);
        vec4 mvPosition = viewMatrix * worldPosition;
        gl_Position = projectionMatrix * mvPosition;
        at = (corner + position.xy) / width;
        seen = worldPosition.xyz;
        float away = length(seen);
        scatter(seen / away, 0.0, away, haze, clear);
        #include <logdepthbuf_vertex>
        #include <shadowmap_vertex>
      }`,
    fragmentShader: /* glsl */ `
      ${AIR} ${GLOBE}
      uniform sampler2D light; uniform sampler2D grain; uniform float white; uniform float width; uniform vec2 place; uniform vec3 shaded; uniform float hazy;
      varying vec2 at; varying vec3 haze; varying float clear; varying vec3 seen;
      #include <common>
      #include <packing>
      #include <lights_pars_begin>
      #include <logdepthbuf_pars_fragment>
      #include <shadowmap_pars_fragment>
      #include <shadowmask_pars_fragment>
      /* turned, so that octaves do not share the lattice's directions; slopes turned back */
      vec3 fine(vec2 p, float a) {
        mat2 turn = mat2(cos(a), sin(a), -sin(a), cos(a));
        vec3 g = texture2D(grain, turn * p).rgb - 0.5;
        return vec3(g.xy * turn, g.z);
      }
      void main() {
        #include <logdepthbuf_fragment>
        vec3 colour = texture2D(light, at).rgb * white;
        /* finer than the texture: octaves that repeat often enough to be unlike each other */
        vec3 small = 0.8 * fine(at * 29.0, 0.5) + fine(at * 71.0, 1.7) + fine(at * 173.0, 2.6) + fine(at * 449.0, 4.1);
        float tilt = -dot(small.xy, sun.xy) / max(sun.z, 0.2);
        colour *= clamp(1.0 + 0.36 * tilt + 0.13 * small.z, 0.45, 1.6);
        colour *= mix(shaded, vec3(1.0), getShadowMask());
        #ifdef COARSEST
        vec2 from = abs(at - 0.5) * 2.0;
        float edge = smoothstep(0.72, 0.97, max(from.x, from.y));
        if (edge > 0.0) colour = mix(colour, globe(place + at * width, normalize(seen - planet)), edge);
        #endif
        gl_FragColor = vec4(mix(colour, colour * clear + haze, hazy), 1.0);
        #include <tonemapping_fragment>
        #include <colorspace_fragment>
      }`,
  });
}

/** What is left of the light on level ground where the Sun does not reach: the sky's, colour by colour. */
function shadowShare(table: SceneTable): [number, number, number] {
  const direct = table.sky.sun_irradiance * Math.max(table.sun[table.sun.length - 1]!.direction[2], 0.05);
  const [r, g, b] = table.sky.sky_irradiance;
  return [r / (r + direct), g / (g + direct), b / (b + direct)];
}
