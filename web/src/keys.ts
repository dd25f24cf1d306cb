// The keyboard: everything that the buttons do.

import type { Landing } from './landing';
import { lastEvent } from './landing';
import { step } from './panels/transport';
import { VIEWS } from './stage';

export interface Commands {
  units(): void;
  layer(name: string): void;
  help(): void;
  escape(): void;
  cameras(): string[];
  sound(): void;
}

/** Listens to the keyboard; what comes back presses a key for whoever has none. */
export function listen(landing: Landing, commands: Commands): (key: string) => void {
  const { clock } = landing;
  const jump = (by: number): void => clock.seek(clock.t + by);

  function views(): string[] {
    return [...VIEWS.map(([view]) => view), ...commands.cameras()];
  }

  function nextCamera(): void {
    const all = commands.cameras();
    if (all.length) landing.setView(all[(all.indexOf(landing.view) + 1) % all.length]!);
  }


  function explain(): void {
    const event = lastEvent(landing.run, clock.t);
    if (event) landing.why(event);
  }

  function touchdown(): void {
    const event = landing.run.event('touchdown') ?? landing.run.event('ground_contact');
    if (event) landing.go(event.t_s);
  }

  const does: Record<string, () => void> = {
    ' ': () => clock.play(), ',': () => clock.faster(-1), '.': () => clock.faster(1), '[': () => step(landing, -1), ']': () => step(landing, 1),
    '0': () => landing.go(0), t: touchdown, c: nextCamera, p: () => nextInset(landing, views()), w: explain, g: () => commands.layer('ghost'), l: () => commands.layer('labels'),
    m: commands.sound, u: commands.units, arrowleft: () => jump(-1), arrowright: () => jump(1), v: () => clock.goLive(!clock.live), '?': commands.help, escape: commands.escape,
  };

  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const on = event.target as HTMLElement;
    const slider = on.getAttribute('role') === 'slider';
    if (!slider && /^(INPUT|SELECT|TEXTAREA)$/.test(on.tagName) && event.key !== 'Escape') return;
    if (event.key === ' ' && /^(BUTTON|SUMMARY|A)$/.test(on.tagName)) return; // there it presses the button
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
    const arrows: Record<string, number> = { arrowleft: -1, arrowright: 1, pageup: 30, pagedown: -30 };
    if (key in arrows && (slider || !key.startsWith('page'))) jump(arrows[key]! * (event.shiftKey ? 10 : 1));
    else if (slider && key === 'home') landing.go(clock.start);
    else if (slider && key === 'end') landing.go(clock.end);
    else if (/^[1-9]$/.test(key)) { const view = views()[Number(key) - 1]; if (view) landing.setView(view); }
    else if (does[key]) does[key]!();
    else return;
    event.preventDefault();
  });
  return (key) => does[key.toLowerCase()]?.();
}

/** The small picture goes round the views; after the last there is none. */
export function nextInset(landing: Landing, views: string[]): void {
  const all = ['', ...views.filter((each) => each !== landing.view)];
  landing.setInset(all[(all.indexOf(landing.inset) + 1) % all.length]!);
}
