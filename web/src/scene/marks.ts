// Lines and words in the scene: the track flown and to come, target and landing ellipse on the map, names of loose parts, and where the real
// mission was at the heights that are published (the ghost).

import { CanvasTexture, Color, Group, PerspectiveCamera, Sprite, SpriteMaterial, Vector3 } from 'three';
import { Line2 } from 'three/examples/jsm/lines/Line2.js';
import { LineGeometry } from 'three/examples/jsm/lines/LineGeometry.js';
import { LineMaterial } from 'three/examples/jsm/lines/LineMaterial.js';
import type { Run } from '../data/run';
import { realLine } from '../landing';
import type { SceneTable } from './contents';
import { vector, type Moment } from './moment';

const FLOWN_HERE = '#ffd9a0';
const REAL_MISSION = '#6fd3ff';
const EXPECTED = '#b9b2a8';
const TALL = 34; // [CSS px] of a word with its dot
const LINE = 20; // [CSS px] between two words, one above the other

export class Marks {
  readonly group = new Group();
  labels = true;
  ghost = false;
  private readonly track: Path | null;
  private readonly ghostLines: Path[];
  private readonly ghostHere = word('real mission, roughly', REAL_MISSION);
  private readonly ghostPieces: Ghost[][];
  private readonly map = new Group();
  private readonly words = new Map<string, Sprite>();
  private readonly divert: Path;

  constructor(private readonly run: Run, table: SceneTable, private readonly upAt: (east: number, north: number) => number) {
    const places = trackOf(run);
    this.track = places.length > 1 ? new Path(places, FLOWN_HERE, 2.2) : null;
    this.ghostPieces = ghostOf(run, upAt);
    this.ghostLines = this.ghostPieces.filter((each) => each.length > 1).map((each) => new Path(each.map((one) => one.place), REAL_MISSION, 2, 60));
    this.divert = new Path([new Vector3(), new Vector3(0, 0, 1)], REAL_MISSION, 1.6);
    this.addMap(table);
    for (const name of ['heat shield', 'backshell', 'descent stage', 'rover', 'capsule', 'rover and rocket stage', 'ballast', 'you are here']) this.words.set(name, word(name, FLOWN_HERE, name === 'you are here'));
    for (const each of [this.track?.line, ...this.ghostLines.map((each) => each.line), this.ghostHere, this.map, ...this.words.values()]) if (each) this.group.add(each);
  }

  /** `onMap` shows the map's marks; onboard pictures have none at all. */
  show(moment: Moment, onMap: boolean, onboard: boolean, eye: Vector3, camera: PerspectiveCamera, width: number, height: number): void {
    const tall = (2 * Math.tan((camera.fov * Math.PI) / 360) * TALL) / height;
    for (const each of this.everyWord) each.scale.set((tall * each.userData.width) as number, tall, 1);
    this.map.visible = onMap;
    this.hang(this.track, onMap && !onboard, width, height);
    for (const each of this.ghostLines) this.hang(each, this.ghost && !onboard && !onMap, width, height);
    this.ghostHere.visible = this.ghost && !onboard && !onMap && this.placeGhost(moment.t);
    for (const path of this.paths) path.size(width, height);
    this.divert.line.visible = onMap && this.placeDivert(moment);
    for (const each of this.mapWords) each.visible = true;
    this.name(moment, onMap, onboard, eye);
    this.untangle(onMap, eye, camera, width, height);
  }

  /** Of words that would lie over each other the first stays: the vehicle, where it goes, what it let go of. */
  private untangle(onMap: boolean, eye: Vector3, camera: PerspectiveCamera, width: number, height: number): void {
    const first = ['you are here', 'capsule', 'rover and rocket stage', 'rover'].map((name) => this.words.get(name)!);
    const kept: Array<{ left: number; right: number; foot: number }> = [];
    for (const each of new Set([...first, ...(onMap ? this.mapWords : [this.ghostHere]), ...this.words.values()])) {
      if (!each.visible) continue;
      const { x, y, z } = each.position.clone().sub(eye).project(camera);
      if (z > 1) continue;
      const left = (0.5 + 0.5 * x) * width;
      const box = { left, right: left + (each.userData.width as number) * TALL, foot: 0.5 * (1 + y) * height };
      each.visible = kept.every((one) => box.left > one.right || box.right < one.left || Math.abs(box.foot - one.foot) > LINE);
      if (each.visible) kept.push(box);
    }
  }

