// The glow of hot gas around the heat shield, as bright as the record's convective heat flux. Where it is and how bright: from the record.
// Colour and shape are an artist's: the shock layer of a real entry glows mostly beyond the red and in the violet.

import { AdditiveBlending, DoubleSide, Group, LatheGeometry, Mesh, ShaderMaterial, Vector2, type BufferGeometry } from 'three';

const FULL = 8.0e5; // [W/m^2] heat flux at which the glow is whole

export class Plasma {
  readonly group = new Group();
  private readonly shells: Mesh<BufferGeometry, ShaderMaterial>[];

  constructor(diameter: number) {
    const r = diameter / 2;
    const cap = profile((s) => [s * r * 1.07, -0.22 + 0.5 * s ** 2 + 0.28 * s ** 8], 26);
    const wake = profile((s) => [r * (1.1 + 0.32 * s - 0.85 * s * s), 0.55 + 19 * s ** 1.25], 40);
    const core = profile((s) => [r * (0.93 - 0.78 * s), 2.6 + 26 * s], 24);
    this.shells = [shell(cap, 0), shell(wake, 1), shell(core, 2)];
    this.group.add(...this.shells);
  }

  /** 0 to 1 */
  strength(heat: number): number {
    return Math.min(1.15, Math.pow(Math.max(heat, 0) / FULL, 0.9));
  }

  show(heat: number, t: number, on: boolean): void {
    const strength = this.strength(heat);
    this.group.visible = on && strength > 0.02;
    for (const { material } of this.shells) {
      material.uniforms.strength!.value = strength;
      material.uniforms.time!.value = t;
    }
  }

  dispose(): void {
    for (const { geometry, material } of this.shells) {
      geometry.dispose();
      material.dispose();
    }
  }
}

function profile(at: (s: number) => [number, number], count: number): Vector2[] {
  return Array.from({ length: count }, (_, k) => new Vector2(...at(k / (count - 1))));
}

function shell(line: Vector2[], kind: number): Mesh<BufferGeometry, ShaderMaterial> {
  const geometry = new LatheGeometry(line, 64);
  geometry.rotateX(Math.PI / 2); // about the model's z, which points away from the flow
  const material = new ShaderMaterial({
    uniforms: { strength: { value: 0 }, time: { value: 0 } },
    defines: { KIND: kind },
    vertexShader: /* glsl */ `
      varying vec2 along; varying vec3 facing; varying vec3 view;
      #include <common>
      #include <logdepthbuf_pars_vertex>
      void main() {
        along = uv; vec4 p = modelViewMatrix * vec4(position, 1.0);
        facing = normalize(normalMatrix * normal); view = normalize(-p.xyz);
        gl_Position = projectionMatrix * p;
        #include <logdepthbuf_vertex>
      }`,
    fragmentShader: /* glsl */ `
      uniform float strength; uniform float time; varying vec2 along; varying vec3 facing; varying vec3 view;
      #include <common>
      #include <logdepthbuf_pars_fragment>
      float streak(vec2 p) {
        return 0.5 + 0.5 * sin(p.x * 43.98 + 2.0 * sin(p.y * 7.0 - time * 9.0)) * sin(p.x * 18.85 + 5.0 * p.y - time * 6.0);
      }
      void main() {
        #include <logdepthbuf_fragment>
        float side = abs(dot(normalize(facing), normalize(view)));
        float edge = pow(1.0 - side, 1.6);
        vec3 colour; float glow;
        #if KIND == 0
          glow = (0.30 + 1.5 * edge) * (0.75 + 0.25 * along.y);
          colour = mix(vec3(1.0, 0.74, 0.46), vec3(1.0, 0.42, 0.28), along.y);
        #elif KIND == 1
          float fade = pow(1.0 - along.y, 1.7) * smoothstep(0.0, 0.05, along.y + 0.03);
          glow = fade * (0.25 + 0.9 * edge) * (0.45 + 0.55 * streak(along));
          colour = mix(vec3(1.0, 0.45, 0.20), vec3(0.72, 0.24, 0.36), along.y);
        #else
          float fade = pow(1.0 - along.y, 2.2) * smoothstep(0.0, 0.12, along.y);
          glow = 0.45 * fade * side * (0.6 + 0.4 * streak(along * vec2(1.0, 2.0) + 0.3));
          colour = vec3(1.0, 0.62, 0.40);
        #endif
        gl_FragColor = vec4(colour * glow * strength, 1.0);
      }`,
    transparent: true,
    depthWrite: false,
    side: DoubleSide,
    blending: AdditiveBlending,
    toneMapped: false,
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.renderOrder = 20;
  return mesh;
}
