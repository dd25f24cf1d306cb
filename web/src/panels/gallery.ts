// The pictures: all of them, or as they arrive on Earth, thumbnails first. Each says when it was taken, sent and received.

import { button, h, write } from '../dom';
import { clockText, duration, utcText } from '../format';
import type { Picture } from '../data/run';
import { afterwards, type Landing, type Panel } from '../landing';
import { saveWithCaption } from './captioned';

const SORTS: Array<[string, string]> = [['taken', 'Time taken'], ['received', 'Time received']];

export function gallery(landing: Landing): Panel & { open(imageid: string): void } {
  const camera = h('select', { 'aria-label': 'Camera', onchange: () => draw() });
  const size = h('select', { 'aria-label': 'Size', onchange: () => draw() });
  const phase = h('select', { 'aria-label': 'Phase', onchange: () => draw() });
  const sort = h('select', { 'aria-label': 'Order', onchange: () => draw() }, ...SORTS.map(([value, text]) => h('option', { value }, text)));
  const arriving = h('input', { type: 'checkbox', id: 'arriving', onchange: () => draw() });
  const count = h('p', { class: 'count', role: 'status' });
  const cards = h('ul', { class: 'cards' });
  const feed = h('p', { class: 'note' });
  const large = h('dialog', { class: 'large', 'aria-label': 'Picture' });
  large.addEventListener('click', (event) => { if (event.target === large) large.close(); });
  const element = h('section', { class: 'gallery sheet', 'aria-label': 'Pictures' },
    h('h2', {}, 'Pictures'),
    h('div', { class: 'filters' },
      label('Camera', camera), label('Size', size), label('Phase', phase), label('Order', sort),
      h('label', { class: 'check', for: 'arriving' }, arriving, ' As they arrive on Earth')),
    count, cards, feed, large);
  let known = '';

  function pictures(): Picture[] {
    return landing.run.info.pictures;
  }

  function here(): number {
    return landing.clock.t + landing.run.info.light_time_s;
  }

  /** What is on Earth of a picture now: nothing, its thumbnail, all of it. */
  function state(each: Picture): 'nothing' | 'thumbnail' | 'whole' {
    if (!arriving.checked) return 'whole';
    if (each.received_s !== null && each.received_s <= here()) return 'whole';
    return each.thumbnail_received_s !== null && each.thumbnail_received_s <= here() ? 'thumbnail' : 'nothing';
  }

  function wanted(): Picture[] {
    const { info } = landing.run;
    const stretch = info.phases.find((each) => each.key === phase.value);
    return pictures()
      .filter((each) => (!camera.value || each.camera === camera.value) && (!size.value || each.sample_type === size.value))
      .filter((each) => !phase.value || (stretch ? each.taken_s >= stretch.start_s && each.taken_s < stretch.end_s : each.taken_s > info.duration_s))
      .sort((a, b) => (sort.value === 'received' ? (a.received_s ?? Infinity) - (b.received_s ?? Infinity) : a.taken_s - b.taken_s));
  }

  function draw(): void {
    const shown = wanted().filter((each) => state(each) !== 'nothing');
    const now = `${landing.format.system}|${shown.map((each) => each.imageid + state(each)).join()}`;
    const waiting = wanted().length - shown.length;
    write(count, `${shown.length} of ${pictures().length} pictures${waiting > 0 ? `, ${waiting} not on Earth yet` : ''}`);
    if (now === known) return;
    known = now;
    cards.replaceChildren(...shown.map(card));
    if (!pictures().length) cards.replaceChildren(h('li', { class: 'empty' }, 'No pictures were taken in this flight. “skycrane pictures RUN” takes them.'));
  }

  function card(each: Picture): HTMLElement {
    const image = h('img', { alt: alt(landing, each), loading: 'lazy', width: 320, height: Math.round((320 * each.height) / each.width) });
    void landing.run.assetUrl(each.thumbnail).then((url) => { image.src = url; });
    return h('li', { class: state(each) === 'thumbnail' ? 'card is-thumbnail' : 'card' },
      h('button', { type: 'button', class: 'card-picture', onclick: () => open(each.imageid) }, image),
      h('p', { class: 'card-title' }, h('span', { class: 'simulated' }, 'SIMULATED'), ` ${capital(each.camera_name)}`),
      times(each),
      state(each) === 'thumbnail' ? h('p', { class: 'note' }, 'Thumbnail. The picture itself is still on its way.') : null);
  }

  function times(each: Picture): HTMLElement {
    const { info } = landing.run;
    const row = (name: string, text: string): HTMLElement => h('div', {}, h('dt', {}, name), h('dd', {}, text));
    const taken = each.taken_s <= info.duration_s ? `T${clockText(each.taken_s)}` : afterwards(info, each.taken_s);
    const after = (t: number): string => `${duration(t - each.taken_s)} later`;
    return h('dl', { class: 'times' },
      row('Taken', each.height_above_terrain_m !== null && each.height_above_terrain_m > 25 ? `${taken}, ${landing.format.text(each.height_above_terrain_m, 'm')} up` : taken),
      row('Sent', each.sent_s === null ? 'not yet' : `${after(each.sent_s)}${each.orbiter ? `, by ${each.orbiter}` : ''}`),
      row('Received', each.received_s === null ? (each.share_received > 0 ? `${Math.round(100 * each.share_received)}\u202f% of it` : 'not yet') : after(each.received_s)));
  }

  function open(imageid: string): void {
    const { info } = landing.run;
    const each = pictures().find((one) => one.imageid === imageid);
    if (!each) return;
    const image = h('img', { alt: alt(landing, each), width: each.width, height: each.height });
    void landing.run.assetUrl(state(each) === 'thumbnail' ? each.thumbnail : each.file).then((url) => { image.src = url; });
    const all = wanted().filter((one) => state(one) !== 'nothing');
    const beside = (way: number): void => { const other = all[all.indexOf(each) + way]; if (other) open(other.imageid); };
    large.replaceChildren(
      h('figure', {}, image,
        h('figcaption', {}, h('p', { class: 'caption' }, landing.format.sentence(each.caption)), times(each),
          h('p', { class: 'note' }, `Taken ${utcText(info.epoch_utc, each.taken_s, true)}. ${each.made}`),
          h('div', { class: 'row' },
            button('Previous', () => beside(-1)), button('Next', () => beside(1)),
            button('Save with caption', () => void saveWithCaption(landing, each), { title: 'One picture with its caption under it' }),
            button('Show this moment', () => { large.close(); landing.go(each.taken_s); landing.setView(each.camera); }),
            button('Close', () => large.close())))));
    if (!large.open) large.showModal();
  }

  function refresh(): void {
    const { info } = landing.run;
    options(camera, 'All cameras', [...new Map(pictures().map((each) => [each.camera, capital(each.camera_name)]))]);
    options(size, 'All sizes', [...new Set(pictures().map((each) => each.sample_type))].map((each) => [each, each]));
    options(phase, 'All the way', [...info.phases.map((each): [string, string] => [each.key, each.label]), ['landed', 'On the ground']]);
    arriving.disabled = !pictures().some((each) => each.received_s !== null);
    if (landing.clock.live) arriving.checked = true;
    known = '';
    write(feed, arriving.disabled && pictures().length ? 'How they come home is not known yet: “skycrane downlink RUN” sends them.' : 'Raw-image feed for other viewers: run/feed.json in a published folder, rss/api/ on a server.');
    draw();
  }
  return { element, update: () => { if (arriving.checked && !element.hidden) draw(); }, refresh, opened: refresh, open };
}

/** What the picture shows, for who cannot see it. */
export function alt(landing: Landing, each: Picture): string {
  const height = each.height_above_terrain_m;
  return height !== null && height > 25 ? `${each.alt}, taken ${landing.format.text(height, 'm')} above the ground.` : `${each.alt}.`;
}

function label(text: string, control: HTMLElement): HTMLElement {
  return h('label', {}, h('span', {}, text), control);
}

function options(select: HTMLSelectElement, all: string, rest: Array<[string, string]>): void {
  const before = select.value;
  select.replaceChildren(h('option', { value: '' }, all), ...rest.map(([value, text]) => h('option', { value }, text)));
  select.value = rest.some(([value]) => value === before) ? before : '';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
