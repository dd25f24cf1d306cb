// "Why now?": one sentence for a child, one for a student, the condition with values and thresholds, the source.

import { button, fill, h } from '../dom';
import { clockText, utcText } from '../format';
import type { RunEvent } from '../data/run';
import { silentAt, type Landing, type Panel } from '../landing';

const STATE: Array<[string, string, string]> = [
  ['height_above_terrain', 'Height above the ground', 'm'],
  ['speed_planet_relative', 'Speed', 'm s-1'],
  ['mach', 'Mach', '1'],
  ['deceleration', 'Braking', 'standard_free_fall'],
  ['dynamic_pressure', 'Dynamic pressure', 'Pa'],
];

export function whyPanel(landing: Landing, close: () => void): Panel & { show(event: RunEvent): void } {
  const element = h('section', { class: 'why', 'aria-label': 'Why now?', tabindex: -1, hidden: true });
  let event: RunEvent | undefined;

  function refresh(): void {
    if (!event) return;
    const { format } = landing;
    const values = Object.entries(event.because.values).map(([name, value]) => row(format.named(name, value)));
    const thresholds = Object.entries(event.because.thresholds).map(([name, value]) => row(format.named(name, value)));
    const state = STATE.filter(([name]) => event!.state[name] !== null && event!.state[name] !== undefined)
      .map(([name, label, unit]) => row({ name: label, text: format.text(event!.state[name], unit) }));
    fill(element,
      h('header', {}, h('h2', {}, event.label), button('Close', close, { class: 'close', 'aria-label': 'Close “Why now?”' })),
      h('p', { class: 'plain' }, event.plain),
      h('p', { class: 'condition' }, `${capital(event.because.condition)}.`),
      list('Seen', values), list('Held against', thresholds),
      list('At that moment', [row({ name: 'Time', text: `T${clockText(event.t_s, true)}` }), ...state]),
      event.flown_s === undefined ? null : h('p', { class: 'real' }, `The real landing did this at T${clockText(event.flown_s, true)}, ${difference(event.flown_s - event.t_s)}.`),
      heard(landing, event),
      event.sources.length ? h('div', {}, h('h3', {}, 'Where the numbers come from'), h('ul', { class: 'sources' }, ...event.sources.map((each) => h('li', {}, h('strong', {}, sourceText(landing, each.key, each.value)), ` ${format.sentence(each.words)}`)))) : h('p', { class: 'note' }, WITHOUT),
      h('p', { class: 'key' }, `Engineers call it ${event.key.replaceAll('_', ' ')}. Values are the lander’s own estimates where it decided, and the truth at that moment below.`),
    );
  }

  function show(chosen: RunEvent): void {
    event = chosen;
    element.hidden = false;
    refresh();
    element.focus({ preventScroll: true });
  }
  return { element, show, refresh, update: () => undefined };
}

/** When Earth heard of it, by which way, and why this way: the vehicle sees orbiters that the landing site, far below and away, does not see yet. */
function heard(landing: Landing, { t_s: t, heard_s: at, heard_by: by }: RunEvent): HTMLElement | null {
  const { info } = landing.run;
  if (at === undefined || by === undefined) return null;
  const hot = silentAt(info, t) ? ' Hot air glowed around it and let no data through.' : '';
  if (at === null) return h('p', { class: 'heard' }, `Nobody heard of it as it happened: no orbiter could relay it and no tone came through.${hot}`);
  const when = `Earth heard of it at ${utcText(info.epoch_utc, at)}`;
  if (by === 'tones') return h('p', { class: 'heard' }, `${when}: a radio tone straight from the spacecraft, which says that something happened and no more.${hot || ' No orbiter could relay it then.'}`);
  const rise = (info.arrivals?.passes ?? []).find((each) => each.orbiter === by)?.rise_s as number | undefined;
  const early = rise !== undefined && t < rise ? ` Only the lander sees ${by} from up there: at the landing site it rises at T${clockText(rise)}.` : '';
  return h('p', { class: 'heard' }, `${when}, relayed by ${by} as it happened.${early}`);
}

const WITHOUT = 'No number of the mission decided this: it is what physics did, or it follows at once from the event before.';

function sourceText(landing: Landing, key: string, value: number): string {
  const { name, text } = landing.format.named(key.split('.').pop() ?? key, value);
  return `${name}: ${text}.`;
}

function row({ name, text }: { name: string; text: string }): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, text));
}

function list(title: string, rows: HTMLElement[]): HTMLElement | null {
  return rows.length ? h('div', {}, h('h3', {}, title), h('dl', { class: 'facts' }, ...rows)) : null;
}

function difference(seconds: number): string {
  const text = Math.abs(seconds).toFixed(1);
  return Number(text) === 0 ? 'at the same moment' : `${text}\u202fs ${seconds > 0 ? 'later' : 'earlier'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
