// What the panels share: the run, the clock, the way numbers are said, what is shown; and how they hear of changes.

import type { Clock } from './clock';
import type { Run, RunEvent } from './data/run';
import type { FlownValue, Phase } from './data/schema';
import { duration, type Formatter } from './format';

export interface Landing {
  run: Run;
  clock: Clock;
  format: Formatter;
  view: string;
  inset: string;
  layers: Set<string>;
  /** show the event's reason */
  why(event: RunEvent): void;
  /** move the clock and stop it there */
  go(t: number): void;
  setView(view: string): void;
  setInset(view: string): void;
  openPicture(imageid: string): void;
  /** another flight takes the place of this one */
  show(run: Run, said: string): void;
}

export interface Panel {
  element: HTMLElement;
  /** time has moved */
  update(t: number): void;
  /** units, layers or the run changed */
  refresh?(): void;
  /** it came into sight */
  opened?(): void;
}

const BEFORE: Phase = { key: 'before', label: 'Before the air', sentence: 'The capsule falls towards Mars.', start_s: -Infinity, end_s: 0 };
const WAITING: Phase = { key: 'waiting', label: 'The signal is on its way', sentence: 'Light needs minutes from Mars to Earth. Nothing can be seen yet.', start_s: -Infinity, end_s: 0 };
const LANDED: Phase = { key: 'landed', label: 'On the ground', sentence: 'The rover stands on Mars and sends its pictures home.', start_s: 0, end_s: Infinity };

export function phaseAt(landing: Pick<Landing, 'run' | 'clock'>, t: number): Phase {
  const { info } = landing.run;
  if (t < info.start_s) return landing.clock.live ? WAITING : BEFORE;
  if (t > info.duration_s) return info.loss ? { ...LANDED, label: 'The flight is over', sentence: info.loss.what } : LANDED;
  return [...info.phases].reverse().find((each) => t >= each.start_s) ?? info.phases[0] ?? BEFORE;
}

/** How long after the wheels were known to stand, or after a flight without a touchdown was over. */
export function afterwards(info: Run['info'], t: number): string {
  const down = info.events.find((each) => each.key === 'touchdown_declared');
  return down ? `${duration(t - down.t_s)} after touchdown was declared` : `${duration(t - info.duration_s)} after the end of the flight`;
}

/** Told to engineers alone in the record, but a step of the story: between mortar fire and an open parachute. */
const TOLD_TOO = ['line_stretch'];

/** Events of the vehicle's own story; what was thrown away falls elsewhere. */
export function isMain(event: RunEvent): boolean {
  return TOLD_TOO.includes(event.key) || (event.severity !== 'ACTIVITY_LO' && event.severity !== 'DIAGNOSTIC');
}

/** Whether hot air around the vehicle let no data through then. */
export function silentAt(info: Run['info'], t: number): boolean {
  return (info.arrivals?.silences ?? []).some((each) => t >= Number(each.from_s) && t <= Number(each.to_s));
}

export function nextEvent(run: Run, t: number): RunEvent | undefined {
  return run.info.events.find((each) => each.t_s > t + 1e-6 && isMain(each));
}

export function lastEvent(run: Run, t: number): RunEvent | undefined {
  return [...run.info.events].reverse().find((each) => each.t_s <= t + 1e-6 && isMain(each));
}

/** Published values of a channel as pieces of a line. Farther apart than this [s] they are not joined: what lies between is not even nearly straight. */
const JOINED = 65;

export function realLine(run: Run, channel: string): FlownValue[][] {
  const pieces: FlownValue[][] = [];
  for (const each of run.info.flown.filter((one) => one.channel === channel && Number.isFinite(one.value))) {
    const last = pieces[pieces.length - 1];
    if (last && each.t_s - last[last.length - 1]!.t_s <= JOINED) last.push(each);
    else pieces.push([each]);
  }
  return pieces;
}

/** A number is said between two published values only when they are as close as this [s]; a line may be longer, it is seen to be straight. */
const CLOSE = 15;

/** A published value is said beside ours as long as ours has moved by less than this share since its moment; after that it would be another moment's. */
const SAME = 0.01;

/** The real landing at a time: a published value within 3 s in which ours hardly moved, or what a straight line between two close ones says; else nothing. */
export function realAt(run: Run, channel: string, t: number): { value: number; between: boolean } | undefined {
  const all = realLine(run, channel).flat();
  const near = [...all].sort((a, b) => Math.abs(a.t_s - t) - Math.abs(b.t_s - t))[0];
  if (!near) return undefined;
  const after = all.findIndex((each) => each.t_s > t);
  const [a, b] = [all[after - 1], all[after]];
  if (a && b && b.t_s - a.t_s <= CLOSE && Math.abs(near.t_s - t) > 0.05) return { value: a.value + ((b.value - a.value) * (t - a.t_s)) / (b.t_s - a.t_s), between: true };
  if (Math.abs(near.t_s - t) > 3) return undefined;
  const [now, then] = [run.at(channel, t)[0] ?? NaN, run.at(channel, near.t_s)[0] ?? NaN];
  return Math.abs(now - then) <= SAME * Math.abs(now) ? { value: near.value, between: false } : undefined;
}