  private get everyWord(): Sprite[] {
    return [this.ghostHere, ...this.words.values(), ...this.mapWords];
  }

  dispose(): void {
    for (const path of [this.track, ...this.ghostLines, this.divert, ...this.paths]) path?.dispose();
    for (const each of this.everyWord) each.material.map?.dispose();
  }

  private readonly paths: Path[] = [];
  private readonly mapWords: Sprite[] = [];

  private hang(path: Path | null, on: boolean, width: number, height: number): void {
    if (!path) return;
    path.line.visible = on;
    path.size(width, height);
  }

  private addMap(table: SceneTable): void {
    const { ellipse_centre: [east, north], ellipse_half_length_m: half } = table.map;
    const { target } = this.run.info;
    const cross = 14;
    const at = (e: number, n: number): Vector3 => new Vector3(e, n, this.upAt(e, n) + 2);
    if (half) this.paths.push(new Path(Array.from({ length: 97 }, (_, k) => at(east + half * Math.sin((k * Math.PI) / 48), north + half * Math.cos((k * Math.PI) / 48))), EXPECTED, 1.8));
    for (const [dx, dy] of [[1, 0], [0, 1]] as const) {
      this.paths.push(new Path([at(target.east_m - cross * dx, target.north_m - cross * dy), at(target.east_m + cross * dx, target.north_m + cross * dy)], REAL_MISSION, 2));
    }
    for (const path of this.paths) this.map.add(path.line);
    this.map.add(this.divert.line);
    const label = word('target', REAL_MISSION, true);
    label.position.copy(at(target.east_m, target.north_m));
    this.map.add(label);
    this.mapWords.push(label);
    if (half) {
      const zone = word('landing zone', EXPECTED, true);
      zone.position.copy(at(east, north + half));
      this.map.add(zone);
      this.mapWords.push(zone);
    }
  }

  /** From the vehicle to the target that it is steered to, once a target was chosen. */
  private placeDivert(moment: Moment): boolean {
    const chosen = this.run.event('landing_target_selected')?.t_s;
    const down = this.run.event('touchdown')?.t_s ?? Infinity;
    if (chosen === undefined || moment.t < chosen || moment.t > down) return false;
    const { target } = this.run.info;
    this.divert.lay([moment.vehicle.origin, new Vector3(target.east_m, target.north_m, this.upAt(target.east_m, target.north_m) + 2)]);
    return true;
  }

  private placeGhost(t: number): boolean {
    for (const piece of this.ghostPieces) {
      const after = piece.findIndex((each) => each.t >= t);
      if (after < 1) continue;
      const [a, b] = [piece[after - 1]!, piece[after]!];
      this.ghostHere.position.copy(a.place).lerp(b.place, (t - a.t) / (b.t - a.t));
      return true;
    }
    return false;
  }

  private name(moment: Moment, onMap: boolean, onboard: boolean, eye: Vector3): void {
    const put = (name: string, place: Vector3 | undefined, near: number, far: number): void => {
      const sprite = this.words.get(name)!;
      const away = place ? eye.distanceTo(place) : 0;
      sprite.visible = this.labels && !onboard && place !== undefined && away > near && (onMap || away < far);
      if (place) sprite.position.copy(place);
    };
    const vehicle = moment.vehicle;
    const loose = (name: string): Vector3 | undefined => {
      const pose = moment.poses.get(name);
      return pose && pose.turn !== vehicle.turn ? pose.origin : undefined;
    };
    const rover = moment.poses.get('rover');
    const split = rover !== vehicle;
    put('heat shield', loose('heat_shield'), 4, 4000);
    put('backshell', loose('backshell'), 20, 4000);
    put('ballast', moment.ballast[moment.ballast.length - 1], 34, 900);
    put('descent stage', split && !(onMap && moment.hanging) ? moment.poses.get('descent_stage')?.origin : undefined, 28, 3000);
    put('rover', split && !onMap ? rover?.origin : undefined, 40, 3000);
    const bare = moment.t >= (this.run.event('backshell_separation')?.t_s ?? Infinity);
    put('capsule', split || bare ? undefined : vehicle.origin, 200, 1e9);
    put('rover and rocket stage', split || !bare || onMap ? undefined : vehicle.origin, 100, 1e9);
    put('you are here', onMap ? (split ? rover : vehicle)?.origin : undefined, 0, 1e9);
    this.words.get('capsule')!.visible &&= !onMap;
  }
}

