// The page of one landing: opens the run, puts the panels together, listens to keys, keeps the address up to date.

import './style.css';
import { Clock } from './clock';
import { loadRun, type Run } from './data/run';
import { button, h, write } from './dom';
import { Formatter, SYSTEM_NAMES, SYSTEMS, type System } from './format';
import { listen } from './keys';
import type { Landing, Panel } from './landing';
import { LAYERS, readLink, writeLink } from './link';
import { narrator } from './narrator';
import { ensemblePanel } from './panels/ensemble';
import { gallery } from './panels/gallery';
import { help } from './panels/help';
import { hud } from './panels/hud';
import { landingDay } from './panels/landing_day';
import { plots } from './panels/plots';
import { timeline } from './panels/timeline';
import { transport } from './panels/transport';
import { whatIf } from './panels/what_if';
import { whyPanel } from './panels/why';
import { camerasOf, stage, VIEWS } from './stage';

const SHORT: Record<string, string> = { many: 'Many', day: 'Day' };
const USUAL_LAYERS = ['ghost', 'labels', 'plasma', 'dust'];

async function open(): Promise<void> {
  const page = document.getElementById('page')!;
  try {
    build(page, await loadRun());
  } catch (problem) {
    page.replaceChildren(h('main', { class: 'broken' }, h('h1', {}, 'This landing cannot be shown'), h('p', {}, problem instanceof Error ? problem.message : String(problem))));
  }
}

function lastTime(run: Run): number {
  const { info } = run;
  const home = info.pictures.map((each) => (each.received_s === null ? each.taken_s : each.received_s - info.light_time_s));
  return Math.max(info.duration_s, ...home.map((each) => each + 60));
}

