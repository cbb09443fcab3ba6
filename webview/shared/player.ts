import { reducedMotion } from './theme';

/** Seconds between two waypoints. */
const LEG_SECONDS = 4;
/** With reduced motion: still pictures per leg, each shown for `STILL_SECONDS`. */
const STILL_FRAMES = 8;
const STILL_SECONDS = 0.8;

/** Animates t back and forth between 0 and the path's end. Never starts by itself. */
export class Player {
  private frame = 0;
  private last = 0;
  private direction: 1 | -1 = 1;

  constructor(
    private readonly read: () => number,
    private readonly write: (t: number) => void,
    private readonly end: () => number = () => 1,
  ) {}

  get playing(): boolean {
    return this.frame !== 0;
  }

  toggle(): void {
    if (this.playing) return this.pause();
    this.last = performance.now();
    this.frame = requestAnimationFrame((now) => this.advance(now));
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private advance(now: number): void {
    this.frame = requestAnimationFrame((next) => this.advance(next));
    const seconds = (now - this.last) / 1000;
    const still = reducedMotion();
    if (still && seconds < STILL_SECONDS) return;
    this.last = now;
    let t = this.read() + this.direction * (still ? 1 / STILL_FRAMES : seconds / LEG_SECONDS);
    if (t >= this.end()) this.direction = -1;
    if (t <= 0) this.direction = 1;
    t = Math.min(this.end(), Math.max(0, t));
    this.write(t);
  }
}