interface Ghost {
  t: number;
  place: Vector3;
}

/** A line of constant width on the screen; with `dash` [m] a broken one. */
class Path {
  readonly line: Line2;
  private readonly material: LineMaterial;

  constructor(places: Vector3[], colour: string, width: number, dash = 0) {
    this.material = new LineMaterial({ color: new Color(colour), linewidth: width, transparent: true, opacity: 0.9, depthTest: false, dashed: dash > 0, dashSize: dash, gapSize: dash });
    this.material.toneMapped = false;
    this.line = new Line2(new LineGeometry(), this.material);
    this.line.frustumCulled = false;
    this.line.renderOrder = 50;
    this.lay(places);
  }

  /** Corners are told from the first one, so that they do not lose digits far from the site. */
  lay(places: Vector3[]): void {
    const first = places[0] ?? new Vector3();
    this.line.position.copy(first);
    this.line.geometry.dispose();
    const geometry = new LineGeometry();
    geometry.setPositions(places.flatMap((each) => each.clone().sub(first).toArray()));
    this.line.geometry = geometry;
    if (this.material.dashed) this.line.computeLineDistances();
  }

  size(width: number, height: number): void {
    this.material.resolution.set(width, height);
  }

  dispose(): void {
    this.line.geometry.dispose();
    this.material.dispose();
  }
}

function trackOf(run: Run): Vector3[] {
  const channel = run.channel('position_site');
  const rover = run.channel('rover_position_site');
  if (!channel) return [];
  const places: Vector3[] = [];
  for (let k = 0; k < run.time.length; k += 10) {
    const late = rover && Number.isFinite(rover.data[3 * k]!) ? rover : channel;
    const place = vector(Array.from(late.data.subarray(3 * k, 3 * k + 3)));
    if (Number.isFinite(place.x)) places.push(place);
  }
  return places;
}

/** Published heights of the real landing, piece by piece, over our own ground track: its own is not published point by point. */
function ghostOf(run: Run, upAt: (east: number, north: number) => number): Ghost[][] {
  const { east_m: there, north_m: above } = run.info.target;
  return realLine(run, 'height_above_landing_point').map((piece) => piece.map(({ t_s: t, value }) => {
    const [east = 0, north = 0] = run.at('position_site', t);
    const drop = (east * east + north * north) / 6.784e6;
    return { t, place: new Vector3(east, north, upAt(there, above) - drop + value) };
  }));
}

/** A word up and to the right of what it names, as large whatever its distance; a dot marks a place that is a point from here. */
function word(text: string, colour: string, dot = false): Sprite {
  const canvas = document.createElement('canvas');
  const [scale, size] = [2, 15];
  const paint = canvas.getContext('2d')!;
  paint.font = `600 ${size * scale}px system-ui, sans-serif`;
  canvas.width = Math.ceil(paint.measureText(text).width) + 20 * scale;
  canvas.height = TALL * scale;
  paint.font = `600 ${size * scale}px system-ui, sans-serif`;
  paint.textBaseline = 'middle';
  paint.lineWidth = 4 * scale;
  paint.strokeStyle = 'rgba(20, 12, 8, 0.75)';
  paint.lineJoin = 'round';
  paint.strokeText(text, 14 * scale, 13 * scale);
  paint.fillStyle = colour;
  paint.fillText(text, 14 * scale, 13 * scale);
  if (dot) {
    paint.beginPath();
    paint.arc(5 * scale, (TALL - 5) * scale, 4 * scale, 0, 7);
    paint.fill();
    paint.lineWidth = 1.5 * scale;
    paint.stroke();
  }
  const map = new CanvasTexture(canvas);
  const sprite = new Sprite(new SpriteMaterial({ map, sizeAttenuation: false, depthTest: false, depthWrite: false, transparent: true, toneMapped: false }));
  sprite.userData.width = canvas.width / canvas.height;
  sprite.center.set((5 * scale) / canvas.width, 5 / TALL);
  sprite.renderOrder = 60;
  sprite.frustumCulled = false;
  return sprite;
}

