// "What if?": change something, have it flown by the real engine, watch what comes of it.

import { button, fill, h, write } from '../dom';
import { duration } from '../format';
import { FetchedAssets } from '../data/assets';
import { readRun } from '../data/run';
import type { Slider } from '../data/schema';
import type { Landing, Panel } from '../landing';
import { lossReport, missed } from './landing_day';

interface Answer { number?: number; state: string; sentence: string }

const LOOK_AGAIN = 80; // ms between two questions how far a flight is
const SETTLED = 200; // ms after which a control that was moved is taken to stay there
const LATE = 8; // s from which it is said for how long the person has waited

/** Ask the server for a flight and wait for it: whether it is on the screen; if not, why was said. `stop` ends it at once. */
export async function flyIt(landing: Landing, asked: object, say: (text: string) => void, stop: AbortSignal): Promise<boolean> {
  say('Flying it …');
  const said = await fetch('fly', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked) });
  let answer = (await said.json()) as Answer;
  const number = answer.number;
  const began = performance.now();
  while (answer.state === 'flying' && number !== undefined) {
    const seconds = Math.round((performance.now() - began) / 1000);
    say(`${answer.sentence}${seconds > LATE ? ` ${duration(seconds)} so far.` : ''}`);
    await pause(LOOK_AGAIN, stop);
    answer = (await (await fetch(`flights/${number}`, { method: stop.aborted ? 'DELETE' : 'GET' })).json()) as Answer;
  }
  if (answer.state !== 'done' || number === undefined) {
    say(answer.sentence);
    return false;
  }
  const run = await readRun(new FetchedAssets(`flights/${number}/`), landing.run);
  landing.show(run, answer.sentence);
  return true;
}

/** Some milliseconds, fewer when it is stopped. */
function pause(time: number, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (stop.aborted) return done();
    const timer = setTimeout(done, time);
    stop.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });
}

/** A line that says how ready the engine is, for as long as it is in sight and not ready. */
export function engineLine(landing: Landing, inSight: () => boolean): { element: HTMLElement; look(): void } {
  const element = h('p', { class: 'note engine', role: 'status' });
  let timer = 0;
  async function look(): Promise<void> {
    window.clearTimeout(timer);
    if (!landing.run.info.can_fly || !inSight()) return;
    try {
      const { state, sentence } = (await (await fetch('flights/engine')).json()) as Answer;
      write(element, sentence);
      if (state !== 'ready') timer = window.setTimeout(() => void look(), 1000);
    } catch {
      write(element, ''); // who flies is told then
    }
  }
  return { element, look: () => void look() };
}

export function whatIf(landing: Landing, original: () => boolean, back: () => void): Panel {
  const element = h('section', { class: 'what-if sheet', 'aria-label': 'What if?' });
  const said = h('p', { class: 'said', role: 'status' });
  const asked: Record<string, number | boolean | string> = {};
  let busy: AbortController | undefined;
  let settling = 0;
  const engine = engineLine(landing, () => !element.hidden);

  async function fly(): Promise<void> {
    if (busy) return;
    busy = new AbortController();
    refresh();
    try {
      if (await flyIt(landing, { changes: { ...asked } }, (text) => write(said, landing.format.sentence(text)), busy.signal)) write(said, '');
    } catch {
      write(said, 'The server does not answer any more; start it again with “skycrane watch RUN”.');
    }
    busy = undefined;
    refresh();
    engine.look();
  }

  /** The server may begin with what is likely to be asked for next: nothing is shown of it, and nothing is lost if it cannot. */
  function ahead(): void {
    window.clearTimeout(settling);
    settling = window.setTimeout(() => {
      if (!busy) void fetch('ahead', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ changes: asked }) }).catch(() => undefined);
    }, SETTLED);
  }

  function refresh(): void {
    if (element.hidden) return;
    const { info } = landing.run;
    const sliders = info.what_if ?? [];
    fill(element,
      h('h2', {}, 'What if?'),
      info.can_fly
        ? h('p', {}, 'Change something and fly it again with the real engine. The plan on board is made anew for what you choose, as mission control would.')
        : h('p', { class: 'plain' }, 'This page plays a flight that was computed before. To fly your own you need skycrane’s source folder, with Python 3.11 or newer and nothing else. In it, “make land” sets everything up and flies a landing; then “.venv/bin/skycrane watch runs/mars2020-nominal” opens this page with its engine.'),
      h('div', { class: 'controls' }, ...sliders.map(control)),
      h('div', { class: 'row' },
        button(busy ? 'In the air …' : 'Fly it', () => void fly(), { class: 'primary', disabled: Boolean(busy) || !info.can_fly }),
        busy ? button('Stop it', () => busy?.abort()) : null,
        original() ? null : button('Back to the first flight', back)),
      said,
      engine.element,
      original() ? null : result(landing),
    );
  }

  function control(each: Slider): HTMLElement {
    const value = asked[each.key] ?? each.value;
    const id = `what-${each.key.replaceAll('.', '-')}`;
    const help = h('small', { id: `${id}-help` }, landing.format.sentence(each.help));
    const off = !landing.run.info.can_fly;
    if (each.kind === 'switch') {
      const box = h('input', { type: 'checkbox', id, disabled: off, 'aria-describedby': `${id}-help`, onchange: () => { asked[each.key] = box.checked; ahead(); } });
      box.checked = Boolean(value);
      return h('div', { class: 'control' }, h('label', { for: id }, box, ` ${each.label}`), help);
    }
    if (each.kind === 'choice') {
      const select = h('select', { id, disabled: off, 'aria-describedby': `${id}-help`, onchange: () => { asked[each.key] = select.value; ahead(); } }, ...(each.choices ?? []).map((choice, n) => h('option', { value: choice }, each.words?.[n] ?? choice)));
      select.value = String(value);
      return h('div', { class: 'control' }, h('label', { for: id }, each.label), select, help);
    }
    const number = Number(value);
    const own = Number(each.value);
    const show = (x: number): string => `${x === own ? landing.format.exact(x, each.unit) : landing.format.written(x, each.unit)}${each.unit === '×' ? ' ×' : ''}`;
    const back = button(`Back to ${show(own)}`, () => { put(own); ahead(); }, { class: 'link', hidden: number === own });
    const put = (x: number): void => {
      asked[each.key] = x;
      input.value = String(x); // the nearest that the slider has
      write(output, show(x));
      input.setAttribute('aria-valuetext', show(x));
      back.hidden = x === own;
    };
    const output = h('output', { for: id }, show(number));
    const input = h('input', { type: 'range', id, min: each.low, max: each.high, step: each.step, disabled: off, 'aria-describedby': `${id}-help`, 'aria-valuetext': show(number), oninput: () => put(Number(input.value)), onchange: ahead });
    input.value = String(number);
    return h('div', { class: 'control' }, h('label', { for: id }, each.label, ' ', output), input, back, help);
  }
  return { element, update: () => undefined, refresh, opened: () => { refresh(); engine.look(); } };
}

function result(landing: Landing): HTMLElement {
  const { info } = landing.run;
  if (info.loss) return lossReport(landing);
  return h('div', {}, h('p', { class: 'plain' }, landing.format.sentence(String((info.outcome as { sentence?: string }).sentence ?? ''))), missed(landing));
}
