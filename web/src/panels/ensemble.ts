// Many landings on the map: the cloud, the ellipse, this flight. A dot flies that case.

import { button, h, s, write } from '../dom';
import type { Run } from '../data/run';
import type { EnsembleCase } from '../data/schema';
import type { Landing, Panel } from '../landing';
import type { SceneTable } from '../scene/contents';
import { engineLine, flyIt } from './what_if';

export function ensemblePanel(landing: Landing): Panel {
  const said = h('p', { class: 'said', role: 'status' });
  const element = h('section', { class: 'ensemble sheet', 'aria-label': 'Many landings' });
  const engine = engineLine(landing, () => !element.hidden);
  const stop = button('Stop it', () => busy?.abort(), { hidden: true });
  let busy: AbortController | undefined;
  const first = landing.run.info;

  async function fly(each: EnsembleCase): Promise<void> {
    if (!first.can_fly) { write(said, `Case ${each.case}: ${landing.format.sentence(each.sentence)} To fly it, start a server: skycrane watch RUN --ensemble ENS`); return; }
    if (busy) return;
    busy = new AbortController();
    stop.hidden = false;
    try {
      if (await flyIt(landing, { case: each.case }, (text) => write(said, `Case ${each.case}: ${landing.format.sentence(text)}`), busy.signal)) write(said, `Case ${each.case} is on the screen: ${landing.format.sentence(each.sentence)}`);
    } catch {
      write(said, 'The server does not answer any more; start it again with “skycrane watch RUN --ensemble ENS”.');
    }
    busy = undefined;
    stop.hidden = true;
    engine.look();
  }

  function refresh(): void {
    const ensemble = first.ensemble;
    if (element.hidden || !ensemble) return;
    const landed = ensemble.cases.filter((each) => each.east_m !== null);
    const { ellipse } = ensemble;
    const far = ellipse ? [Math.abs(ellipse.east_m) + ellipse.half_axes_m[0]!, Math.abs(ellipse.north_m) + ellipse.half_axes_m[0]!] : [];
    const reach = 1.05 * Math.max(1000, ...far, ...landed.map((each) => Math.max(Math.abs(each.east_m!), Math.abs(each.north_m!))));
    const drawing = s('svg', { class: 'cloud', viewBox: `${-reach} ${-reach} ${2 * reach} ${2 * reach}`, role: 'group', 'aria-label': 'Map of landings, north up' });
    const ground = groundBelow(landing.run, reach);
    if (ground) drawing.append(ground);
    const grid = reach > 8000 ? 5000 : 1000;
    for (let at = -Math.floor(reach / grid) * grid; at <= reach; at += grid) {
      drawing.append(s('line', { class: 'grid', x1: at, x2: at, y1: -reach, y2: reach }), s('line', { class: 'grid', x1: -reach, x2: reach, y1: at, y2: at }));
    }
    if (ellipse) {
      const { east_m: east, north_m: north, half_axes_m: [a, b], azimuth_deg: azimuth } = ellipse;
      drawing.append(s('ellipse', { class: 'ellipse', cx: 0, cy: 0, rx: a, ry: b, transform: `translate(${east} ${-north}) rotate(${azimuth - 90})` }));
    }
    for (const each of landed) {
      const dot = s('circle', { class: each.success ? 'case' : 'case lost', cx: each.east_m!, cy: -each.north_m!, r: reach / 110 });
      const title = s('title');
      title.textContent = `Case ${each.case}: ${landing.format.sentence(each.sentence)}`;
      dot.append(title);
      dot.addEventListener('click', () => void fly(each));
      drawing.append(dot);
    }
    const down = landing.run.info.outcome.touchdown as { east_m?: number; north_m?: number } | undefined;
    if (down?.east_m !== undefined) drawing.append(s('circle', { class: 'this-one', cx: down.east_m, cy: -(down.north_m ?? 0), r: reach / 45 }));
    const aim = first.aimed_for;
    if (aim) drawing.append(s('path', { class: 'target', d: `M${-reach / 30} 0H${reach / 30}M0 ${-reach / 30}V${reach / 30}`, transform: `translate(${aim.east_m} ${-aim.north_m})` }));
    const lost = ensemble.cases.filter((each) => !each.success);
    const number = h('input', { type: 'number', min: 0, max: ensemble.n - 1, value: 0, 'aria-label': 'Number of the case' });
    element.replaceChildren(
      h('h2', {}, `${ensemble.landed} of ${ensemble.n} landings succeeded`),
      h('p', {}, `Each dot is a whole landing with its own air, winds and errors. ${ellipse ? `The ellipse is where ${Math.round(100 * ellipse.share)}\u202f% are to be expected; a` : 'A'} grid square is ${landing.format.text(grid, 'm')}. The ring is this landing${aim ? ', the cross the target of the entry' : ''}; red dots were lost. Choose a dot and that case is flown again.`),
      drawing,
      h('div', { class: 'row' }, h('label', {}, 'Case ', number), button('Fly this case', () => { const each = ensemble.cases.find((one) => one.case === Number(number.value)); if (each) void fly(each); }), stop),
      said,
      engine.element,
      lost.length ? h('div', {}, h('h3', {}, `${lost.length} losses`), h('ul', { class: 'losses' }, ...lost.slice(0, 30).map((each) => h('li', {}, button(`Case ${each.case}`, () => void fly(each), { class: 'link' }), ` ${landing.format.sentence(each.sentence)}`)))) : '',
    );
  }
  return { element, update: () => undefined, refresh, opened: () => { refresh(); engine.look(); } };
}

/** The finest piece of the scene's ground that holds the whole map, seen from above; its rows begin in the south. */
function groundBelow(run: Run, reach: number): SVGElement | undefined {
  const ground = (run.info.scene as Partial<SceneTable> | undefined)?.ground;
  if (!ground) return undefined;
  const holds = ground.levels.filter(({ west, south, spacing }) => west <= -reach && south <= -reach && Math.min(west, south) + spacing * ground.cells >= reach);
  const level = holds.sort((a, b) => a.spacing - b.spacing)[0] ?? ground.levels[0];
  if (!level) return undefined;
  const side = level.spacing * ground.cells;
  const image = s('image', { class: 'map-ground', width: side, height: side, preserveAspectRatio: 'none', transform: `translate(${level.west} ${-level.south}) scale(1 -1)` });
  void run.assetUrl(`scene/${level.light}`).then((url) => image.setAttribute('href', url));
  return image;
}
