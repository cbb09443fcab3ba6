import { text } from 'node:stream/consumers';
import { chooseEngine } from '../../engine/choose';
import { isNativePresent, nativeFolder } from '../../setup/locations.mjs';
import { cudaTensorflow } from './engine-options';
import { jaxWithCache } from './jax-python';
import { othersShare, processorSample } from './others-share';
import type { TimingReply, TimingRequest } from './time-in-child';
import { secondsPerStep } from './time-steps';

/** How long training is measured, in seconds. */
const SECONDS = 0.4;

/** Times the program of a `TimingRequest` in this process. @returns the `TimingReply`, as JSON */
export async function timeJob(input: NodeJS.ReadableStream): Promise<string> {
  const { program, config, count } = JSON.parse(await text(input)) as TimingRequest;
  const reply = await timed(program, config, count).catch((error: unknown): TimingReply => ({
    problem: error instanceof Error ? error.message : String(error),
  }));
  return JSON.stringify(reply);
}

async function timed(
  program: TimingRequest['program'],
  config: TimingRequest['config'],
  count: number,
): Promise<TimingReply> {
  const { engine } = await chooseEngine({
    ...program,
    precision: config.training.precision,
    nativeFolder: isNativePresent() ? nativeFolder() : null,
    cuda: cudaTensorflow(),
    jaxPython: jaxWithCache(),
  });
  const before = processorSample();
  const seconds = await secondsPerStep(engine, config, count, SECONDS);
  return { secondsPerStep: seconds, others: othersShare(before, processorSample()) };
}
