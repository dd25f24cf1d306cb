// Dust that the engines lift near the ground: soft sheets that run outwards from where the plumes meet it and thicken (0.05 m + 0.11 r), as in
// skycrane.cameras.dust, which also says how much: throttle times (1 - height / 30 m)^1.5. The puffs themselves are an artist's.

import { DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, PlaneGeometry, ShaderMaterial, Vector3 } from 'three';
import { draws } from './grain';
import { vector, type Moment, type Moments } from './moment';

const PUFFS = 520;
const START = 30; // [m] engine height at which dust begins to move
const LINGER = [0, 0.7, 1.5, 2.6, 4, 6, 9]; // [s] dust that is up comes down slowly

interface Jets { foot: Vector3; strength: number }

export class Dust {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly seeds = new Float32Array(PUFFS * 4);

  constructor(private readonly moments: Moments, private readonly upAt: (east: number, north: number) => number, colour: [number, number, number]) {
    const draw = draws(99);
    for (let n = 0; n < this.seeds.length; n += 1) this.seeds[n] = draw();
    const quad = new PlaneGeometry(1, 1);
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(quad.getIndex());
    geometry.setAttribute('position', quad.getAttribute('position'));
    geometry.setAttribute('puff', new InstancedBufferAttribute(new Float32Array(PUFFS * 4), 4).setUsage(DynamicDrawUsage));
    geometry.setAttribute('density', new InstancedBufferAttribute(new Float32Array(PUFFS), 1).setUsage(DynamicDrawUsage));
    this.mesh = new Mesh(geometry, material(colour));
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 10;
  }

  /** Puffs of a moment, seen from an eye (site frame). */
  show(moment: Moment, eye: Vector3, on: boolean): void {
    const past = on ? LINGER.map((ago) => ({ ago, jets: this.jets(moment.t - ago) })) : [];
    const strength = Math.max(0, ...past.map(({ ago, jets }) => (jets ? jets.strength * Math.exp(-ago / 3) : 0)));
    this.mesh.visible = strength > 0.01;
    if (!this.mesh.visible) return;
    const latest = past.find(({ jets }) => jets && jets.strength > 0.01)!.jets!;
    this.mesh.position.copy(latest.foot);
    this.spread(moment.t, strength, eye.clone().sub(latest.foot));
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  /** Where the plumes meet the ground, and how hard. */
  private jets(t: number): Jets | null {
    const engines = this.moments.table.vehicle.engines;
    const stage = this.moments.passed('powered_descent_start', t) && t <= this.moments.end ? this.moments.at(t) : null;
    const pose = stage?.poses.get('descent_stage');
    if (!engines || !stage || !pose) return null;
    const ground = this.upAt(pose.origin.x, pose.origin.y);
    const height = pose.origin.z + 1.6 - ground;
    if (height > START || height < 0) return null;
    const action = Math.pow(1 - height / START, 1.5);
    const foot = new Vector3();
    let thrust = 0;
    engines.places.forEach((place, n) => {
      const from = vector(place).applyMatrix4(pose.turn).add(pose.origin);
      const along = vector(engines.exhausts[n]!).applyMatrix4(pose.turn);
      const share = stage.throttle[n] ?? 0;
      if (along.z > -0.2) return;
      foot.addScaledVector(from.addScaledVector(along, (from.z - ground) / -along.z), share);
      thrust += share;
    });
    if (thrust < 0.05) return null;
    foot.divideScalar(thrust).setZ(ground);
    return { foot, strength: Math.min(1.4, thrust * action) };
  }

  private spread(t: number, strength: number, eye: Vector3): void {
    const puffs = this.mesh.geometry.getAttribute('puff') as InstancedBufferAttribute;
    const density = this.mesh.geometry.getAttribute('density') as InstancedBufferAttribute;
    const order = Array.from({ length: PUFFS }, (_, n) => {
      const [angle, phase, lift, kind] = this.seeds.subarray(4 * n, 4 * n + 4) as unknown as [number, number, number, number];
      const life = 2.6 + 3.2 * kind!;
      const age = (t / life + phase!) % 1;
      const r = 0.8 + 21 * Math.pow(age, 0.62) * (0.45 + 0.55 * kind!);
      const a = 2 * Math.PI * angle! + 0.25 * Math.sin(3 * angle! * 6.28 + 0.3 * t);
      const z = (0.05 + 0.13 * r) * (0.15 + 0.85 * lift!);
      const place = new Vector3(r * Math.cos(a), r * Math.sin(a), z);
      const streaks = 0.55 + 0.45 * Math.sin(5 * a + 1.1) * Math.sin(11 * a + 2.3);
      return { place, size: 0.9 + 0.36 * r, amount: strength * 0.30 * (0.4 + 0.6 * streaks) * Math.sin(Math.PI * Math.min(1, age * 1.02)), away: place.distanceToSquared(eye) };
    }).sort((a, b) => b.away - a.away);
    order.forEach(({ place, size, amount }, n) => {
      puffs.setXYZW(n, place.x, place.y, place.z, size);
      density.setX(n, amount);
    });
    puffs.needsUpdate = density.needsUpdate = true;
  }
}

function material([r, g, b]: [number, number, number]): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: { colour: { value: new Vector3(r, g, b) } },
    vertexShader: /* glsl */ `
      attribute vec4 puff; attribute float density; varying vec2 at; varying float amount; varying float turn;
      #include <common>
      #include <logdepthbuf_pars_vertex>
      void main() {
        at = position.xy * 2.0; amount = density; turn = puff.x * 3.1 + puff.y * 1.7;
        vec4 p = modelViewMatrix * vec4(puff.xyz, 1.0);
        float near = smoothstep(0.5, 1.6 * puff.w, -p.z);
        amount *= near;
        p.xy += position.xy * puff.w * vec2(1.25, 0.72);
        gl_Position = projectionMatrix * p;
        #include <logdepthbuf_vertex>
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 colour; varying vec2 at; varying float amount; varying float turn;
      #include <common>
      #include <logdepthbuf_pars_fragment>
      void main() {
        #include <logdepthbuf_fragment>
        float r = length(at);
        float ragged = 0.75 + 0.25 * sin(at.x * 5.0 + turn) * sin(at.y * 6.0 - turn);
        float veil = amount * ragged * pow(max(1.0 - r, 0.0), 1.4);
        gl_FragColor = vec4(colour, veil);
        #include <tonemapping_fragment>
        #include <colorspace_fragment>
      }`,
    transparent: true,
    depthWrite: false,
  });
}