function build(page: HTMLElement, first: Run): void {
  const link = readLink(location.hash, location.search);
  const clock = new Clock(first.info.start_s, lastTime(first), first.info.light_time_s, link.t ?? first.info.start_s);
  clock.t = Math.min(Math.max(clock.t, clock.start), clock.end);
  const format = new Formatter(link.units ?? (storedUnits() as System));
  const landing: Landing = {
    run: first, clock, format, view: link.view && (VIEWS.some(([each]) => each === link.view) || camerasOf(first).some((each) => each.camera === link.view)) ? link.view : 'chase', inset: link.inset ?? '', layers: new Set(link.layers ?? USUAL_LAYERS),
    why: (event) => { showTab('watch'); why.show(event); },
    go: (t) => { clock.play(false); clock.seek(t); },
    setView: (view) => { landing.view = view; middle.redraw(); changed(); },
    setInset: (view) => { landing.inset = view; middle.redraw(); changed(); },
    openPicture: (imageid) => pictures.open(imageid),
    show: (run, said) => replaceRun(run, said),
  };

  const middle = stage(landing);
  const figures = hud(landing);
  const why = whyPanel(landing, () => closeWhy());
  const line = timeline(landing);
  const spoken = narrator(landing);
  const pictures = gallery(landing);
  const whatIfPanel = whatIf(landing, () => landing.run === first, () => replaceRun(first, 'The first flight again.'));
  const tabs: Array<[string, string, Panel | null]> = [
    ['watch', 'Watch', null], ['pictures', 'Pictures', pictures], ['plots', 'Plots', plots(landing)], ['what-if', 'What if?', whatIfPanel],
    ...(first.info.ensemble ? ([['many', 'Many landings', ensemblePanel(landing)]] as Array<[string, string, Panel]>) : []),
    ['day', 'Landing day', landingDay(landing)],
  ];
  const bar = transport(landing, () => void copyLink(), (text) => tell(text));
  const keys = help((key) => press(key));
  const toast = h('p', { class: 'toast', role: 'status' });
  const notes = h('p', { class: 'notes', role: 'note' });
  const unitsButton = button('', () => nextUnits(), { class: 'units', title: 'Units (U)' });
  const ghostButton = button('Real landing', () => toggle('ghost'), { class: 'ghost', title: 'The real landing’s published figures (G)' });
  const panels: Panel[] = [middle, figures, why, line, bar, ...tabs.flatMap(([, , panel]) => (panel ? [panel] : []))];
  const nav = h('nav', { class: 'tabs', 'aria-label': 'Parts of the page' }, ...tabs.map(([name, label]) => tabButton(name, label)));
  const sheets = h('div', { class: 'sheets', tabindex: 0, role: 'region', 'aria-label': 'Part of the page' }, ...tabs.flatMap(([, , panel]) => (panel ? [panel.element] : [])));
  const title = h('h1', { title: first.info.title }, first.info.title);

  page.replaceChildren(
    h('header', { class: 'top' }, h('span', { class: 'simulated', title: 'Computed, not photographed: nothing here is a real spacecraft’s' }, 'SIMULATED'), title, nav, h('div', { class: 'top-buttons' }, ghostButton, unitsButton, button('?', () => keys.showModal(), { 'aria-label': 'Help: keys', title: 'Keys (?)' }))),
    notes,
    h('main', { class: 'middle' }, h('section', { class: 'watch', 'aria-label': 'The landing' }, middle.element, figures.element, spoken.caption, why.element), sheets),
    h('footer', { class: 'bottom' }, line.element, bar.element, spoken.element),
    keys, toast,
  );
  document.title = `${first.info.title}, simulated`;

  /** A narrow page has room for the short name. */
  function tabButton(name: string, label: string): HTMLElement {
    const made = button('', () => showTab(name), { 'data-tab': name, 'aria-label': label });
    made.append(h('span', { class: 'long' }, label), h('span', { class: 'short' }, SHORT[name] ?? label));
    return made;
  }

  let tab = '';
  function showTab(name: string): void {
    const known = tabs.some(([each]) => each === name) ? name : 'watch';
    const fresh = known !== tab;
    tab = known;
    page.dataset.tab = known;
    for (const [each, , panel] of tabs) if (panel) panel.element.hidden = each !== known;
    for (const each of nav.children) each.toggleAttribute('aria-current', (each as HTMLElement).dataset.tab === known);
    nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (fresh) tabs.find(([each]) => each === known)?.[2]?.opened?.();
    changed();
  }

  function closeWhy(): void {
    why.element.hidden = true;
  }

  function nextUnits(): void {
    format.system = SYSTEMS[(SYSTEMS.indexOf(format.system) + 1) % SYSTEMS.length]!;
    keepUnits(format.system);
    refreshAll();
  }

  function toggle(layer: string): void {
    if (!landing.layers.delete(layer)) landing.layers.add(layer);
    refreshAll();
  }

  function refreshAll(): void {
    write(unitsButton, SYSTEM_NAMES[format.system]);
    unitsButton.setAttribute('aria-label', `Units: ${SYSTEM_NAMES[format.system]}. Change them`);
    ghostButton.setAttribute('aria-pressed', String(landing.layers.has('ghost')));
    for (const each of panels) each.refresh?.();
    changed();
  }

  function update(): void {
    for (const each of panels) each.update(clock.t);
    spoken.update(clock.t);
  }

  let kept = 0;
  /** The address says what is shown: at once when still, every second while it plays. */
  function changed(): void {
    window.clearTimeout(kept);
    kept = window.setTimeout(() => history.replaceState(null, '', writeLink({ t: clock.t, view: landing.view, inset: landing.inset, layers: LAYERS.filter((each) => landing.layers.has(each)), units: format.system, tab, version: landing.run.info.page_version })), 150);
  }

  async function copyLink(): Promise<void> {
    changed();
    await new Promise((done) => setTimeout(done, 200));
    try {
      await navigator.clipboard.writeText(location.href);
      tell('The link to this moment is copied.');
    } catch {
      tell('The address above is the link to this moment.');
    }
  }

  function tell(text: string): void {
    write(toast, text);
    toast.classList.add('is-shown');
    window.setTimeout(() => toast.classList.remove('is-shown'), 4000);
  }

  function replaceRun(run: Run, said: string): void {
    landing.run = run;
    clock.first = run.info.start_s;
    clock.end = lastTime(run);
    clock.live = false;
    closeWhy();
    void middle.start(run);
    writeNotes();
    showTab('watch');
    clock.seek(run.info.start_s);
    clock.play(run !== first);
    refreshAll();
    tell(said);
  }

  function writeNotes(): void {
    const own = landing.run === first ? [] : [`Your own flight: ${Object.entries(landing.run.info.changed ?? {}).map(([key, value]) => describe(key, value)).join(', ') || 'nothing changed'}.`];
    const lost = landing.run !== first && landing.run.info.loss;
    write(notes, [...own, ...(lost ? ['It is lost on the way.'] : []), ...landing.run.info.notes].join(' '));
    if (lost) notes.append(' ', button('Its report', () => showTab('what-if'), { class: 'link' }));
    notes.hidden = !notes.textContent;
  }

  function describe(key: string, value: unknown): string {
    const slider = first.info.what_if?.find((each) => each.key === key);
    const chosen = slider?.choices?.indexOf(String(value)) ?? -1;
    if (slider && chosen >= 0) return `${slider.label} \u201c${slider.words?.[chosen] ?? String(value)}\u201d`;
    return slider?.kind === 'number' ? `${slider.label} ${format.written(Number(value), slider.unit)}` : `${slider?.label ?? key} ${value === false ? 'off' : value === true ? 'on' : String(value)}`;
  }

  clock.onChange(() => { update(); changed(); });
  const press = listen(landing, {
    units: nextUnits, layer: toggle, help: () => keys.showModal(), cameras: () => middle.cameras(), sound: () => bar.sound(),
    escape: () => { if (!why.element.hidden) closeWhy(); else showTab('watch'); },
  });
  writeNotes();
  showTab(link.tab ?? 'watch');
  refreshAll();
  update();
  void middle.start(first);
  if (link.unknown) tell(link.unknown);
  window.addEventListener('hashchange', () => {
    const next = readLink(location.hash, '');
    if (next.units) format.system = next.units;
    if (next.layers) landing.layers = new Set(next.layers);
    if (next.view) landing.view = next.view;
    landing.inset = next.inset ?? '';
    if (next.t !== undefined) landing.go(next.t);
    if (next.tab) showTab(next.tab);
    if (next.unknown) tell(next.unknown);
    refreshAll();
  });
  const frame = (now: number): void => {
    if (clock.tick(now)) { update(); if (Math.floor(now / 1000) !== Math.floor((now - 17) / 1000)) changed(); }
    requestAnimationFrame(frame);
  };
  if (!link.frozen) requestAnimationFrame(frame);
  page.dataset.ready = 'true';
}

function storedUnits(): string {
  try {
    return localStorage.getItem('skycrane-units') ?? 'metric';
  } catch {
    return 'metric';
  }
}

function keepUnits(system: string): void {
  try {
    localStorage.setItem('skycrane-units', system);
  } catch {
    return; // a page that was opened from a file may keep nothing
  }
}

void open();
