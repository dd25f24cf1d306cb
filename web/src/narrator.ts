// Reads the landing out: each event as it happens, for screen readers and as a caption on the picture.

import { h, write } from './dom';
import { isMain, type Landing } from './landing';

export function narrator(landing: Landing): { element: HTMLElement; caption: HTMLElement; update(t: number): void } {
  const element = h('div', { class: 'spoken', role: 'log', 'aria-live': 'polite', 'aria-label': 'What happens' });
  const caption = h('p', { class: 'caption-line', 'aria-hidden': 'true' });
  let before = landing.clock.t;
  let until = -Infinity;

  function update(t: number): void {
    const passed = t > before && t - before < 30 * landing.clock.rate ? landing.run.info.events.filter((each) => isMain(each) && each.t_s > before && each.t_s <= t) : [];
    before = t;
    const last = passed[passed.length - 1];
    if (last && landing.clock.playing) {
      write(element, `${last.label}. ${last.plain}`);
      write(caption, last.plain);
      caption.hidden = false;
      until = t + 5 * Math.max(1, landing.clock.rate);
    } else if (t > until || t < until - 60 * landing.clock.rate) caption.hidden = true;
  }
  caption.hidden = true;
  return { element, caption, update };
}
