// A landing as the page holds it: run.json typed, the channels as numbers, the other parts on demand.

import { FetchedAssets, InlineAssets, MissingPart, type Assets } from './assets';
import { BUNDLE_SCHEMA, type RunEvent, type RunInfo } from './schema';

export type { Picture, RunEvent, RunInfo } from './schema';

export interface Channel {
  name: string;
  unit: string;
  longName: string;
  components: number;
  data: Float32Array;
}

export interface Run {
  info: RunInfo;
  /** s since entry interface, ascending */
  time: Float32Array;
  channel(name: string): Channel | undefined;
  /** Every component at a time: linear; quaternions along the great arc; angles the short way round; words keep the last value. */
  at(name: string, t: number): number[];
  event(key: string): RunEvent | undefined;
  /** The bytes of a part of the run, `scene/level0.bin`: from the server, from the folder, or from the single file. */
  asset(path: string): Promise<ArrayBuffer>;
  /** An address under which an image of the run can be shown. */
  assetUrl(path: string): Promise<string>;
}

/** The run beside this page, or inside it. `folder` is another run of the same server, `flights/3/`. */
export async function loadRun(folder = 'run/'): Promise<Run> {
  const inline = new InlineAssets(document);
  return readRun(inline.isThere ? inline : new FetchedAssets(folder));
}

export async function readRun(assets: Assets, scenery?: Run): Promise<Run> {
  const numbers = assets.bytes('channels.bin');
  numbers.catch(() => undefined); // what is wrong with run.json is said first
  const text = new TextDecoder().decode(await assets.bytes('run.json'));
  const info = JSON.parse(text) as RunInfo;
  if (info.schema > BUNDLE_SCHEMA) {
    throw new MissingPart(`This landing was written by skycrane ${info.version}, which is newer than this page; update skycrane and open it again.`);
  }
  const bytes = await numbers;
  const rest = scenery ? new Fallback(assets, scenery) : assets;
  return new LoadedRun(info, bytes, rest);
}

/** A what-if flight has its own channels and the scenery of the run it started from. */
class Fallback implements Assets {
  constructor(private readonly own: Assets, private readonly scenery: Run) {}

  bytes(path: string): Promise<ArrayBuffer> {
    return path === 'run.json' || path === 'channels.bin' ? this.own.bytes(path) : this.scenery.asset(path);
  }

  url(path: string): Promise<string> {
    return this.scenery.assetUrl(path);
  }
}

class LoadedRun implements Run {
  readonly time: Float32Array;
  private readonly channels = new Map<string, Channel & { way: Way }>();
  private readonly events = new Map<string, RunEvent>();

  constructor(readonly info: RunInfo, bytes: ArrayBuffer, private readonly assets: Assets) {
    for (const each of info.channels) {
      const data = new Float32Array(bytes, each.offset, each.count * each.components);
      const way: Way = each.flags ? 'words' : each.turns ? 'angle' : isQuaternion(each) ? 'quaternion' : 'linear';
      this.channels.set(each.name, { name: each.name, unit: each.unit, longName: each.long_name, components: each.components, data, way });
    }
    const time = this.channels.get('time');
    if (!time) throw new MissingPart('channels.bin has no time; write the page anew from the run folder.');
    this.time = time.data;
    for (const each of info.events) if (!this.events.has(each.key)) this.events.set(each.key, each);
  }

  channel(name: string): Channel | undefined {
    return this.channels.get(name);
  }

  event(key: string): RunEvent | undefined {
    return this.events.get(key);
  }

  asset(path: string): Promise<ArrayBuffer> {
    return this.assets.bytes(path);
  }

  assetUrl(path: string): Promise<string> {
    return this.assets.url(path);
  }

  at(name: string, t: number): number[] {
    const channel = this.channels.get(name);
    if (!channel) return [];
    const [before, share] = this.place(t);
    const { data, components: n, way } = channel;
    const after = Math.min(before + 1, this.time.length - 1);
    const a = Array.from(data.subarray(before * n, before * n + n));
    const b = Array.from(data.subarray(after * n, after * n + n));
    return between(a, b, share, way);
  }

  /** The sample before a time, and how far it is to the next; held at both ends. */
  private place(t: number): [number, number] {
    const time = this.time;
    const last = time.length - 1;
    if (!(t > time[0]!)) return [0, 0];
    if (t >= time[last]!) return [last, 0];
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (time[middle]! <= t) low = middle;
      else high = middle;
    }
    return [low, (t - time[low]!) / (time[high]! - time[low]!)];
  }
}

type Way = 'linear' | 'quaternion' | 'angle' | 'words';

function isQuaternion(each: { name: string; components: number }): boolean {
  return each.components === 4 && each.name.includes('attitude_') && each.name.includes('_from_');
}

function between(a: number[], b: number[], share: number, way: Way): number[] {
  if (way === 'words' || share === 0) return a;
  if (way === 'quaternion') return slerp(a, b, share);
  return a.map((x, n) => {
    const y = b[n]!;
    if (Number.isNaN(x) || Number.isNaN(y)) return share < 0.5 ? x : y;
    const step = way === 'angle' ? ((y - x + 540) % 360 + 360) % 360 - 180 : y - x;
    return x + share * step;
  });
}

/** Between two unit quaternions, scalar first, along the shorter great arc. */
export function slerp(a: number[], b: number[], share: number): number[] {
  let dot = 0;
  for (let n = 0; n < 4; n += 1) dot += a[n]! * b[n]!;
  const sign = dot < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(1, Math.abs(dot)));
  const [p, q] = angle < 1e-4 ? [1 - share, share] : [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)];
  return a.map((x, n) => p! * x + sign * q! * b[n]!);
}
