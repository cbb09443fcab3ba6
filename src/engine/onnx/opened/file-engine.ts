import type { ModelFileEngine } from '../../engine';
import type { OnnxRuntime } from '../runtime';
import { inferUse } from './infer-use';
import { RunningFiles } from './running-files';
import { OpenedSession } from './session';
import { CALL_MS, Watchdog, mostMemory } from './watchdog';

/** Returns what runs models of others on this runtime. */
export function fileEngine(runtime: OnnxRuntime): ModelFileEngine {
  const running = (files: ConstructorParameters<typeof RunningFiles>[0], callMs = CALL_MS): RunningFiles => {
    const watch = new Watchdog({ callMs, memory: mostMemory() });
    try {
      return new RunningFiles(files, runtime, watch);
    } catch (error) {
      watch.dispose();
      throw error;
    }
  };
  return {
    infer: async (files, answers, callMs) => {
      const both = running(files, callMs);
      try {
        return await inferUse(both.encoder, both.decoder, answers, (name, feeds) => both.run(name, feeds));
      } finally {
        both.dispose();
      }
    },
    open: ({ use, ...files }) => new Promise((resolve) => resolve(new OpenedSession(use, running(files)))),
  };
}
