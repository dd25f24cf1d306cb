// "What if?": change something, have it flown by the real engine, watch what comes of it.

import { button, fill, h, write } from '../dom';
import { FetchedAssets } from '../data/assets';
import { readRun } from '../data/run';
import type { Slider } from '../data/schema';
import type { Landing, Panel } from '../landing';
import { lossReport } from './landing_day';

interface Answer { number?: number; state: string; sentence: string }

/** Ask the server for a flight and wait for it; the run, or the sentence that says why not. `stop` ends it at its next event. */
export async function flyIt(landing: Landing, asked: object, say: (text: string) => void, stop?: AbortSignal): Promise<boolean> {
  const said = await fetch('fly', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked) });
  let answer = (await said.json()) as Answer;
  const number = answer.number;
  const began = performance.now();
  while (answer.state === 'flying' && number !== undefined) {
    const seconds = Math.round((performance.now() - began) / 1000);
    say(`${answer.sentence} ${seconds} s${seconds > 8 ? '. The first flight on a machine takes minutes: its programs are made.' : ''}`);
    await new Promise((done) => setTimeout(done, 250));
    answer = (await (await fetch(`flights/${number}`, { method: stop?.aborted ? 'DELETE' : 'GET' })).json()) as Answer;
  }
  if (answer.state !== 'done' || number === undefined) {
    say(answer.sentence);
    return false;
  }
  const run = await readRun(new FetchedAssets(`flights/${number}/`), landing.run);
  landing.show(run, answer.sentence);
  return true;
}

export function whatIf(landing: Landing, original: () => boolean, back: () => void): Panel {
  const element = h('section', { class: 'what-if sheet', 'aria-label': 'What if?' });
  const said = h('p', { class: 'said', role: 'status' });
  const asked: Record<string, number | boolean | string> = {};
  let busy: AbortController | undefined;

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
  }

  function refresh(): void {
    if (element.hidden) return;
    const { info } = landing.run;
    const sliders = info.what_if ?? [];
    fill(element,
      h('h2', {}, 'What if?'),
      info.can_fly
        ? h('p', {}, 'Change something and fly it again with the real engine. The plan on board is made anew for what you choose, as mission control would.')
        : h('p', { class: 'plain' }, 'This page plays a flight that was computed before. To fly your own, install skycrane (pip install skycrane), then run: skycrane land, and: skycrane watch runs/mars2020-nominal'),
      h('div', { class: 'controls' }, ...sliders.map(control)),
      h('div', { class: 'row' },
        button(busy ? 'In the air …' : 'Fly it', () => void fly(), { class: 'primary', disabled: Boolean(busy) || !info.can_fly }),
        busy ? button('Stop it', () => busy?.abort()) : null,
        original() ? null : button('Back to the first flight', back)),
      said,
      original() ? null : result(landing),
    );
  }

  function control(each: Slider): HTMLElement {
    const value = asked[each.key] ?? each.value;
    const id = `what-${each.key.replaceAll('.', '-')}`;
    const help = h('small', { id: `${id}-help` }, landing.format.sentence(each.help));
    const off = !landing.run.info.can_fly;
    if (each.kind === 'switch') {
      const box = h('input', { type: 'checkbox', id, disabled: off, 'aria-describedby': `${id}-help`, onchange: () => { asked[each.key] = box.checked; } });
      box.checked = Boolean(value);
      return h('div', { class: 'control' }, h('label', { for: id }, box, ` ${each.label}`), help);
    }
    if (each.kind === 'choice') {
      const select = h('select', { id, disabled: off, 'aria-describedby': `${id}-help`, onchange: () => { asked[each.key] = select.value; } }, ...(each.choices ?? []).map((choice, n) => h('option', { value: choice }, each.words?.[n] ?? choice)));
      select.value = String(value);
      return h('div', { class: 'control' }, h('label', { for: id }, each.label), select, help);
    }
    const number = Number(value);
    const show = (x: number): string => `${landing.format.written(x, each.unit)}${each.unit === '×' ? ' ×' : ''}`;
    const output = h('output', { for: id }, show(number));
    const input = h('input', { type: 'range', id, min: each.low, max: each.high, step: each.step, disabled: off, 'aria-describedby': `${id}-help`, 'aria-valuetext': show(number), oninput: () => { asked[each.key] = Number(input.value); write(output, show(Number(input.value))); input.setAttribute('aria-valuetext', show(Number(input.value))); } });
    input.value = String(number);
    return h('div', { class: 'control' }, h('label', { for: id }, each.label, ' ', output), input, help);
  }
  return { element, update: () => undefined, refresh, opened: refresh };
}

function result(landing: Landing): HTMLElement {
  const { info } = landing.run;
  if (info.loss) return lossReport(landing);
  return h('p', { class: 'plain' }, landing.format.sentence(String((info.outcome as { sentence?: string }).sentence ?? '')));
}
