// What a microphone would have heard, in step with the clock. Off until somebody asks for it; what is said in words stands in the captions.

import type { Run } from './data/run';
import type { Clock } from './clock';

const OUT_OF_STEP = 0.15; // s between clock and sound from which the sound is begun anew
const SLOWEST = 0.25; // times: slower or faster than this nothing is recognised any more
const FASTEST = 2;

export class Sounding {
  on = false;
  private context: AudioContext | undefined;
  private whole: AudioBuffer | undefined;
  private playing: { source: AudioBufferSourceNode; since: number; from: number; rate: number } | undefined;

  /** `shown` says whether the recorded landing is the one that plays: another flight would have sounded otherwise. */
  constructor(private readonly run: Run, private readonly clock: Clock, private readonly shown: () => boolean) {
    clock.onChange(() => this.follow());
  }

  /** Switch it on or off; rejects where the browser cannot play it. */
  async toggle(): Promise<void> {
    this.on = !this.on;
    if (this.on && !this.whole) {
      try {
        this.context = new AudioContext();
        this.whole = await this.context.decodeAudioData(await this.run.asset(this.run.info.sound!.file));
      } catch (problem) {
        this.on = false;
        throw problem;
      }
    }
    await this.context?.resume();
    this.follow();
  }

  /** Whether something can be heard now. */
  get sounds(): boolean {
    return this.playing !== undefined;
  }

  private follow(): void {
    const { clock } = this;
    const { starts_s: starts, ends_s: ends } = this.run.info.sound!;
    const wanted = this.on && this.whole && this.shown() && clock.playing && !clock.backwards && clock.rate >= SLOWEST && clock.rate <= FASTEST && clock.t >= starts && clock.t < ends;
    const heard = this.playing && this.playing.from + (this.context!.currentTime - this.playing.since) * this.playing.rate;
    if (wanted && this.playing?.rate === clock.rate && Math.abs(heard! - clock.t) < OUT_OF_STEP) return;
    this.playing?.source.stop();
    this.playing = undefined;
    if (!wanted) return;
    const source = new AudioBufferSourceNode(this.context!, { buffer: this.whole!, playbackRate: clock.rate });
    source.connect(this.context!.destination);
    source.start(0, clock.t - starts);
    this.playing = { source, since: this.context!.currentTime, from: clock.t, rate: clock.rate };
  }

  /** With every frame: the clock may have come to where something was recorded. */
  update(): void {
    if (this.on) this.follow();
  }
}
