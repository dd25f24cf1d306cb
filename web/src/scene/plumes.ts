// The exhaust of the descent engines, as long and bright as the record's throttles. Hydrazine burns without flame: what is drawn is an
// artist's, a plume that cameras hardly see, made visible.

import { AdditiveBlending, CylinderGeometry, DoubleSide, Group, Mesh, Quaternion, ShaderMaterial, Vector3, type BufferGeometry } from 'three';
import type { VehicleTable } from './contents';
import { vector } from './moment';

const LENGTH = 5.2; // [m] at full thrust

export class Plumes {
  readonly group = new Group();
  private readonly jets: Mesh<BufferGeometry, ShaderMaterial>[];

  constructor(table: NonNullable<VehicleTable['engines']>) {
    this.jets = table.places.map((place, n) => {
      const geometry = new CylinderGeometry(0.15, 0.78, 1, 28, 8, true);
      geometry.translate(0, -0.5, 0);
      const jet = new Mesh(geometry, material());
      const bell = vector(place).addScaledVector(vector(table.exhausts[n]!), 0.29);
      jet.position.copy(bell);
      jet.quaternion.copy(new Quaternion().setFromUnitVectors(new Vector3(0, -1, 0), vector(table.exhausts[n]!)));
      jet.frustumCulled = false;
      jet.renderOrder = 15;
      return jet;
    });
    this.group.add(...this.jets);
  }

  show(throttle: number[], t: number): void {
    this.jets.forEach((jet, n) => {
      const thrust = throttle[n] ?? 0;
      jet.visible = thrust > 0.02;
      jet.scale.set(1, LENGTH * (0.35 + 0.65 * thrust), 1);
      jet.material.uniforms.thrust!.value = thrust;
      jet.material.uniforms.time!.value = t + 0.37 * n;
    });
  }

  dispose(): void {
    for (const { geometry, material: each } of this.jets) {
      geometry.dispose();
      each.dispose();
    }
  }
}

function material(): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: { thrust: { value: 0 }, time: { value: 0 } },
    vertexShader: /* glsl */ `
      varying float down; varying vec3 facing; varying vec3 view;
      #include <common>
      #include <logdepthbuf_pars_vertex>
      void main() {
        down = -position.y; vec4 p = modelViewMatrix * vec4(position, 1.0);
        facing = normalize(normalMatrix * vec3(normal.x, 0.0, normal.z)); view = normalize(-p.xyz);
        gl_Position = projectionMatrix * p;
        #include <logdepthbuf_vertex>
      }`,
    fragmentShader: /* glsl */ `
      uniform float thrust; uniform float time; varying float down; varying vec3 facing; varying vec3 view;
      #include <common>
      #include <logdepthbuf_pars_fragment>
      void main() {
        #include <logdepthbuf_fragment>
        float middle = pow(abs(dot(normalize(facing), normalize(view))), 2.2);
        float nodes = 0.82 + 0.18 * sin(26.0 * down - 11.0 * time) * exp(-3.0 * down);
        float glow = middle * exp(-3.1 * down) * (1.0 - smoothstep(0.75, 1.0, down)) * nodes;
        vec3 colour = mix(vec3(0.80, 0.88, 1.0), vec3(1.0, 0.80, 0.62), smoothstep(0.05, 0.6, down));
        gl_FragColor = vec4(colour * glow * (0.12 + 0.42 * thrust), 1.0);
      }`,
    transparent: true,
    depthWrite: false,
    side: DoubleSide,
    blending: AdditiveBlending,
    toneMapped: false,
  });
}
