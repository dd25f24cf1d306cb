// What the keys do.

import { button, h } from '../dom';

export const KEYS: Array<[string, string]> = [
  ['Space', 'play or pause'], ['← →', 'one second back or on; with Shift ten'], ['[ ]', 'previous, next event'], [', .', 'slower, faster (0.1× to 60×, and backwards)'],
  ['0', 'entry interface'], ['T', 'touchdown'], ['1 … 9', 'views'], ['C', 'next camera'], ['A D R F + −', 'go around, higher or lower, nearer or farther (or drag and scroll)'], ['P', 'picture in picture'], ['W', 'why now?'], ['G', 'the real landing on or off'],
  ['U', 'units'], ['L', 'labels'], ['V', 'live, as Earth sees it'], ['?', 'this help'], ['Esc', 'close, back to the landing'],
];

export function help(): HTMLDialogElement {
  const dialog = h('dialog', { class: 'help', 'aria-label': 'Keys' });
  dialog.append(
    h('h2', {}, 'Keys'),
    h('dl', { class: 'keys' }, ...KEYS.map(([key, does]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, does)))),
    h('p', { class: 'note' }, 'Butterscotch is what was flown here, blue what was published about the real landing. “There” is the time at the spacecraft, “Here” the time at which Earth hears of it.'),
    button('Close', () => dialog.close()));
  return dialog;
}
