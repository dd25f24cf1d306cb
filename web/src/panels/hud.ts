// What can be read from across the room: phase, countdown, height, speed, g, Mach; the real mission's figure in the second colour.

import { h, write } from '../dom';
import { clockText, duration, utcText } from '../format';
import { lastEvent, nextEvent, phaseAt, realAt, silentAt, type Landing, type Panel } from '../landing';

const SILENT = 'Radio silence: the air around it is so hot that no data gets out, tones at most. What you see is what happened; Earth learns of it later.';

/** `stage`: the name once the rover hangs below; `real`: the channel in which values of the real landing are published, where it is another one. */
const FIGURES: Array<{ name: string; stage: string; channel: string; unit: string; said: string; real?: string }> = [
  { name: 'Height above ground', stage: 'Stage above ground', channel: 'height_above_terrain', unit: 'm', said: 'above the ground below; beside the real landing’s both are above the landing point', real: 'height_above_landing_point' },
  { name: 'Speed', stage: 'Stage’s speed', channel: 'speed_planet_relative', unit: 'm s-1', said: 'over the ground' },
  { name: 'Braking', stage: 'Stage’s braking', channel: 'deceleration', unit: 'standard_free_fall', said: 'Earth weights felt' },
  { name: 'Mach', stage: 'Stage’s Mach', channel: 'mach', unit: '1', said: 'speed of sound = 1' },
];

/** Below this a figure that is read from across the room is nothing: no powers of ten there. */
const SMALLEST = 1e-3;

export function hud(landing: Landing): Panel {
  const phase = h('h2', { class: 'phase' });
  const sentence = h('p', { class: 'phase-sentence' });
  const next = h('p', { class: 'next' });
  const now = h('button', { type: 'button', class: 'now-event', onclick: () => { const e = lastEvent(landing.run, landing.clock.t); if (e) landing.why(e); } });
  const story = h('div', { class: 'hud-story' }, phase, sentence, now, next);

  const figures = FIGURES.map((each) => {
    const number = h('span', { class: 'number' });
    const unit = h('span', { class: 'unit' });
    const flown = h('span', { class: 'flown' });
    const box = h('div', { class: 'figure', title: each.said },
      h('span', { class: 'figure-name' }, each.name), h('span', { class: 'figure-value' }, number, unit), flown);
    return { name: each.name, stage: each.stage, title: box.firstElementChild!, channel: each.channel, real: each.real ?? each.channel, measured: each.unit, number, unit, flown, box };
  });
  const numbers = h('div', { class: 'hud-figures', role: 'group', 'aria-label': 'Height above ground, speed, braking, Mach' }, ...figures.map((each) => each.box));

  const elapsed = h('span', { class: 'elapsed' });
  const there = h('span');
  const here = h('span');
  const state = h('span', { class: 'state' });
  const clocks = h('div', { class: 'hud-clocks' },
    h('span', { class: 'clock-line' }, elapsed, state),
    h('span', { class: 'clock-line' }, h('abbr', { title: 'Spacecraft event time' }, 'There'), there),
    h('span', { class: 'clock-line' }, h('abbr', { title: 'Earth received time' }, 'Here'), here));
  const element = h('div', { class: 'hud' }, story, h('div', { class: 'hud-right' }, numbers, clocks));

  let shown = -Infinity;
  let at = NaN;
  function update(t: number): void {
    const moment = performance.now();
    const jumped = !(Math.abs(t - at) < 10); // 60 times real time moves 6 s in a tenth of a second
    if (landing.clock.playing && moment - shown < 100 && !jumped) return; // text changes ten times a second at most
    shown = moment;
    at = t;
    writeAll(t);
  }

  function writeAll(t: number): void {
    const { run, clock, format } = landing;
    const { info } = run;
    const is = phaseAt(landing, t);
    write(phase, is.label);
    write(sentence, clock.live && silentAt(info, t) ? SILENT : format.sentence(is.sentence));
    const last = lastEvent(run, t);
    now.hidden = !last;
    if (last) write(now, `${last.label}: why now?`);
    const coming = nextEvent(run, t);
    write(next, coming && t <= info.duration_s ? coming.t_s - t < 0.5 ? `${coming.label} now` : `${coming.label} in ${duration(coming.t_s - t)}` : clock.live && t < 0 ? `First signal in ${duration(-t)}` : '');
    numbers.classList.toggle('is-over', t > info.duration_s);
    for (const each of figures) {
      write(each.title, is.key === 'flyaway' || is.key === 'sky_crane' ? each.stage : each.name);
      const value = t > info.duration_s || t < info.start_s ? NaN : run.at(each.channel, t)[0];
      const [number, unit] = format.parts(value !== undefined && Math.abs(value) < SMALLEST ? 0 : value, each.measured);
      write(each.number, number);
      write(each.unit, unit ? `\u202f${unit}` : '');
      const real = landing.layers.has('ghost') ? realAt(run, each.real, t) : undefined;
      const flown = real && `flown ${real.between ? '\u2248\u202f' : ''}${format.text(real.value, each.measured, real.value)}`;
      write(each.flown, !flown ? '' : each.real === each.channel ? flown : `above the site: ours ${format.parts(run.at(each.real, t)[0], each.measured, real.value)[0]}, ${flown}`);
      each.flown.title = real?.between ? 'On a straight line between two published values of the real landing' : 'Published value of the real landing';
    }
    write(elapsed, `T${clockText(t, !clock.playing || clock.rate < 1)}`);
    elapsed.title = 'Since entry interface';
    const later = clock.live ? info.light_time_s : 0;
    write(there, utcText(info.epoch_utc, t + later));
    write(here, utcText(info.epoch_utc, t + info.light_time_s));
    write(state, clock.live ? 'LIVE' : clock.playing ? `${clock.backwards ? '\u2212' : ''}${clock.rate}×` : 'paused');
    state.classList.toggle('is-live', clock.live);
  }
  return { element, update, refresh: () => writeAll(landing.clock.t) };
}
