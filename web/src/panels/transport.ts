// Play, pause, slower, faster, to the next event, live: the same actions as the keys.

import { button, h, write } from '../dom';
import { clockText, duration } from '../format';
import { isMain, type Landing, type Panel } from '../landing';

export function step(landing: Landing, way: 1 | -1): void {
  const { run, clock } = landing;
  const main = run.info.events.filter(isMain);
  const next = way > 0 ? main.find((each) => each.t_s > clock.t + 0.05) : [...main].reverse().find((each) => each.t_s < clock.t - 0.05);
  if (next) landing.go(next.t_s);
}

export function transport(landing: Landing, share: () => void): Panel {
  const { clock } = landing;
  const play = button('Play', () => clock.play(), { class: 'play', 'aria-keyshortcuts': 'Space' });
  const slower = button('−', () => clock.faster(-1), { 'aria-label': 'Slower', title: 'Slower (,)' });
  const faster = button('+', () => clock.faster(1), { 'aria-label': 'Faster', title: 'Faster (.)' });
  const rate = h('span', { class: 'rate', 'aria-live': 'off' });
  const before = button('‹', () => step(landing, -1), { class: 'step', 'aria-label': 'Previous event', title: 'Previous event ([)' });
  const after = button('›', () => step(landing, 1), { class: 'step', 'aria-label': 'Next event', title: 'Next event (])' });
  const live = button('Live', () => clock.goLive(!clock.live), { class: 'live', 'aria-pressed': 'false', title: 'As Earth sees it: wait out the light time' });
  const link = button('Link', share, { title: 'Copy a link to this moment' });
  const where = h('span', { class: 'where' });
  const element = h('div', { class: 'transport', role: 'toolbar', 'aria-label': 'Playing' }, before, play, after, h('span', { class: 'rates' }, slower, rate, faster), live, link, where);

  function refresh(): void {
    write(play, clock.playing ? 'Pause' : 'Play');
    write(rate, `${clock.backwards ? '\u2212' : ''}${clock.rate}×`);
    live.setAttribute('aria-pressed', String(clock.live));
    update(clock.t);
  }

  function update(t: number): void {
    const { info } = landing.run;
    const past = clock.live ? t + info.light_time_s - info.duration_s : 0;
    write(where, clock.live ? (past > 0 ? `On Mars it has been over for ${duration(past)}` : `On Mars it is T${clockText(t + info.light_time_s)} already`) : '');
  }

  clock.onChange(refresh);
  refresh();
  return { element, update, refresh };
}
