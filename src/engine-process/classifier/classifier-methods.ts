import type { EngineChoice } from '../../engine/choose';
import type { ClassifierUse, InferredClassifier } from '../../engine/onnx/opened/classifier-use';
import type { Answers } from '../../engine/onnx/opened/question';
import type { TrialReply } from '../opened/open-files-job';

/** How the process of a classifier computes. */
export interface ClassifierRuntime {
  readonly engine: EngineChoice;
  /** Null for one per core. */
  readonly threads: number | null;
  /** Maximum time of a call of the classifier, in ms; then its process is killed. */
  readonly callMs: number;
}

/** A file that a person named. */
interface NamedClassifier {
  readonly path: string;
  readonly use: ClassifierUse;
  readonly sha256: string;
}

/** How a file is used, with its checksum; or what must be asked first; or why it is refused. */
export type ClassifierReply =
  | (InferredClassifier & { readonly sha256: string })
  | Extract<TrialReply, { readonly question: unknown }>
  | { readonly problem: string };

/** Methods of the process of a classifier. */
export interface ClassifierMethods {
  /** Tells how a file that a person named is used. */
  infer(params: {
    readonly path: string;
    readonly answers: Answers;
    readonly runtime: ClassifierRuntime;
  }): Promise<ClassifierReply>;
  /** Opens a run's classifier, or a file that a person named, for `classify`; what was open is closed. */
  open(params: {
    readonly of: { readonly runFolder: string } | NamedClassifier;
    readonly runtime: ClassifierRuntime;
  }): Promise<void>;
  /** Returns count × classes probabilities. @param images rows of bytes in the classifier's shape */
  classify(params: { readonly images: Uint8Array; readonly count: number }): Promise<Float32Array>;
}
