/** Stands in for `src/endpoint/run-vae.ts`: a command runs in a worker of its own. */
import type { runVae as original } from '../../endpoint/run-vae';
import { parseFailure } from '../../protocol/schemas/inspection';
import { EngineWorker } from './engine-workers';

/** Maximum length of what a command may print. */
const MAX_OUTPUT_LENGTH = 256 * 2 ** 20;

export const runVae: typeof original = async (
  args,
  _engineFolder,
  signal,
  onLine,
  { atAbort = 'is killed' } = {},
) => {
  signal.throwIfAborted();
  const worker = await EngineWorker.start({ vae: args });
  let rest = '';
  let problems = '';
  let length = 0;
  worker.onPrinted = (text, to) => {
    length += text.length;
    if (length > MAX_OUTPUT_LENGTH) return worker.terminate();
    if (to === 'stderr') {
      problems += text;
      return;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
  const end = (): void => {
    if (atAbort === 'is killed') worker.terminate();
    else void worker.stopOrTerminate();
  };
  signal.addEventListener('abort', end, { once: true });
  const { code, failure } = await worker.ended;
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (rest !== '') onLine(rest);
  if (code === 0) return;
  const said = problems.trim().split('\n').map(parseFailure);
  const reason = said.findLast((problem) => problem !== null) ?? failure;
  throw new Error(reason || `vae ${args[0]} ended with ${code} and gave no reason`);
};
