/**
 * Our engines and their peers at the same work: `npm run bench`. The result goes to bench/RESULTS.md, that of a quick run
 * (`--quick`) or of a part to bench/out/part.md.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { coreCount } from '../src/engine/processor';
import { run } from '../src/setup/run.mjs';
import { contenders, JAX, TORCH_EAGER } from './compare/contenders';
import { Watch, coresToPin, machineLines, threadEnvironment } from './compare/machine';
import { report } from './compare/report';
import type { Section } from './compare/report';
import { measure } from './compare/rounds';
import type { Plan } from './compare/rounds';
import { WORKLOADS } from './compare/workloads';
import { peersEnvironment } from './peers/environment.mjs';

const USAGE = `npm run bench -- [options]
  --date YYYY-MM-DD     the date in the result (default: today)
  --rounds N            rounds that count (default 7; 3 with --quick)
  --warm-up N           rounds before them (default 2; 1 with --quick)
  --threads N           threads of each contender (default: as many as there are cores)
  --only A,B            these contenders only
  --workloads A,B       these workloads only
  --amount N            steps, images or frames of a round (default: the workload's own)
  --python FILE         the peers' Python (default: that of \`npm run bench -- install\`)
  --quick               shorter rounds, and unless --only says so the product's engines, JAX and PyTorch alone
  --output FILE         where the result goes
  --list                names of contenders and workloads
`;

/** Above this, others had so much of the cores that figures by the clock say little. */
const BUSY = 0.1;

/** What a quick run compares: what the product runs here by itself, and those that people know. */
const QUICK = ['tensorflow', 'tensorflow-graph', 'onnx', ...JAX, TORCH_EAGER].join(',');

const say = (text: string): void => void process.stderr.write(`bench: ${text}\n`);

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      ...{ date: text, rounds: text, 'warm-up': text, threads: text, only: text, workloads: text },
      ...{ amount: text, python: text, output: text, quick: flag, list: flag, help: flag },
    },
  });
  return values;
}

/** Those of `all` that a comma-separated list names; all where there is none. */
function pick<T extends { readonly name: string }>(all: readonly T[], names: string | undefined): T[] {
  if (names === undefined) return [...all];
  return names.split(',').map((name) => {
    const found = all.find((each) => each.name === name);
    if (found) return found;
    throw new Error(`'${name}': expected one of ${all.map((each) => each.name).join(', ')}`);
  });
}

function positive(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name}: got '${given}', expected a whole number of at least 1`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const bundles = __dirname;
  const bench = join(bundles, '..');
  const all = contenders(bundles, join(bench, 'peers'));
  if (options.help) return void process.stdout.write(USAGE);
  if (options.list) {
    const names = (list: readonly { name: string }[]): string => list.map(({ name }) => name).join(' ');
    return void process.stdout.write(`contenders: ${names(all)}\nworkloads: ${names(WORKLOADS)}\n`);
  }
  const chosen = pick(all, options.only ?? (options.quick ? QUICK : undefined));
  const workloads = pick(WORKLOADS, options.workloads);
  const threads = positive('threads', options.threads, coreCount());
  const pinned = coresToPin(threads);
  const pin = pinned ? ['taskset', '-c', pinned.join(',')] : [];
  const python = options.python ?? peersEnvironment(join(bench, 'peers', 'requirements.txt')).python;
  const command: Plan['command'] = ({ runtime, program, leavesOut }, { name }) => {
    const reason = leavesOut[name];
    if (reason !== undefined && options.only === undefined) return { missing: reason };
    if (runtime === 'node') return [...pin, process.execPath, '--expose-gc', ...program, String(threads)];
    if (!existsSync(python))
      return { missing: 'no Python for the peers; make it with `npm run bench -- install`' };
    return [...pin, python, ...program, String(threads)];
  };
  const plan: Plan = {
    rounds: positive('rounds', options.rounds, options.quick ? 3 : 7),
    warmUp: positive('warm-up', options['warm-up'], options.quick ? 1 : 2),
    command,
    env: threadEnvironment(threads),
    watch: new Watch(),
    say,
  };
  const sections: Section[] = [];
  for (const each of workloads) {
    const amount = positive('amount', options.amount, options.quick ? each.quickAmount : each.amount);
    const title = options.amount === undefined ? each.title : `${each.title}; a round of ${amount}`;
    const workload = { ...each, amount, title };
    say(title);
    sections.push({ workload, results: await measure(workload, chosen, plan) });
  }
  const text = report(
    {
      date: options.date ?? new Date().toISOString().slice(0, 10),
      command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
        ' ',
      ),
      machine: machineLines(threads, pinned),
      rounds: plan.rounds,
      warmUp: plan.warmUp,
      disturbance: plan.watch.share,
      load: plan.watch.load,
    },
    sections,
  );
  const isPart = options.quick || options.only !== undefined || options.workloads !== undefined;
  const output = options.output ?? join(bench, isPart ? 'out/part.md' : 'RESULTS.md');
  await writeFile(output, text);
  await run(process.execPath, [join(bench, '../node_modules/prettier/bin/prettier.cjs'), '--write', output]);
  process.stdout.write(text);
  if (plan.watch.share > BUSY)
    say(
      'other programs kept the machine busy: repeat this on a quiet one, or compare processor times with --threads 1',
    );
  say(`written to ${relative(process.cwd(), output)}`);
  const failed = sections.flatMap(({ results }) => results.filter((result) => result.failed !== undefined));
  if (failed.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
