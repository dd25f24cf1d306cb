// The middle of the page: the 3-D scene where there is WebGL, else the picture nearest in time and the words of the moment.

import { button, fill, h, write } from './dom';
import type { Picture, Run } from './data/run';
import { clockText } from './format';
import { alt } from './panels/gallery';
import type { SceneTable } from './scene/contents';
import { nextInset } from './keys';
import type { Landing, Panel } from './landing';

interface Scene {
  render(t: number, moving?: boolean): void;
  setView(view: string): void;
  setInset(view: string | null): void;
  setLayer(name: 'ghost' | 'labels' | 'plasma' | 'dust', on: boolean): void;
  /** the view that was drawn last: another one where what carries a camera is gone */
  readonly shown: string;
  resize(): void;
  dispose(): void;
  /** another flight over the same ground */
  take(run: Run): void;
  ready: Promise<void>;
}

interface SceneModule {
  createScene(canvas: HTMLCanvasElement, run: Run, options: { reducedMotion: boolean; maxPixelRatio: number }): Promise<Scene>;
}

/** Loaded when it is needed: three.js is larger than all the rest. */
const scenes = import.meta.glob<SceneModule>('./scene/index.ts');

/** How long from its moment on a computed picture stands in for the drawn scene [s]; links tell time to a tenth. */
const SHOWN_FOR = 1.5;
const ROUNDING = 0.1;

/** Cameras of a run: those of the descent as they are switched on, whether they took a picture or not, then others that took one. */
export function camerasOf(run: Run): Array<{ camera: string; camera_name: string }> {
  const table = (run.info.scene as Partial<SceneTable> | null | undefined)?.cameras ?? [];
  const descent = table.filter((each) => each.on_s !== null && each.off_s !== null).sort((a, b) => a.on_s! - b.on_s!).map((each) => ({ camera: each.id, camera_name: each.title }));
  return [...new Map([...descent, ...run.info.pictures].map((each) => [each.camera, each])).values()];
}

export const VIEWS: Array<[string, string, (string | undefined)?]> = [['chase', 'Chase'], ['ground', 'Ground', 'from the ground'], ['map', 'Map'], ['bridle', 'Bridle', 'from the bridle']];

export interface Stage extends Panel {
  start(run: Run): Promise<void>;
  /** what is drawn now has to be drawn anew */
  redraw(): void;
  cameras(): string[];
}

