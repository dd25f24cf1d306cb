// Turning and zooming by pointer, wheel and keys: drag, pinch or scroll; A and D, R and F, plus and minus for whoever has no pointer.

import type { Orbit } from './views';

export class Turning {
  orbit: Orbit = { yaw: 0, pitch: 0, zoom: 1 };
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private readonly stop = new AbortController();

  constructor(private readonly canvas: HTMLCanvasElement, private readonly moved: () => void) {
    const { signal } = this.stop;
    canvas.style.touchAction = 'none';
    canvas.addEventListener('pointerdown', (event) => this.down(event), { signal });
    canvas.addEventListener('pointermove', (event) => this.move(event), { signal });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) canvas.addEventListener(end, (event) => this.pointers.delete(event.pointerId), { signal });
    canvas.addEventListener('wheel', (event) => { event.preventDefault(); this.zoom(Math.exp(event.deltaY * 0.0012)); }, { signal, passive: false });
    document.addEventListener('keydown', (event) => this.key(event), { signal });
    canvas.addEventListener('dblclick', () => this.reset(), { signal });
  }

  reset(): void {
    this.orbit = { yaw: 0, pitch: 0, zoom: 1 };
    this.moved();
  }

  turn(yaw: number, pitch: number): void {
    this.orbit.yaw += yaw;
    this.orbit.pitch = Math.min(1.4, Math.max(-1.4, this.orbit.pitch + pitch));
    this.moved();
  }

  zoom(factor: number): void {
    this.orbit.zoom = Math.min(60, Math.max(0.15, this.orbit.zoom * factor));
    this.moved();
  }

  dispose(): void {
    this.stop.abort();
  }

  private down(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const spread = this.spread();
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.pointers.size === 1) this.turn((event.clientX - before.x) * 0.006, (event.clientY - before.y) * 0.005);
    else if (spread > 0) this.zoom(spread / Math.max(this.spread(), 1));
  }

  private spread(): number {
    const [a, b] = [...this.pointers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }

  /** Not while a person writes or chooses in a field; arrows belong to the clock. */
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).closest?.('input, select, textarea, dialog')) return;
    const turns: Record<string, [number, number]> = { a: [-0.12, 0], d: [0.12, 0], r: [0, 0.1], f: [0, -0.1] };
    const turn = turns[event.key.toLowerCase()];
    if (turn) this.turn(...turn);
    else if (event.key === '+' || event.key === '=') this.zoom(0.85);
    else if (event.key === '-') this.zoom(1.18);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
