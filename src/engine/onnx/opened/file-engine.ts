import type { ModelFileEngine } from '../../engine';
import type { OnnxRuntime } from '../runtime';
import { ClassifierSession } from './classifier-session';
import { inferClassifier } from './infer-classifier';
import { inferUse } from './infer-use';
import { RunningFiles } from './running-files';
import { OpenedSession } from './session';
import { CALL_MS, Watchdog, mostMemory } from './watchdog';
import type { WatchedFile } from './watchdog';

/** Returns what runs models of others on this runtime. */
export function fileEngine(runtime: OnnxRuntime): ModelFileEngine {
  function running<Name extends WatchedFile>(
    files: Readonly<Record<Name, Uint8Array>>,
    callMs = CALL_MS,
  ): RunningFiles<Name> {
    const watch = new Watchdog({ callMs, memory: mostMemory() });
    try {
      return new RunningFiles(files, runtime, watch);
    } catch (error) {
      watch.dispose();
      throw error;
    }
  }
  return {
    infer: async ({ encoder, decoder }, answers, callMs) => {
      const both = running({ encoder, decoder }, callMs);
      try {
        const { said } = both;
        return await inferUse(said.encoder, said.decoder, answers, (name, feeds) => both.run(name, feeds));
      } finally {
        both.dispose();
      }
    },
    open: ({ use, encoder, decoder }) =>
      new Promise((resolve) => resolve(new OpenedSession(use, running({ encoder, decoder })))),
    inferClassifier: async (classifier, answers, callMs) => {
      const file = running({ classifier }, callMs);
      try {
        return await inferClassifier(file.said.classifier, answers, (feeds) => file.run('classifier', feeds));
      } finally {
        file.dispose();
      }
    },
    openClassifier: (classifier, use, callMs) =>
      new Promise((resolve) => resolve(new ClassifierSession(use, running({ classifier }, callMs)))),
  };
}