export function stage(landing: Landing): Stage {
  let canvas = h('canvas', { class: 'scene', 'aria-hidden': 'true' });
  const flat = h('figure', { class: 'flat' });
  const note = h('p', { class: 'scene-note', role: 'status' });
  const views = h('div', { class: 'views', role: 'toolbar', 'aria-label': 'Views' });
  const strip = h('div', { class: 'strip', role: 'group', 'aria-label': 'Latest pictures' });
  const element = h('div', { class: 'stage' }, canvas, flat, note, views, strip);
  let scene: Scene | undefined;
  let failed = '';
  let waiting = '';
  let generation = 0;
  const ours = landing.run;

  /** Cameras to look through: with a scene those of the descent too that took no picture. */
  function cameras(): string[] {
    const pictured = new Set(landing.run.info.pictures.map((each) => each.camera));
    return camerasOf(landing.run).map((each) => each.camera).filter((each) => scene !== undefined || pictured.has(each));
  }

  let drawnFrom = '';
  async function start(run: Run): Promise<void> {
    const mine = (generation += 1);
    const table = JSON.stringify(run.info.scene ?? null);
    if (scene && table === drawnFrom) {
      scene.take(run);
      return redraw();
    }
    drawnFrom = table;
    scene?.dispose();
    scene = undefined;
    const fresh = h('canvas', { class: 'scene', 'aria-hidden': 'true' });
    canvas.replaceWith(fresh);
    canvas = fresh;
    drawViews();
    waiting = 'The scene is being prepared \u2026';
    flatten(landing.clock.t);
    try {
      const made = await open(fresh, run);
      await made.ready;
      if (mine !== generation) return made.dispose();
      scene = made;
      failed = waiting = '';
      redraw();
    } catch (problem) {
      if (mine !== generation) return;
      waiting = '';
      failed = problem instanceof Error && problem.name !== 'WebGLMissing' && !/WebGL/i.test(problem.message) ? `The 3-D scene could not be drawn (${problem.message}).` : 'No 3-D here: this browser has no WebGL. Timeline, pictures and words play all the same.';
      update(landing.clock.t);
    }
  }

  async function open(on: HTMLCanvasElement, run: Run): Promise<Scene> {
    if (!document.createElement('canvas').getContext('webgl2')) throw new Error('WebGL');
    const load = scenes['./scene/index.ts'];
    if (!load) throw new Error('this build has none');
    const module = await load();
    return module.createScene(on, run, { reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches, maxPixelRatio: 2 });
  }

  function apply(): void {
    if (!scene) return;
    scene.setView(landing.view);
    scene.setInset(landing.inset || null);
    for (const each of ['ghost', 'labels', 'plasma', 'dust'] as const) scene.setLayer(each, landing.layers.has(each));
  }

  function sceneTime(t: number): number {
    return Math.max(t, landing.run.info.start_s);
  }

  let pressed = '';
  function drawViews(): void {
    pressed = shown();
    const named = new Map(camerasOf(landing.run).map((each) => [each.camera, each.camera_name]));
    const all = [...VIEWS, ...cameras().map((each): [string, string, (string | undefined)?] => [each, each, named.get(each)])];
    const small = landing.inset ? (all.find(([view]) => view === landing.inset)?.[1] ?? landing.inset) : '';
    fill(views, ...all.map(([view, label, words], n) => {
      const said = words ? `${label}, ${words}` : label;
      return button(label, () => landing.setView(view), { 'aria-label': said, 'aria-pressed': String(view === pressed), title: n < 9 ? `${said} (${n + 1})` : said, class: n >= VIEWS.length ? 'camera' : '' });
    }), ...(scene ? [button(small ? `Small: ${small}` : 'Small picture', () => nextInset(landing, all.map(([view]) => view)), { class: 'camera', 'aria-pressed': String(small !== ''), title: 'Another view in a small picture: the next one, after the last none (P)' })] : []));
  }

  /** What is looked at: the view that was asked for, or the one that stands for it. */
  function shown(): string {
    return scene?.shown ?? landing.view;
  }

  let stripKnown = '';
  function update(t: number): void {
    scene?.render(sceneTime(t), landing.clock.playing);
    if (shown() !== pressed) drawViews();
    const taken = landing.run.info.pictures.filter((each) => each.taken_s <= t).sort((a, b) => b.taken_s - a.taken_s);
    const key = taken.slice(0, 3).map((each) => each.imageid).join();
    if (key !== stripKnown) {
      stripKnown = key;
      strip.replaceChildren(...taken.slice(0, 3).map(small));
    }
    flatten(t);
  }

  function small(each: Picture): HTMLElement {
    const image = h('img', { alt: alt(landing, each), width: 160, height: Math.round((160 * each.height) / each.width) });
    void landing.run.assetUrl(each.thumbnail).then((url) => { image.src = url; });
    return h('button', { type: 'button', class: 'strip-picture', title: landing.format.sentence(each.caption), onclick: () => landing.openPicture(each.imageid) }, image, h('span', {}, each.camera));
  }

  let flatKnown = '';
  /** The computed picture of the camera that is looked through, where one was taken now; without a scene the one nearest in time. */
  function flatten(t: number): void {
    const said = failed || waiting || switchedOff(t);
    write(note, said);
    note.hidden = !said;
    const through = cameras().includes(landing.view);
    const of = landing.run.info.pictures.filter((each) => !through || each.camera === landing.view);
    const near = [...of].sort((a, b) => Math.abs(a.taken_s - t) - Math.abs(b.taken_s - t))[0];
    const now = scene !== undefined && through && near !== undefined && t - near.taken_s >= -ROUNDING && t - near.taken_s <= SHOWN_FOR;
    flat.hidden = !near || t < landing.run.info.start_s || !(now || (scene === undefined && failed !== ''));
    flat.classList.toggle('is-over', now);
    if (flat.hidden || !near || near.imageid === flatKnown) return;
    flatKnown = near.imageid;
    const image = h('img', { alt: alt(landing, near), width: near.width, height: near.height });
    void landing.run.assetUrl(near.file).then((url) => { image.src = url; });
    flat.replaceChildren(image, h('figcaption', {}, landing.format.sentence(near.caption)));
  }

  /** That the camera that is looked through is off; only of the flight that the scene was made for, another one has other times. */
  function switchedOff(t: number): string {
    if (landing.run !== ours) return '';
    const camera = (landing.run.info.scene as Partial<SceneTable> | null | undefined)?.cameras?.find((each) => each.id === landing.view);
    if (!camera || camera.on_s === null) return '';
    if (t < camera.on_s) return `${camera.id} is off: it is switched on at T${clockText(camera.on_s)}. This is what it would see.`;
    if (camera.off_s === null || t <= camera.off_s) return '';
    const now = shown() === camera.id ? 'This is what it would see.' : 'What carried it has come down: this is the view from outside.';
    return `${camera.id} was switched off at T${clockText(camera.off_s)}. ${now}`;
  }

  function redraw(): void {
    drawViews();
    stripKnown = '';
    flatKnown = '';
    if (scene) apply();
    update(landing.clock.t);
  }

  new ResizeObserver(() => { scene?.resize(); scene?.render(sceneTime(landing.clock.t)); }).observe(element);
  return { element, update, refresh: redraw, redraw, start, cameras };
}
