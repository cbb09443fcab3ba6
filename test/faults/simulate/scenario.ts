import { resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { EARLY_CONFIG } from '../../support/run-config';
import { Modules } from './modules';
import type * as Program from './program';
import type { Observer } from './program';
import { World } from './world';
import type { Process } from './world';

type Program = typeof Program;
export type Load = (modules: Modules) => Program;

/** Builds the program once; each simulated process loads it anew, and so has the product's code to itself. */
export async function buildProgram(): Promise<Load> {
  const { outputFiles } = await build({
    entryPoints: [resolve(__dirname, 'program.ts')],
    ...{
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      logLevel: 'warning',
      external: ['zod'],
    },
  });
  const names = Object.keys(new Modules(new World(0), {} as Process).globals);
  const text = outputFiles[0]!.text;
  const main = compileFunction(text, ['module', 'require', ...names], { filename: 'simulated.cjs' }) as (
    ...args: unknown[]
  ) => void;
  return (modules) => {
    const module = { exports: {} };
    main(module, modules.require, ...Object.values(modules.globals));
    return module.exports as Program;
  };
}

const HOME = '/home/user';
const ROOT = `${HOME}/runs`;
const RUN = `${ROOT}/run`;
const STEPS = 12;
const TAGS = ['bold', 'loops', 'slanted'];
/** Files of others, which nobody may touch. */
const OTHERS = [
  ...[`${HOME}/notes.txt`, `${RUN}/notes.txt`, `${RUN}/checkpoints/.2.safetensors.swp`],
  ...[`${RUN}/.run.lock.backup`, `${RUN}/checkpoints/.4.safetensors.x.vae-tmp`],
];

/** Calls at most between two disturbances. */
const MAX_PAUSE = 400;
const DISTURBANCES = 6;

/** One world over a run folder: two writers, two windows that tag, a reader, and whoever disturbs them, all drawn by its seed. */
export class Scenario {
  readonly world: World;
  /** What was seen that may not be. */
  readonly wrong: string[] = [];
  /** How often each disturbance happened. */
  readonly happened: Record<string, number> = {};
  private readonly kills: (() => void)[] = [];
  private holder: Process | null = null;
  private newest = 0;
  private readonly tags = new Set<string>();

  constructor(
    seed: number,
    private readonly load: Load,
  ) {
    this.world = new World(seed);
  }

  async play(): Promise<void> {
    const { world } = this;
    this.prepare();
    world.hasLinks = world.random(4) > 0;
    this.writer();
    this.writer();
    this.tagger(0);
    this.tagger(1);
    this.start('reader', (program, observer) => program.read(ROOT, RUN, 20, observer));
    for (let i = 0; i < DISTURBANCES; i++) {
      const until = world.calls + world.random(MAX_PAUSE);
      await world.run(() => world.calls >= until);
      this.disturb();
    }
    world.isFull = false;
    await world.run();
    await this.succeed();
  }

  private prepare(): void {
    const { disk } = this.world;
    for (const folder of ['/home', HOME, ROOT, RUN, `${RUN}/checkpoints`]) disk.makeFolder(folder);
    disk.makeFile(`${RUN}/config.json`).bytes = Buffer.from(JSON.stringify(EARLY_CONFIG));
    for (const path of OTHERS) disk.makeFile(path).bytes = Buffer.from('theirs');
    disk.syncAll();
    disk.changed.length = 0;
  }

  /** Kills one of the processes and starts another in its place, fills the disk or empties it, or cuts the power. */
  private disturb(): void {
    const { world } = this;
    const kind = ['kill', 'kill', 'kill', 'full', 'power'][world.random(5)]!;
    this.happened[kind] = (this.happened[kind] ?? 0) + 1;
    if (kind === 'kill') this.kills[world.random(this.kills.length)]?.();
    if (kind === 'full') world.isFull = !world.isFull;
    if (kind !== 'power') return;
    world.powerFailure();
    this.holder = null;
    this.kills.length = 0;
    this.writer();
    this.tagger(2);
  }

  private writer(): void {
    const process = this.start('writer', (program, observer) => program.train(RUN, STEPS, observer));
    this.killable(process, () => this.writer());
  }

  private tagger(which: number): void {
    const names = TAGS.map((name) => `${name}${which}`);
    const process = this.start('tagger', (program, observer) => program.tag(RUN, names, observer));
    this.killable(process, () => this.tagger(which));
  }

  private killable(process: Process, startAnother: () => void): void {
    const kill = (): void => {
      this.world.kill(process);
      if (this.holder === process) this.holder = null;
      this.kills.splice(this.kills.indexOf(kill), 1);
      startAnother();
    };
    this.kills.push(kill);
  }

  /** Everybody has ended: the next process finishes the run, and finds all that had been promised. */
  private async succeed(): Promise<void> {
    this.start('last writer', (program, observer) => program.train(RUN, STEPS, observer));
    this.start('last tagger', (program, observer) => program.tag(RUN, ['last'], observer));
    await this.world.run();
    this.newest = STEPS;
    this.start('last reader', (program, observer) => program.read(ROOT, RUN, 1, observer));
    await this.world.run();
    this.findTouched();
  }

  private findTouched(): void {
    const { disk } = this.world;
    for (const path of OTHERS) {
      const node = disk.find(path);
      if (node?.kind !== 'file' || node.bytes.toString() !== 'theirs') this.wrong.push(`${path} was touched`);
    }
    const outside = disk.changed.find((path) => !path.startsWith(`${RUN}/`));
    if (outside !== undefined) this.wrong.push(`${outside} lies outside the run, and was written`);
    const left = [...this.namesIn(RUN), ...this.namesIn(`${RUN}/checkpoints`)].filter((name) =>
      /lock|claim|vae-tmp/.test(name),
    );
    const others = OTHERS.map((path) => path.slice(path.lastIndexOf('/') + 1));
    for (const name of left) if (!others.includes(name)) this.wrong.push(`${name} was left behind`);
  }

  private namesIn(path: string): string[] {
    const node = this.world.disk.find(path);
    return node?.kind === 'folder' ? [...node.entries.keys()] : [];
  }

  private start(name: string, main: (program: Program, observer: Observer) => Promise<void>): Process {
    return this.world.start(name, async (process) => {
      try {
        await main(this.load(new Modules(this.world, process)), this.observer(process));
      } catch (error) {
        this.wrong.push(`${name} ${process.pid} failed: ${(error as Error).stack}`);
      }
    });
  }

  /** The invariants. */
  private observer(process: Process): Observer {
    const wrong = (message: string): void => {
      this.wrong.push(`${process.name} ${process.pid}: ${message}`);
    };
    return {
      holds: () => {
        if (this.holder !== null) wrong(`has the run, and so has ${this.holder.pid}`);
        this.holder = process;
      },
      letsGo: () => {
        this.holder = null;
      },
      wroteCheckpoint: (step) => {
        if (this.holder !== process) wrong('writes the run of another');
        this.newest = Math.max(this.newest, step);
      },
      addedTag: (name) => this.tags.add(name),
      newest: () => this.newest,
      sawCheckpoint: (step, values, atLeast) => {
        if (step < atLeast) wrong(`found the checkpoint ${step}, although ${atLeast} was written`);
        if (step > 0 && values.join() !== String(step)) wrong(`checkpoint ${step} holds ${values.join()}`);
      },
      sawCurve: (steps, atLeast) => {
        if (steps.length < atLeast) wrong(`the curve ends at ${steps.length}, although it was at ${atLeast}`);
        const first = steps.findIndex((step, i) => step !== i + 1);
        if (first >= 0) wrong(`the curve has step ${steps[first]} where ${first + 1} is expected`);
      },
      tags: () => [...this.tags],
      sawTags: (names, atLeast) => {
        for (const name of atLeast) if (!names.includes(name)) wrong(`the tag ${name} was lost`);
      },
      sawDamage: wrong,
    };
  }
}
