// The clock of the page. `t` is what is seen: seconds since entry interface at the spacecraft.

export const RATES = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60];

/** A replay stands still while nobody looks: a longer gap between two frames [s] counts as this. What is live goes on. */
const LONGEST_STEP = 1;

export class Clock {
  t: number;
  playing = false;
  rate = 1;
  backwards = false;
  /** Live: what is seen left Mars a light time ago; the clock begins a light time before the first signal. */
  live = false;
  private last = 0;
  private readonly hear = new Set<() => void>();

  constructor(public first: number, public end: number, readonly lightTime: number, t = first) {
    this.t = t;
  }

  onChange(does: () => void): void {
    this.hear.add(does);
  }

  get start(): number {
    return this.live ? -this.lightTime : this.first;
  }

  seek(t: number): void {
    this.t = Math.min(Math.max(t, this.start), this.end);
    this.tell();
  }

  play(on = !this.playing): void {
    this.playing = on;
    if (on && !this.backwards && this.t >= this.end) this.t = this.start;
    this.tell();
  }

  faster(steps: number): void {
    const place = RATES.indexOf(this.rate) * (this.backwards ? -1 : 1);
    if (!this.backwards && RATES.indexOf(this.rate) + steps < 0) this.backwards = true;
    else if (this.backwards) {
      const next = RATES.indexOf(this.rate) - steps;
      if (next < 0) this.backwards = false;
      this.rate = RATES[Math.min(Math.max(next, 0), RATES.length - 1)]!;
    } else this.rate = RATES[Math.min(Math.max(place + steps, 0), RATES.length - 1)]!;
    this.tell();
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.backwards = false;
    this.tell();
  }

  goLive(on: boolean): void {
    this.live = on;
    this.backwards = false;
    this.rate = 1;
    if (on) this.t = -this.lightTime;
    else this.t = Math.max(this.t, this.first);
    this.playing = on;
    this.tell();
  }

  /** Called for every frame; true when time has moved. */
  tick(now: number): boolean {
    const passed = Math.min((now - this.last) / 1000, this.live ? Infinity : LONGEST_STEP);
    this.last = now;
    if (!this.playing) return false;
    this.t = Math.min(Math.max(this.t + passed * this.rate * (this.backwards ? -1 : 1), this.start), this.end);
    if ((this.t >= this.end && !this.backwards) || (this.t <= this.start && this.backwards)) this.play(false);
    return true;
  }

  private tell(): void {
    for (const each of this.hear) each();
  }
}
