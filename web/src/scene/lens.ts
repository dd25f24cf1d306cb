// A mission camera's picture as its optics look: the detector's shape with black beside it, bent by the lens where it bends, grey where it is.
//
// A round distortion is a table of angle against distance from the middle. The scene is drawn flat and somewhat wider, then each pixel looks
// up where its ray went; beyond 75 degrees off the axis a flat picture shows nothing, so the corners of the widest lenses stay dark.

import { BufferAttribute, BufferGeometry, Camera, ClampToEdgeWrapping, DataTexture, FloatType, HalfFloatType, LinearFilter, Mesh, NearestFilter, RedFormat, Scene, ShaderMaterial, WebGLRenderTarget, type WebGLRenderer } from 'three';
import type { CameraTable } from './contents';

const WIDEST = (75 * Math.PI) / 180;

/** Half the height [rad] of the flat picture that holds a camera's. */
export function flatField(camera: CameraTable): number {
  const { corner, angles_rad: angles, pinhole } = camera.lens;
  const last = angles.length - 1;
  const vertical = camera.rows / camera.columns / corner;
  const atEdge = angles[Math.min(last, Math.round(vertical * last))]!;
  if (pinhole) return Math.atan((Math.tan(angles[last]!) * vertical));
  return Math.min(Math.max(atEdge, Math.atan(Math.tan(Math.min(angles[last]!, WIDEST)) * vertical)), WIDEST);
}

export class LensPass {
  private readonly target = new WebGLRenderTarget(4, 4, { type: HalfFloatType, minFilter: LinearFilter, magFilter: LinearFilter });
  private readonly scene = new Scene();
  private readonly eye = new Camera();
  private readonly material: ShaderMaterial;

  constructor() {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3));
    this.material = new ShaderMaterial({
      uniforms: { flat_: { value: this.target.texture }, table: { value: null }, corner: { value: 1 }, shape: { value: 1 }, flatTan: { value: [1, 1] }, grey: { value: 0 } },
      vertexShader: 'varying vec2 at; void main() { at = position.xy; gl_Position = vec4(position.xy, 0.0, 1.0); }',
      fragmentShader: /* glsl */ `
        uniform sampler2D flat_; uniform sampler2D table; uniform float corner; uniform float shape; uniform vec2 flatTan; uniform float grey; varying vec2 at;
        void main() {
          vec2 p = vec2(at.x, at.y * shape);
          float r = length(p);
          float row = clamp(r / corner, 0.0, 1.0) * 32.0;
          float k = floor(min(row, 31.0));
          float angle = mix(texelFetch(table, ivec2(int(k), 0), 0).r, texelFetch(table, ivec2(int(k) + 1, 0), 0).r, row - k);
          vec2 q = angle < 1.53 ? p / max(r, 1e-6) * tan(angle) / flatTan : vec2(9.0);
          float seen = step(max(abs(q.x), abs(q.y)), 1.0);
          vec3 colour = texture2D(flat_, q * 0.5 + 0.5).rgb * seen;
          float cos4 = pow(cos(min(angle, 1.2)), 1.2);
          colour *= mix(1.0, cos4, 0.6);
          if (grey > 0.5) colour = vec3(dot(colour, vec3(0.35, 0.45, 0.20)));
          gl_FragColor = vec4(colour, 1.0);
          #include <tonemapping_fragment>
          #include <colorspace_fragment>
        }`,
      depthTest: false,
      depthWrite: false,
    });
    const quad = new Mesh(geometry, this.material);
    quad.frustumCulled = false;
    this.scene.add(quad);
  }

  /** Whether a camera needs the pass: a bent lens, or a detector without colour. */
  static wanted(camera: CameraTable): boolean {
    return !camera.lens.pinhole || camera.grey;
  }

  /** Draw a flat picture with `draw`, then bend it into the viewport that is set. */
  through(renderer: WebGLRenderer, camera: CameraTable, width: number, height: number, field: number, draw: () => void): void {
    this.target.setSize(Math.max(4, Math.round(width)), Math.max(4, Math.round(height)));
    const before = renderer.getRenderTarget();
    renderer.setRenderTarget(this.target);
    draw();
    renderer.setRenderTarget(before);
    const { uniforms } = this.material;
    uniforms.table!.value = this.angles(camera);
    uniforms.corner!.value = camera.lens.corner;
    uniforms.shape!.value = camera.rows / camera.columns;
    uniforms.flatTan!.value = [Math.tan(field) * (camera.columns / camera.rows), Math.tan(field)];
    uniforms.grey!.value = camera.grey ? 1 : 0;
    renderer.render(this.scene, this.eye);
  }

  dispose(): void {
    this.target.dispose();
    this.material.dispose();
    for (const each of this.tables.values()) each.dispose();
  }

  private readonly tables = new Map<string, DataTexture>();

  private angles(camera: CameraTable): DataTexture {
    const before = this.tables.get(camera.id);
    if (before) return before;
    const made = new DataTexture(new Float32Array(camera.lens.angles_rad), camera.lens.angles_rad.length, 1, RedFormat, FloatType);
    made.minFilter = made.magFilter = NearestFilter;
    made.wrapS = made.wrapT = ClampToEdgeWrapping;
    made.needsUpdate = true;
    this.tables.set(camera.id, made);
    return made;
  }
}
