// What the keys do; each can be pressed here too, by whoever has no keyboard.

import { button, h } from '../dom';

/** Keys, what they do, and what is pressed; keys that are not pressed here have a finger's way of their own. */
export const KEYS: Array<[string[], string, string[]?]> = [
  [['Space'], 'play or pause', [' ']], [['←', '→'], 'one second back or on; with Shift ten', ['arrowleft', 'arrowright']], [['[', ']'], 'previous, next event', ['[', ']']],
  [[',', '.'], 'slower, faster (0.1× to 60×, and backwards)', [',', '.']], [['0'], 'entry interface', ['0']], [['T'], 'touchdown', ['t']], [['1 … 9'], 'views'], [['C'], 'next camera', ['c']],
  [['A D R F + −'], 'go around, higher or lower, nearer or farther (or drag and scroll)'], [['P'], 'picture in picture: the next view in a small picture, after the last none', ['p']], [['W'], 'why now?', ['w']],
  [['G'], 'the real landing on or off', ['g']], [['U'], 'units', ['u']], [['L'], 'labels', ['l']], [['M'], 'sound on or off, where a microphone was recorded', ['m']], [['V'], 'live, as Earth sees it', ['v']], [['?'], 'this help'], [['Esc'], 'close, back to the landing'],
];

export function help(press: (key: string) => void): HTMLDialogElement {
  const dialog = h('dialog', { class: 'help', 'aria-label': 'Keys' });
  const shown = (keys: string[], does: string, pressed?: string[]): HTMLElement[] => keys.map((key, n) => (pressed
    ? button(key, () => { dialog.close(); press(pressed[n]!); }, { class: 'key', 'aria-label': `${key}: ${does}` })
    : h('kbd', {}, key)));
  dialog.append(
    h('h2', {}, 'Keys'),
    h('p', { class: 'note' }, 'Without a keyboard, press them here.'),
    h('dl', { class: 'keys' }, ...KEYS.map(([keys, does, pressed]) => h('div', {}, h('dt', {}, ...shown(keys, does, pressed)), h('dd', {}, does)))),
    h('p', { class: 'note' }, 'Butterscotch is what was flown here, blue what was published about the real landing. “There” is the time at the spacecraft, “Here” the time at which Earth hears of it.'),
    button('Close', () => dialog.close()));
  return dialog;
}
