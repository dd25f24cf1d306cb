// The scene of one run: loads its parts, and draws a view of any moment. The eye is always at the origin and the world moves around it, so
// that nothing trembles far from the site; depth is logarithmic, from three centimetres to the rim of the planet.

import { Group, Matrix4, PCFShadowMap, PerspectiveCamera, Scene as Stage3, Vector3, WebGLRenderer } from 'three';
import type { Run } from '../data/run';
import { airUniforms, type Uniforms } from './atmosphere';
import { Backdrop, globeUniforms } from './backdrop';
import { Cast } from './cast';
import type { SceneTable } from './contents';
import { grainTexture } from './grain';
import { Ground } from './ground';
import { flatField, LensPass } from './lens';
import { Light } from './light';
import { Marks } from './marks';
import { Moments, type Moment } from './moment';
import { Turning } from './orbit';
import { isSoftware, Pace } from './pace';
import { Rocks } from './rocks';
import { Views, type Eye, type Orbit, type View } from './views';

export interface Box { x: number; y: number; width: number; height: number }
export type Layer = 'ghost' | 'labels' | 'plasma' | 'dust';

const EDGE = 0xd9c3a5; // around the small picture
const STILL: Orbit = { yaw: 0, pitch: 0, zoom: 1 };

export class LandingScene {
  readonly ready: Promise<void> = Promise.resolve();
  private readonly world = new Group();
  private readonly camera = new PerspectiveCamera();
  private readonly turning: Turning;
  private readonly lens = new LensPass();
  private readonly pace: Pace;
  private share = 1;
  private view: View = 'chase';
  private inset: View | null = null;
  private t = 0;

  static async load(canvas: HTMLCanvasElement, run: Run, table: SceneTable, renderer: WebGLRenderer, options: { reducedMotion: boolean; maxPixelRatio: number }): Promise<LandingScene> {
    const stage = new Stage3();
    const air = airUniforms(table.sky, table.frame.planet_radius_m + table.frame.lift_m);
    const cratered = grainTexture(true);
    const grain = grainTexture(false);
    const globe = globeUniforms(table, cratered);
    const moments = new Moments(run, table);
    const ground = await Ground.load(run, table, grain, air, globe, Math.min(8, renderer.capabilities.getMaxAnisotropy()));
    const upAt = (east: number, north: number): number => ground.upAt(east, north);
    moments.standOn(upAt);
    const [rocks, cast] = await Promise.all([Rocks.load(run, table.rocks), Cast.load(run, table, moments, upAt)]);
    const parts = { stage, air, ground, rocks, cast, moments, backdrop: new Backdrop(table, air, globe), marks: new Marks(run, table, upAt), views: new Views(moments, table, upAt, options.reducedMotion), light: new Light(table, renderer, stage) };
    return new LandingScene(canvas, table, renderer, options.maxPixelRatio, parts);
  }

