// What a link restores: time, view, layers, units, the open tab. Kept in the part of the address behind #.

import { SYSTEMS, type System } from './format';

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

export function readLink(hash: string, search: string): Partial<Link> & { frozen: boolean } {
  const found = new URLSearchParams(hash.replace(/^#/, ''));
  const asked = new URLSearchParams(search);
  const link: Partial<Link> & { frozen: boolean } = { frozen: asked.has('t') };
  const t = Number(asked.get('t') ?? found.get('t') ?? NaN);
  if (Number.isFinite(t)) link.t = t;
  const view = found.get('view') ?? asked.get('view');
  if (view && /^[\w-]{1,40}$/.test(view)) link.view = view;
  const inset = found.get('inset');
  if (inset && /^[\w-]{1,40}$/.test(inset)) link.inset = inset;
  const layers = found.get('layers');
  if (layers !== null) link.layers = layers.split(',').filter((each) => LAYERS.includes(each));
  const units = found.get('units') ?? asked.get('units');
  if (SYSTEMS.includes(units as System)) link.units = units as System;
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
