// What a link restores: time, view, layers, units, the open tab. Kept in the part of the address behind #.

import { SYSTEM_NAMES, SYSTEMS, type System } from './format';

export interface Link {
  t?: number;
  view: string;
  inset: string;
  layers: string[];
  units: System;
  tab: string;
  version: string;
}

export const LAYERS = ['ghost', 'labels', 'plasma', 'dust'];

/** A system of units by its own name or by the speed that it is shown as: `imperial`, `mph`. */
function system(asked: string): System | undefined {
  return SYSTEMS.find((each) => each === asked || SYSTEM_NAMES[each] === asked);
}

/** What an address asks for; `unknown` says what of it this page does not know. */
export function readLink(hash: string, search: string): Partial<Link> & { frozen: boolean; unknown: string } {
  const found = new URLSearchParams(hash.replace(/^#/, ''));
  const asked = new URLSearchParams(search);
  const link: Partial<Link> & { frozen: boolean; unknown: string } = { frozen: asked.has('t'), unknown: '' };
  const t = Number(asked.get('t') ?? found.get('t') ?? NaN);
  if (Number.isFinite(t)) link.t = t;
  const view = found.get('view') ?? asked.get('view');
  if (view && /^[\w-]{1,40}$/.test(view)) link.view = view;
  const inset = found.get('inset');
  if (inset && /^[\w-]{1,40}$/.test(inset)) link.inset = inset;
  const layers = found.get('layers');
  if (layers !== null) link.layers = layers.split(',').filter((each) => LAYERS.includes(each));
  const units = found.get('units') ?? asked.get('units');
  if (units !== null) {
    const known = system(units);
    if (known) link.units = known;
    else link.unknown = `The address asks for units \u201c${units.slice(0, 20)}\u201d, which this page does not have: ${SYSTEMS.map((each) => `${each} (${SYSTEM_NAMES[each]})`).join(', ')}.`;
  }
  const tab = found.get('tab') ?? asked.get('tab');
  if (tab && /^[a-z-]{1,20}$/.test(tab)) link.tab = tab;
  return link;
}

export function writeLink(link: Link): string {
  const parts: Array<[string, string]> = [
    ['t', (link.t ?? 0).toFixed(1)],
    ['view', link.view],
    ['layers', link.layers.join(',')],
    ['units', link.units],
    ['tab', link.tab],
    ['v', link.version],
  ];
  if (link.inset) parts.push(['inset', link.inset]);
  return `#${parts.map(([name, value]) => `${name}=${value}`).join('&')}`;
}
