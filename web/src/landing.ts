// What the panels share: the run, the clock, the way numbers are said, what is shown; and how they hear of changes.

import type { Clock } from './clock';
import type { Run, RunEvent } from './data/run';
import type { FlownValue, Phase } from './data/schema';
import type { Formatter } from './format';

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

/** Events of the vehicle's own story; what was thrown away falls elsewhere. */
export function isMain(event: RunEvent): boolean {
  return event.severity !== 'ACTIVITY_LO' && event.severity !== 'DIAGNOSTIC';
}

export function nextEvent(run: Run, t: number): RunEvent | undefined {
  return run.info.events.find((each) => each.t_s > t + 1e-6 && isMain(each));
}

export function lastEvent(run: Run, t: number): RunEvent | undefined {
  return [...run.info.events].reverse().find((each) => each.t_s <= t + 1e-6 && isMain(each));
}

/** A published figure of the real landing near a time; nothing where none was published: we do not draw what is not known. */
export function flownNear(run: Run, channel: string, t: number, within = 3): FlownValue | undefined {
  return run.info.flown
    .filter((each) => each.channel === channel && Math.abs(each.t_s - t) <= within)
    .sort((a, b) => Math.abs(a.t_s - t) - Math.abs(b.t_s - t))[0];
}
