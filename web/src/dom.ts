// The page is made of plain elements: h('p', { class: 'note' }, 'text').

type Value = string | number | boolean | undefined | ((event: Event) => void);

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, given: Record<string, Value> = {}, ...inside: Array<Node | string | null | undefined>): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  give(made, given);
  for (const each of inside) if (each !== null && each !== undefined) made.append(each);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function s(tag: string, given: Record<string, Value> = {}, ...inside: Node[]): SVGElement {
  const made = document.createElementNS(SVG, tag);
  give(made, given);
  made.append(...inside);
  return made;
}

function give(made: Element, given: Record<string, Value>): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'function') made.addEventListener(name.replace(/^on/, ''), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
}

/** Write a text only when it is another one: nothing flickers, nothing is laid out for nothing. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function button(label: string, does: () => void, given: Record<string, Value> = {}): HTMLButtonElement {
  return h('button', { type: 'button', ...given, onclick: does }, label);
}

/** Put these inside an element, instead of what was there. Whoever was on the nth control there with the keyboard is on the nth again. */
export function fill(element: Element, ...inside: Array<Node | string | null | undefined>): void {
  const controls = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>('button, input, select, [tabindex]')];
  const on = controls().indexOf(document.activeElement as HTMLElement);
  element.replaceChildren(...inside.filter((each): each is Node | string => each !== null && each !== undefined));
  if (on >= 0) controls()[on]?.focus({ preventScroll: true });
}
