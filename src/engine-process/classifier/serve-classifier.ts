import { basename, dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeTransport } from '../../endpoint/pipe-transport';
import { chooseForOpenedModel } from '../../engine/choose';
import type { ModelFileEngine } from '../../engine/engine';
import type { Classifier } from '../../engine/onnx/opened/classifier-use';
import { OpenQuestion } from '../../engine/onnx/opened/question';
import { serve } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { readClassifier, readClassifierFile } from '../../runs/classifier';
import { readBytes } from '../../runs/guarded-files';
import { guarded } from '../../runs/guarded-path';
import { MAX_ONNX_BYTES } from '../../runs/opened-model';
import { RunError } from '../../runs/run-error';
import type { ClassifierMethods, ClassifierReply, ClassifierRuntime } from './classifier-methods';
import { sha256 } from '../../runs/sha256';

/** Answers the process that started this one, over its standard streams, until it closes them. */
export async function serveClassifier(stdin: Readable, stdout: Writable): Promise<void> {
  const transport = pipeTransport(stdin, stdout);
  const { handlers } = classifierHandlers();
  serve<ClassifierMethods, object>(transport, handlers);
  await transport.closed;
}

/** What runs classifiers in this process. Calls must not overlap. */
export function classifierHandlers(): {
  readonly handlers: Handlers<ClassifierMethods>;
  readonly dispose: () => void;
} {
  let opened: Classifier | null = null;
  const close = (): void => {
    opened?.dispose();
    opened = null;
  };
  return {
    handlers: {
      async infer({ path, answers, runtime }): Promise<ClassifierReply> {
        try {
          const file = await readNamed(path);
          const inferred = await (await filesOf(runtime)).inferClassifier(file, answers, runtime.callMs);
          return { ...inferred, sha256: sha256(file) };
        } catch (error) {
          if (!(error instanceof OpenQuestion))
            return { problem: error instanceof Error ? error.message : String(error) };
          const { key, message, choices } = error;
          return { question: { key, message, choices } };
        }
      },
      async open({ of, runtime }) {
        close();
        const { file, use } = 'runFolder' in of ? await ofRun(of.runFolder) : await named(of);
        opened = await (await filesOf(runtime)).openClassifier(file, use, runtime.callMs);
      },
      async classify({ images, count }) {
        if (opened === null) throw new RunError('no classifier is open');
        return opened.classify(images, count);
      },
    },
    dispose: close,
  };
}

const filesOf = async (runtime: ClassifierRuntime): Promise<ModelFileEngine> =>
  (await chooseForOpenedModel(runtime)).engine.files!;

type Opened = { readonly file: Uint8Array } & Pick<
  NonNullable<Awaited<ReturnType<typeof readClassifier>>>,
  'use'
>;

async function ofRun(runFolder: string): Promise<Opened> {
  const attached = await readClassifier(runFolder);
  if (attached === null) throw new RunError(`${runFolder} has no classifier any more. Attach one again.`);
  return { file: await readClassifierFile(runFolder, attached), use: attached.use };
}

async function named({
  path,
  use,
  sha256: expected,
}: Extract<OpenParams['of'], { path: string }>): Promise<Opened> {
  const file = await readNamed(path);
  if (sha256(file) === expected) return { file, use };
  throw new RunError(`${path} has changed since it was tried. Try again.`);
}
type OpenParams = Parameters<ClassifierMethods['open']>[0];

/** Reads a file that a person named. @throws ForeignFileError for a link */
const readNamed = (path: string): Promise<Uint8Array> =>
  readBytes(guarded(dirname(path), basename(path)), MAX_ONNX_BYTES);
