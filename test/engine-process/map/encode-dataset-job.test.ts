import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type * as latentFiles from '../../../src/runs/latents';
import { EncodeDatasetJob } from '../../../src/engine-process/map/encode-dataset-job';
import { Scheduler } from '../../../src/engine-process/scheduler';
import { tinyModel } from '../support';

/** While set, what the folder holds is read, and is not known yet. */
let slowRead: Promise<void> | null = null;
vi.mock('../../../src/runs/latents', async (original) => {
  const real = await original<typeof latentFiles>();
  const readLatents: typeof real.readLatents = async (...args) => {
    const found = await real.readLatents(...args);
    await slowRead;
    return found;
  };
  return { ...real, readLatents };
});
let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'vae-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function job(): Promise<EncodeDatasetJob> {
  const { dataset, model } = await tinyModel();
  return new EncodeDatasetJob({
    ...{ runFolder: folder, scheduler: new Scheduler(), dataset: () => Promise.resolve(dataset) },
    snapshot: () => Promise.resolve({ model, release: () => undefined }),
    log: (message) => expect.unreachable(message),
  });
}

/** Until the files that are read meanwhile are known. */
function reading(): () => void {
  let known: () => void = () => undefined;
  slowRead = new Promise((resolve) => (known = resolve));
  return () => {
    slowRead = null;
    known();
  };
}

const ended = (latents: EncodeDatasetJob): Promise<void> =>
  expect.poll(() => latents.busy, { interval: 5, timeout: 20_000 }).toBe(false);

it('an encoding that ends while its state is asked for is told as work or as images, not as neither', async () => {
  const latents = await job();
  const known = reading();
  latents.start();
  const asked = latents.state();
  await ended(latents);
  known();
  const { job: work, set } = await asked;
  expect(work ?? set).not.toBeNull();
  expect((await latents.state()).set).toMatchObject({ count: 200 });
});
