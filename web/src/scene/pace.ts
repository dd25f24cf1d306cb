// How finely the scene is drawn while time moves: as finely as this machine manages at some ten pictures a second. A moment that
// stands still is drawn whole, however long it takes.

const SLOW = 90; // [ms] between two pictures: coarser from here on
const SLOWER = 350; // [ms] much coarser
const QUICK = 22; // [ms] finer again, once there were some such in a row
const IN_A_ROW = 45;
const COARSEST = 0.3;
const AWAY = 30_000; // [ms] nobody looked

export class Pace {
  /** side of a picture, of what it would have at rest */
  share: number;
  private before = 0;
  private quick = 0;

  constructor(private readonly software: boolean) {
    this.share = software ? 0.35 : 1;
  }

  /** A picture of moving time is about to be drawn; whether the size of pictures changed. */
  moving(now: number): boolean {
    const gap = now - this.before;
    this.before = now;
    if (gap > AWAY) return false;
    this.quick = gap < QUICK ? this.quick + 1 : 0;
    const share = gap > SLOWER ? this.share * 0.6 : gap > SLOW ? this.share * 0.85 : this.quick >= IN_A_ROW ? this.share * 1.15 : this.share;
    if (this.quick >= IN_A_ROW) this.quick = 0;
    const next = Math.min(1, Math.max(COARSEST, share));
    const changed = Math.abs(next - this.share) > 0.01;
    if (changed) this.share = next;
    return changed;
  }

  /** Time stands: the next gap says nothing. */
  still(): void {
    this.before = -Infinity;
  }

  /** Whether shadows of moving things are worth their time here. */
  get hasTime(): boolean {
    return !this.software && this.share > 0.5;
  }
}

/** Whether a processor draws in the place of a graphics card. */
export function isSoftware(context: WebGLRenderingContext | WebGL2RenderingContext): boolean {
  const known = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(known ? known.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
