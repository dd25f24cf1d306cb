// Sun, sky and exposure: one lamp that casts the machines' shadows, light from all around, and how sensitive the eye is.

import { BackSide, Color, DirectionalLight, Mesh, NeutralToneMapping, PMREMGenerator, Scene, ShaderMaterial, SphereGeometry, Vector3, type WebGLRenderer } from 'three';
import type { Uniforms } from './atmosphere';
import type { SceneTable } from './contents';
import { vector } from './moment';

const BRIGHT = 0.46; // share of white at which sunlit level ground is shown
const [AEROSHELL, LOWERED] = [4, 15]; // [m] half width of what casts shadows, before and after the rover is let down

export class Light {
  readonly lamp = new DirectionalLight(0xffffff, 1);

  constructor(private readonly table: SceneTable, private readonly renderer: WebGLRenderer, private readonly scene: Scene) {
    renderer.toneMapping = NeutralToneMapping;
    renderer.toneMappingExposure = BRIGHT / (table.sky.white * 0.62);
    const { shadow } = this.lamp;
    this.lamp.castShadow = true;
    shadow.mapSize.set(1024, 1024);
    shadow.bias = -0.0004;
    shadow.normalBias = 0.03;
    this.surround();
  }

  /** Draw what polished metal shows; again after the graphics context was lost. */
  surround(): void {
    this.scene.environment?.dispose();
    this.scene.environment = this.surroundings();
  }

  /** Towards the Sun at a time; it moves a degree or two. */
  direction(t: number): Vector3 {
    const [a, b] = [this.table.sun[0]!, this.table.sun[this.table.sun.length - 1]!];
    const share = Math.min(1, Math.max(0, (t - a.t_s) / Math.max(b.t_s - a.t_s, 1)));
    return vector(a.direction).lerp(vector(b.direction), share).normalize();
  }

  /** Light as it is at a height over the site's level, shadows around `middle` (site frame). */
  at(t: number, height: number, up: Vector3, middle: Vector3, lowered: boolean, casts: boolean, air: Uniforms): void {
    const sun = this.direction(t);
    air.sun!.value.copy(sun);
    const thin = Math.exp(-Math.max(height, 0) / this.table.sky.scale_height_m);
    this.lamp.intensity = Math.exp((-this.table.sky.optical_depth * thin) / Math.max(sun.dot(up), 0.05)) * Number(sun.dot(up) > -0.05);
    this.lamp.color = new Color(1, 0.985, 0.955);
    this.lamp.castShadow = casts;
    const reach = lowered ? LOWERED : AEROSHELL;
    const box = this.lamp.shadow.camera;
    Object.assign(box, { left: -reach, right: reach, top: reach, bottom: -reach, near: 1, far: 700 });
    box.updateProjectionMatrix();
    this.lamp.position.copy(middle).addScaledVector(sun, 260);
    this.lamp.target.position.copy(middle);
    this.scene.environmentIntensity = 0.55 + 0.45 * thin;
  }

  dispose(): void {
    this.scene.environment?.dispose();
    this.lamp.dispose();
  }

  /** Sky above, lit ground below, as radiance: what polished metal shows. */
  private surroundings(): Scene['environment'] {
    const { sky_irradiance: [r, g, b], ground_reflectance: [x, y, z], sun_irradiance: sun } = this.table.sky;
    const direct = sun * Math.max(this.table.sun[0]!.direction[2], 0.1);
    const above = new Color(r, g, b).multiplyScalar(1 / Math.PI);
    const below = new Color(x * (direct + r), y * (direct + g), z * (direct + b)).multiplyScalar(1 / Math.PI);
    const material = new ShaderMaterial({
      uniforms: { above: { value: above }, below: { value: below } },
      side: BackSide,
      depthWrite: false,
      toneMapped: false,
      vertexShader: 'varying vec3 p; void main() { p = position; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }',
      // the environment's y is up, the site's z: turned with scene.environmentRotation
      fragmentShader: 'uniform vec3 above; uniform vec3 below; varying vec3 p; void main() { float h = normalize(p).y; gl_FragColor = vec4(mix(below, above * (1.35 - 0.5 * max(h, 0.0)), smoothstep(-0.06, 0.06, h)), 1.0); }',
    });
    const ball = new Mesh(new SphereGeometry(10, 24, 16), material);
    const around = new Scene();
    around.add(ball);
    const generator = new PMREMGenerator(this.renderer);
    const { texture } = generator.fromScene(around, 0, 0.1, 100, { size: 64 });
    generator.dispose();
    ball.geometry.dispose();
    material.dispose();
    this.scene.environmentRotation.set(Math.PI / 2, 0, 0);
    return texture;
  }
}