  private constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly table: SceneTable,
    private readonly renderer: WebGLRenderer,
    private readonly maxPixelRatio: number,
    private readonly parts: { stage: Stage3; air: Uniforms; ground: Ground; rocks: Rocks; cast: Cast; moments: Moments; backdrop: Backdrop; marks: Marks; views: Views; light: Light },
  ) {
    const { stage, ground, rocks, cast, backdrop, marks, light } = parts;
    this.world.add(ground.group, rocks.group, cast.group, marks.group, light.lamp, light.lamp.target);
    stage.add(backdrop.mesh, this.world);
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = PCFShadowMap;
    renderer.autoClear = false;
    this.pace = new Pace(isSoftware(renderer.getContext()));
    this.turning = new Turning(canvas, () => this.render(this.t));
    canvas.addEventListener('webglcontextrestored', this.restored);
    this.resize();
  }

  /** The mission camera that is shown large, or null: where a computed picture may lie over it. */
  get activeCamera(): string | null {
    return this.table.cameras.some((each) => each.id === this.view) ? this.view : null;
  }

  /** What stands for the view at the moment that was drawn last: from outside once what carried a camera has come down. */
  get shown(): View {
    return this.parts.views.shown(this.view, this.parts.moments.at(this.t));
  }

  /** Views in the order of the keys; cameras of the descent, then all others. */
  get views(): Array<{ view: View; title: string }> {
    const cameras = [...this.table.cameras].sort((a, b) => Number(a.on_s === null) - Number(b.on_s === null));
    return [
      { view: 'chase', title: 'following' },
      { view: 'ground', title: 'from the ground' },
      { view: 'map', title: 'map' },
      { view: 'bridle', title: 'up the bridles' },
      { view: 'bridle-down', title: 'down the bridles' },
      ...cameras.map((each) => ({ view: each.id, title: each.title })),
    ];
  }

  /** Whether a camera is switched on at a time. */
  isOn(camera: string, t: number): boolean {
    const found = this.table.cameras.find((each) => each.id === camera);
    return Boolean(found && found.on_s !== null && t >= found.on_s && (found.off_s === null || t <= found.off_s));
  }

  /** Another flight of the same scene: ground and machines stay, what was flown is new. */
  take(run: Run): void {
    const { parts } = this;
    parts.moments.take(run);
    const { ghost, labels } = parts.marks;
    this.world.remove(parts.marks.group);
    parts.marks.dispose();
    parts.marks = new Marks(run, this.table, (east, north) => parts.ground.upAt(east, north));
    Object.assign(parts.marks, { ghost, labels });
    this.world.add(parts.marks.group);
  }

  /** Draw a moment; coarser where time moves and this machine is slow. What the setters below change is seen with the next one. */
  render(t: number, moving = false): void {
    this.t = t;
    this.keepPace(moving);
    const moment = this.parts.moments.at(t);
    this.renderer.setScissorTest(false);
    this.renderer.setClearColor(0x000000, 1);
    this.renderer.clear();
    this.draw(moment, this.view, this.turning.orbit, this.whole);
    if (this.inset) {
      const box = this.insetBox;
      this.renderer.setScissorTest(true);
      this.renderer.setClearColor(EDGE, 1);
      this.scissor({ x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 });
      this.renderer.clear();
      this.renderer.setClearColor(0x000000, 1);
      this.scissor(box);
      this.renderer.clear();
      this.draw(moment, this.inset, STILL, box);
      this.renderer.setScissorTest(false);
    }
    const { x, y, z } = moment.poses.get('rover')!.origin;
    this.canvas.dataset.rover = `${(z - this.parts.ground.upAt(x, y)).toFixed(2)} m up`;
    this.canvas.dataset.drawn = `${this.view} ${t.toFixed(2)}`;
  }

  /** Turn the chase camera or the observer [rad], or go nearer and farther. */
  turn(yaw: number, pitch: number): void {
    this.turning.turn(yaw, pitch);
  }

  zoom(factor: number): void {
    this.turning.zoom(factor);
  }

  setView(view: View): void {
    if (view !== this.view) this.turning.orbit = { ...STILL };
    this.view = view;
  }

  setInset(view: View | null): void {
    this.inset = view;
  }

  setLayer(name: Layer, on: boolean): void {
    if (name === 'ghost') this.parts.marks.ghost = on;
    if (name === 'labels') this.parts.marks.labels = on;
    if (name === 'plasma') this.parts.cast.plasmaOn = on;
    if (name === 'dust') this.parts.cast.dustOn = on;
  }

  /** Where a picture of the view lies on the canvas [CSS px]: all of it, or the shape of the camera's detector. */
  get frame(): Box {
    const camera = this.table.cameras.find((each) => each.id === this.view);
    return camera ? fitted(this.whole, camera.columns / camera.rows) : this.whole;
  }

  /** The small picture's place on the canvas [CSS px]. */
  get insetBox(): Box {
    const { width, height } = this.size;
    const w = Math.round(Math.min(0.3 * width, 0.42 * height));
    const h = Math.round(w * 0.75);
    return { x: 16, y: Math.max(8, height - h - 72), width: w, height: h }; // over the buttons of the views
  }

  private keepPace(moving: boolean): void {
    if (moving) this.pace.moving(performance.now());
    else this.pace.still();
    this.renderer.shadowMap.autoUpdate = !moving || this.pace.hasTime;
    const share = moving ? this.pace.share : 1;
    if (share === this.share) return;
    this.share = share;
    this.resize();
  }

  resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.renderer.setPixelRatio(this.share * Math.min(window.devicePixelRatio || 1, this.maxPixelRatio));
    this.renderer.setSize(Math.max(clientWidth, 1), Math.max(clientHeight, 1), false);
  }

  dispose(): void {
    const { ground, rocks, cast, marks, light, backdrop } = this.parts;
    this.turning.dispose();
    this.canvas.removeEventListener('webglcontextrestored', this.restored);
    for (const part of [ground, rocks, cast, marks, light, this.lens]) part.dispose();
    backdrop.mesh.material.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }

  /** Textures come back by themselves, the surroundings that metal shows do not. */
  private readonly restored = (): void => {
    this.parts.light.surround();
    this.render(this.t);
  };

  private get size(): { width: number; height: number } {
    return { width: Math.max(this.canvas.clientWidth, 1), height: Math.max(this.canvas.clientHeight, 1) };
  }

  private get whole(): Box {
    return { x: 0, y: 0, ...this.size };
  }

  private draw(moment: Moment, view: View, orbit: Orbit, box: Box): void {
    const eye = this.parts.views.eye(view, moment, orbit, box.width / box.height);
    const inner = eye.aspect ? fitted(box, eye.aspect) : box;
    this.viewport(inner);
    const camera = eye.camera;
    if (camera && LensPass.wanted(camera)) {
      const field = flatField(camera);
      const ratio = this.renderer.getPixelRatio();
      this.place(moment, { ...eye, field }, inner);
      this.lens.through(this.renderer, camera, inner.width * ratio * 1.4, inner.height * ratio * 1.4, field, () => {
        this.renderer.clear();
        this.renderer.render(this.parts.stage, this.camera);
      });
    } else {
      this.place(moment, camera ? { ...eye, field: flatField(camera) } : eye, inner);
      this.renderer.clearDepth();
      this.renderer.render(this.parts.stage, this.camera);
    }
    this.viewport(this.whole);
  }

  private scissor(box: Box): void {
    this.renderer.setScissor(box.x, this.size.height - box.y - box.height, box.width, box.height);
  }

  private viewport(box: Box): void {
    this.renderer.setViewport(box.x, this.size.height - box.y - box.height, box.width, box.height);
  }

  /** Put everything where the eye sees it. */
  private place(moment: Moment, eye: Eye, box: Box): void {
    const { air, ground, rocks, cast, marks, backdrop, light } = this.parts;
    this.camera.fov = (eye.field * 360) / Math.PI;
    this.camera.aspect = box.width / box.height;
    this.camera.near = eye.nearest;
    this.camera.far = 1.2e7;
    this.camera.up.copy(eye.up);
    this.camera.position.set(0, 0, 0);
    this.camera.lookAt(eye.target.clone().sub(eye.eye));
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
    this.world.position.copy(eye.eye).negate();
    const radius = air.radius!.value as number;
    const { lift_m: lift } = this.table.frame;
    const centre = new Vector3(0, 0, lift - radius);
    air.planet!.value.copy(centre.clone().sub(eye.eye));
    air.air!.value = eye.map ? 0 : 1;
    ground.hazy = !eye.map;
    const up = eye.eye.clone().sub(centre);
    const height = up.length() - radius;
    backdrop.look(new Matrix4().extractRotation(this.camera.matrixWorld).multiply(this.camera.projectionMatrixInverse), height);
    ground.choose(eye.eye, eye.field, 1 / this.share ** 1.5);
    rocks.show(eye.eye);
    cast.show(moment, eye.eye, (2 * eye.field) / box.height);
    marks.show(moment, eye.map, eye.camera !== null, eye.eye, this.camera, box.width, box.height);
    const load = moment.poses.get('rover')!.origin;
    const shadows = load.clone().add(new Vector3(0, 0, 2));
    light.at(moment.t, height, up.normalize(), shadows, this.parts.moments.passed('powered_descent_start', moment.t), eye.eye.distanceTo(load) < 3000, air);
  }
}

/** The largest box of a shape inside another, in its middle. */
function fitted(box: Box, aspect: number): Box {
  const width = Math.min(box.width, box.height * aspect);
  const height = width / aspect;
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
}
