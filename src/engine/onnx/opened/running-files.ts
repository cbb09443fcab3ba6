import type { OnnxRuntime, OnnxSession } from '../runtime';
import type { OnnxTensor } from '../tensor';
import { ModelFileError, readModelFile } from './model-file';
import type { ModelFile } from './model-file';
import type { OpenedFiles } from './use';
import type { Watch } from './watchdog';

type FileName = 'encoder' | 'decoder';

/** A pair of ONNX files that others made, checked before the runtime sees them and watched while they run. */
export class RunningFiles {
  /** What the files say. */
  readonly encoder: ModelFile;
  readonly decoder: ModelFile;
  private readonly sessions = new Map<FileName, OnnxSession>();

  /** @throws ModelFileError for a file that is refused */
  constructor(
    private readonly files: Pick<OpenedFiles, FileName>,
    private readonly runtime: OnnxRuntime,
    private readonly watch: Watch,
  ) {
    this.encoder = checked('encoder', files.encoder);
    this.decoder = checked('decoder', files.decoder);
  }

  /** Opens a file, if it is not, and runs it. Nothing but the watch stops a graph that does not end. @throws OnnxRuntimeError */
  async run(
    name: FileName,
    feeds: Readonly<Record<string, OnnxTensor>>,
  ): Promise<Record<string, OnnxTensor>> {
    this.watch.begin(name);
    try {
      let session = this.sessions.get(name);
      if (session === undefined) {
        session = await this.runtime.open(this.files[name]);
        this.sessions.set(name, session);
      }
      return await session.run(feeds);
    } finally {
      this.watch.end();
    }
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
    this.watch.dispose();
  }
}

function checked(name: FileName, bytes: Uint8Array): ModelFile {
  try {
    return readModelFile(bytes);
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    throw new ModelFileError(`the ${name} is refused: ${error.message}`);
  }
}
