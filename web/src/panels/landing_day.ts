// The page of the day: lead picture, what happened in a few lines, the place, against the real landing, credits.

import { button, fill, h } from '../dom';
import type { Picture, RunInfo } from '../data/run';
import { clockText, utcText } from '../format';
import { isMain, type Landing, type Panel } from '../landing';
import { alt } from './gallery';

export function landingDay(landing: Landing): Panel {
  const element = h('section', { class: 'day sheet', 'aria-label': 'Landing day' });

  function refresh(): void {
    if (element.hidden) return;
    const { info } = landing.run;
    const { format } = landing;
    const there = released(info);
    const lead = leading(there, landing.run.event('touchdown')?.t_s ?? info.duration_s);
    const outcome = info.outcome as { sentence?: string; success?: boolean };
    const site = info.assessment as { sentence?: string; health?: { sentence?: string } } | undefined;
    const image = lead ? h('img', { alt: alt(landing, lead), width: lead.width, height: lead.height }) : null;
    if (lead && image) void landing.run.assetUrl(lead.file).then((url) => { image.src = url; });
    fill(element,
      h('p', { class: 'dateline' }, `${info.site.name}, Mars · ${utcText(info.epoch_utc, info.duration_s, true).slice(0, 10)} · SIMULATED`),
      h('h2', {}, outcome.success ? 'A rover stands on Mars' : 'The landing was lost'),
      info.loss ? lossReport(landing) : h('p', { class: 'plain' }, format.sentence(outcome.sentence ?? '')),
      missed(landing),
      info.arrivals ? h('p', { class: 'note' }, `Released within 24 hours: ${there.length} of ${info.pictures.length} pictures were whole on Earth by then.`) : null,
      lead && image ? h('figure', { class: 'lead' }, h('button', { type: 'button', class: 'card-picture', onclick: () => landing.openPicture(lead.imageid) }, image), h('figcaption', {}, format.sentence(lead.caption))) : null,
      site?.sentence ? h('div', {}, h('h3', {}, 'Where it stands'), h('p', {}, format.sentence(site.sentence)), site.health?.sentence ? h('p', {}, site.health.sentence) : null) : null,
      h('h3', {}, 'How it went'),
      h('ol', { class: 'story' }, ...info.events.filter(isMain).map((event) => h('li', {},
        h('span', { class: 'when' }, `T${clockText(event.t_s)}`),
        h('span', {}, button(event.label, () => { landing.go(event.t_s); landing.why(event); }, { class: 'link' }), ` ${event.plain}`)))),
      compared(landing),
      h('h3', {}, 'Credits'), h('ul', {}, ...info.credits.map((each) => h('li', {}, each))),
      h('details', {}, h('summary', {}, `${info.sources.length} sources behind models and numbers`), h('ul', { class: 'sources' }, ...info.sources.map((each) => h('li', {}, each)))),
      h('p', { class: 'note' }, `${info.title}. ${info.nominal ? 'Nominal flight' : `Seed ${info.seed}`}, flown by skycrane ${info.version}${info.made_with ? ` with “${info.made_with}”` : ''}.`),
    );
  }
  return { element, update: () => undefined, refresh, opened: refresh };
}

/** Pictures that were whole on Earth a day after the landing; all of them when their way home is not known. */
function released(info: RunInfo): Picture[] {
  const { arrivals } = info;
  return arrivals ? info.pictures.filter((each) => each.received_s !== null && each.received_s <= arrivals.landed_s + 86_400) : info.pictures;
}

/** The picture of the day: the last one in the air of the camera that saw the rover hang. */
function leading(there: Picture[], down: number): Picture | undefined {
  const inAir = [...there].sort((a, b) => b.taken_s - a.taken_s).filter((each) => each.taken_s < down);
  return ['DDC', 'RUC', 'RDC'].map((camera) => inAir.find((each) => each.camera === camera)).find(Boolean) ?? there[there.length - 1];
}

/** Requirements that were not kept, though nothing was lost. */
export function missed(landing: Landing): HTMLElement | null {
  const { info } = landing.run;
  if (!info.missed?.length) return null;
  const { format } = landing;
  const told = info.missed.map((each) => `${each.label} ${format.written(each.value, each.unit)}, ${each.bound} ${format.written(each.limit, each.unit, each.value)} wanted`).join('; ');
  return h('p', { class: 'missed' }, `It stands, but it did not keep all that the mission asks of a landing, which leaves a margin from what breaks: ${told}.`);
}

export function lossReport(landing: Landing): HTMLElement {
  const loss = landing.run.info.loss!;
  const { format } = landing;
  const figures = loss.by_how_much.map((each) => `${each.name} ${format.text(each.value, each.unit)}${each.limit === null ? '' : ` (limit ${format.text(each.limit, each.unit)})`}`).join('; ');
  const row = (name: string, ...texts: string[]): HTMLElement | null => {
    const said = texts.filter(Boolean);
    return said.length ? h('div', {}, h('dt', {}, name), h('dd', {}, format.sentence(said.join(' ')))) : null;
  };
  return h('div', { class: 'loss', role: 'status' }, h('h3', {}, 'What happened'), h('p', { class: 'plain' }, loss.what),
    h('dl', { class: 'facts' }, row('When', loss.when), loss.said || figures ? h('div', {}, h('dt', {}, 'By how much'), h('dd', {}, [format.sentence(loss.said), figures && `${figures}.`].filter(Boolean).join(' '))) : null,
      row('How it came to that', ...loss.came_of), row('Worth trying', ...loss.worth_trying), row('What would have saved it', loss.would_have_saved)));
}

function compared(landing: Landing): HTMLElement | null {
  const { info } = landing.run;
  const { format } = landing;
  if (!info.comparison.length) return null;
  const passed = info.comparison.filter((each) => each.passed).length;
  const head = h('tr', {}, ...['Figure', 'Predicted', 'Flown', 'Allowed', 'Source'].map((each) => h('th', { scope: 'col' }, each)));
  const rows = info.comparison.map((each) => h('tr', { class: each.passed ? '' : 'outside', title: [each.confidence, each.note].filter(Boolean).join(': ') },
    h('th', { scope: 'row' }, each.label),
    h('td', {}, format.written(each.predicted, each.unit)),
    h('td', { class: 'real' }, format.written(each.flown, each.unit, each.predicted ?? undefined)),
    h('td', {}, `${each.low ? `${format.written(each.low, each.unit, each.predicted ?? undefined)} to ` : 'up to '}${format.written(each.high, each.unit, each.predicted ?? undefined)}${each.passed ? '' : ' · outside'}`),
    h('td', { class: 'source' }, each.source)));
  return h('div', {}, h('h3', {}, `Predicted against flown: ${passed} of ${info.comparison.length} inside their bounds`),
    info.comparison_note ? h('p', { class: 'note' }, info.comparison_note) : null,
    h('p', { class: 'note' }, '“Allowed” is how near to the real landing a prediction has to come. What the mission asks of a landing is another limit, and what breaks the vehicle a third: a touchdown may be gentle enough for both and still not be that of the real landing.'),
    h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Predicted against flown' }, h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows))));
}
