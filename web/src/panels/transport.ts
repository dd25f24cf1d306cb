// Play, pause, slower, faster, to the next event, live: the same actions as the keys.

import { button, h, write } from '../dom';
import { clockText, duration } from '../format';
import { isMain, type Landing, type Panel } from '../landing';
import { Sounding } from '../sound';

export function step(landing: Landing, way: 1 | -1): void {
  const { run, clock } = landing;
  const main = run.info.events.filter(isMain);
  const next = way > 0 ? main.find((each) => each.t_s > clock.t + 0.05) : [...main].reverse().find((each) => each.t_s < clock.t - 0.05);
  if (next) landing.go(next.t_s);
}

export function transport(landing: Landing, share: () => void, tell: (text: string) => void): Panel & { sound(): void } {
  const { clock } = landing;
  const first = landing.run;
  const recorded = first.info.sound;
  const sounding = recorded ? new Sounding(first, clock, () => landing.run === first) : undefined;
  const listen = button('Sound', () => void sound(), { class: 'sound', 'aria-pressed': 'false', title: 'What a microphone would have heard, around touchdown (M)' });
  const play = button('Play', () => clock.play(), { class: 'play', 'aria-keyshortcuts': 'Space' });
  const slower = button('−', () => clock.faster(-1), { 'aria-label': 'Slower', title: 'Slower (,)' });
  const faster = button('+', () => clock.faster(1), { 'aria-label': 'Faster', title: 'Faster (.)' });
  const rate = h('span', { class: 'rate', 'aria-live': 'off' });
  const before = button('‹', () => step(landing, -1), { class: 'step', 'aria-label': 'Previous event', title: 'Previous event ([)' });
  const after = button('›', () => step(landing, 1), { class: 'step', 'aria-label': 'Next event', title: 'Next event (])' });
  const live = button('Live', () => clock.goLive(!clock.live), { class: 'live', 'aria-pressed': 'false', title: 'As Earth sees it: wait out the light time' });
  const link = button('Link', share, { title: 'Copy a link to this moment' });
  const where = h('span', { class: 'where' });
  const element = h('div', { class: 'transport', role: 'toolbar', 'aria-label': 'Playing' }, before, play, after, h('span', { class: 'rates' }, slower, rate, faster), live, ...(sounding ? [listen] : []), link, where);

  async function sound(): Promise<void> {
    if (!sounding || !recorded) return;
    try {
      await sounding.toggle();
      if (sounding.on && !sounding.sounds) tell(`Sound is on. It was computed from T${clockText(recorded.starts_s)} to T${clockText(recorded.ends_s)}: play that at 0.25× to 2× to hear it. SIMULATED, turned up.`);
    } catch {
      tell('This browser cannot play the sound; it is in the run folder too.');
    }
    listen.setAttribute('aria-pressed', String(sounding.on));
  }

  function refresh(): void {
    write(play, clock.playing ? 'Pause' : 'Play');
    write(rate, `${clock.backwards ? '\u2212' : ''}${clock.rate}×`);
    live.setAttribute('aria-pressed', String(clock.live));
    update(clock.t);
  }

  function update(t: number): void {
    const { info } = landing.run;
    sounding?.update();
    const past = clock.live ? t + info.light_time_s - info.duration_s : 0;
    write(where, clock.live ? (past > 0 ? `On Mars it has been over for ${duration(past)}` : `On Mars it is T${clockText(t + info.light_time_s)} already`) : '');
  }

  clock.onChange(refresh);
  refresh();
  return { element, update, refresh, sound: () => void sound() };
}
