// The channels as curves over time, with event lines, the moment that is shown, and the published figures of the real landing.

import { h, s, write } from '../dom';
import type { Run } from '../data/run';
import { clockText } from '../format';
import { isMain, realLine, type Landing, type Panel } from '../landing';

const CHOSEN = [
  'height_above_terrain', 'height_above_landing_point', 'speed_planet_relative', 'deceleration', 'mach', 'dynamic_pressure', 'convective_heat_flux', 'total_angle_of_attack',
  'bank_angle', 'parachute_load', 'thrust_total', 'propellant_mass', 'tilt', 'bridle_length_paid_out',
];
/** From which event, and until which, a channel says something: as skycrane.report draws it. */
const SPANS: Record<string, [string | null, string | null]> = {
  angle_of_attack: [null, 'backshell_separation'], sideslip_angle: [null, 'backshell_separation'], total_angle_of_attack: [null, 'backshell_separation'],
  tilt: ['parachute_deploy', null],
};
const HEIGHT = 150;
const LEFT = 58;
const BOTTOM = 20;

export function plots(landing: Landing): Panel {
  const more = h('select', { 'aria-label': 'Another channel', onchange: () => { if (more.value) { extra = more.value; draw(); } } });
  const from = h('select', { 'aria-label': 'Stretch of the landing', onchange: () => draw() });
  const area = h('div', { class: 'plots-area' });
  const real = h('p', { class: 'real' });
  const element = h('section', { class: 'plots sheet', 'aria-label': 'Plots' },
    h('h2', {}, 'Plots'),
    h('div', { class: 'filters' }, h('label', {}, h('span', {}, 'Stretch'), from), h('label', {}, h('span', {}, 'Another channel'), more)),
    real, area);
  let extra = '';
  let heads: Array<{ line: SVGElement; value: HTMLElement; name: string; x: (t: number) => number }> = [];

  function refresh(): void {
    const { info } = landing.run;
    if (!from.options.length) {
      from.append(h('option', { value: '' }, 'All of it'), ...info.phases.map((each) => h('option', { value: each.key }, each.label)));
      more.append(h('option', { value: '' }, '–'), ...info.channels.filter((each) => each.name !== 'time').map((each) => h('option', { value: each.name }, each.long_name)));
    }
    draw();
  }

  function draw(): void {
    if (element.hidden) return;
    const names = [...(extra ? [extra] : []), ...CHOSEN.filter((each) => each !== extra)].filter((each) => hasNumbers(landing, each));
    heads = [];
    real.hidden = !landing.layers.has('ghost') || !landing.run.info.flown.length;
    write(real, 'Blue is the real landing: dots are values that were published, dashes are straight lines between them and nothing more. “Real landing” (G) takes them away.');
    area.replaceChildren(...names.map(one));
    update(landing.clock.t);
  }

  function one(name: string): HTMLElement {
    const { run, format } = landing;
    const channel = run.channel(name)!;
    const phase = run.info.phases.find((each) => each.key === from.value);
    const [start, end] = phase ? [phase.start_s, phase.end_s] : [run.info.start_s, run.info.duration_s];
    const [first, last] = span(run, name);
    const width = Math.max(280, Math.min(area.clientWidth || 600, 900));
    const pieces = landing.layers.has('ghost') ? realLine(run, name).map((piece) => piece.filter((each) => each.t_s >= start && each.t_s <= end)) : [];
    const points = pieces.flat();
    const [low, high] = extent(channel.data, channel.components, run.time, Math.max(start, first), Math.min(end, last), points.map((each) => each.value));
    const axis = format.axis(channel.unit, Math.max(Math.abs(low), Math.abs(high)));
    const x = (t: number): number => LEFT + ((t - start) / (end - start)) * (width - LEFT - 8);
    const y = (value: number): number => 8 + (1 - (value - low) / (high - low || 1)) * (HEIGHT - BOTTOM - 8);
    const oneUnit = format.axis(channel.unit, 0).unit === format.axis(channel.unit, Infinity).unit; // else the reading has its own
    const label = `${channel.longName.charAt(0).toUpperCase()}${channel.longName.slice(1)}${axis.unit && !/ in Earth g$/.test(channel.longName) ? `, ${oneUnit ? '' : 'axis in '}${axis.unit}` : ''}`;
    const drawing = s('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, class: 'plot', role: 'img', 'aria-label': `${channel.longName} over time, from ${format.text(low, channel.unit)} to ${format.text(high, channel.unit)}` });
    for (const event of run.info.events.filter((each) => isMain(each) && each.t_s >= start && each.t_s <= end)) {
      const line = s('line', { class: 'event-line', x1: x(event.t_s), x2: x(event.t_s), y1: 8, y2: HEIGHT - BOTTOM });
      const title = s('title');
      title.textContent = event.label;
      line.append(title);
      drawing.append(line);
    }
    for (const tick of ticks(axis.of(low), axis.of(high))) {
      const place = y(low + ((tick - axis.of(low)) / (axis.of(high) - axis.of(low) || 1)) * (high - low));
      drawing.append(s('line', { class: 'grid', x1: LEFT, x2: width - 8, y1: place, y2: place }), text(LEFT - 6, place + 4, tick.toLocaleString('en-US', { maximumFractionDigits: 2 }).replaceAll(',', '\u202f'), 'end'));
    }
    for (const tick of minutes(start, end)) drawing.append(text(x(tick), HEIGHT - 5, `${clockText(tick)}`, 'middle'));
    for (let part = 0; part < channel.components; part += 1) {
      drawing.append(s('path', { class: `curve curve-${part % 4}`, d: path(channel.data, channel.components, part, run.time, start, end, first, last, x, y, width) }));
    }
    for (const piece of pieces.filter((each) => each.length > 1)) {
      drawing.append(s('polyline', { class: 'real-line', points: piece.map((each) => `${x(each.t_s).toFixed(1)},${y(each.value).toFixed(1)}`).join(' ') }));
    }
    for (const point of points) {
      const dot = s('circle', { class: 'real-point', cx: x(point.t_s), cy: y(point.value), r: 4 });
      const title = s('title');
      title.textContent = `The real landing: ${format.text(point.value, channel.unit)} at T${clockText(point.t_s, true)}. ${format.sentence(point.source)}`;
      dot.append(title);
      drawing.append(dot);
    }
    const line = s('line', { class: 'playhead', y1: 4, y2: HEIGHT - BOTTOM });
    drawing.append(line);
    const value = h('span', { class: 'plot-value' });
    heads.push({ line, value, name, x: (t) => (t < start || t > end ? NaN : x(t)) });
    drawing.addEventListener('click', (event) => {
      const box = drawing.getBoundingClientRect();
      landing.go(start + (((event.clientX - box.left) * (width / box.width) - LEFT) / (width - LEFT - 8)) * (end - start));
    });
    return h('figure', { class: 'plot-box' }, h('figcaption', {}, h('span', {}, label), value), drawing);
  }

  function update(t: number): void {
    if (element.hidden) return;
    for (const each of heads) {
      const place = each.x(t);
      each.line.setAttribute('visibility', Number.isNaN(place) ? 'hidden' : 'visible');
      if (!Number.isNaN(place)) { each.line.setAttribute('x1', String(place)); each.line.setAttribute('x2', String(place)); }
      const channel = landing.run.channel(each.name)!;
      const [first, last] = span(landing.run, each.name);
      const now = t < first || t > last ? [NaN] : landing.run.at(each.name, t);
      write(each.value, channel.components === 1 ? landing.format.text(now[0], channel.unit) : now.map((part) => landing.format.text(part, channel.unit)).join('  '));
    }
  }
  new ResizeObserver(() => { if (Math.abs(lastWidth - area.clientWidth) > 8) { lastWidth = area.clientWidth; draw(); } }).observe(area);
  let lastWidth = 0;
  return { element, update, refresh, opened: refresh };
}

function span(run: Run, name: string): [number, number] {
  const [from, until] = SPANS[name] ?? [null, null];
  return [run.event(from ?? '')?.t_s ?? -Infinity, run.event(until ?? '')?.t_s ?? Infinity];
}

function hasNumbers(landing: Landing, name: string): boolean {
  return landing.run.channel(name)?.data.some((each) => Number.isFinite(each)) ?? false;
}

function text(x: number, y: number, said: string, anchor: string): SVGElement {
  const made = s('text', { x, y, 'text-anchor': anchor });
  made.textContent = said;
  return made;
}

function extent(data: Float32Array, components: number, time: Float32Array, start: number, end: number, also: number[]): [number, number] {
  let [low, high] = [Math.min(...also, Infinity), Math.max(...also, -Infinity)];
  for (let n = 0; n < time.length; n += 1) {
    if (time[n]! < start || time[n]! > end) continue;
    for (let part = 0; part < components; part += 1) {
      const value = data[n * components + part]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!Number.isFinite(low)) return [0, 1];
  if (low > 0 && low < 0.4 * high) low = 0;
  return low === high ? [low - 1, high + 1] : [low, high + 0.04 * (high - low)];
}

/** The curve, at most four points a pixel: the first, lowest, highest and last sample of each. */
function path(data: Float32Array, components: number, part: number, time: Float32Array, start: number, end: number, first: number, last: number, x: (t: number) => number, y: (v: number) => number, width: number): string {
  const said: string[] = [];
  let column = -1;
  let pen = 'M';
  let held: Array<[number, number]> = [];
  const flush = (): void => {
    if (!held.length) return;
    const low = held.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = held.reduce((a, b) => (b[1] > a[1] ? b : a));
    for (const [t, value] of [...new Set([held[0]!, low, high, held[held.length - 1]!])].sort((a, b) => a[0] - b[0])) {
      said.push(`${pen}${x(t).toFixed(1)} ${y(value).toFixed(1)}`);
      pen = 'L';
    }
    held = [];
  };
  for (let n = 0; n < time.length; n += 1) {
    const t = time[n]!;
    if (t < Math.max(start, first) || t > Math.min(end, last)) continue;
    const value = data[n * components + part]!;
    if (!Number.isFinite(value)) { flush(); pen = 'M'; column = -1; continue; }
    const here = Math.floor(((t - start) / (end - start)) * width);
    if (here !== column) { flush(); column = here; }
    held.push([t, value]);
  }
  flush();
  return said.join('');
}

/** Times at whole tens of seconds or minutes, four or so. */
function minutes(start: number, end: number): number[] {
  const every = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((each) => (end - start) / each <= 5) ?? 3600;
  const first = Math.ceil(start / every);
  return Array.from({ length: Math.max(0, Math.floor(end / every) - first + 1) }, (_, n) => (first + n) * every);
}

function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  if (!(rough > 0)) return [];
  const size = 10 ** Math.floor(Math.log10(rough));
  const every = [1, 2, 5, 10].map((each) => each * size).find((each) => each >= rough) ?? rough;
  const found: number[] = [];
  for (let tick = Math.ceil(low / every) * every; tick <= high + 1e-9; tick += every) found.push(Number(tick.toPrecision(10)));
  return found;
}
