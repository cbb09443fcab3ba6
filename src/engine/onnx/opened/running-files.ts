import type { OnnxRuntime, OnnxSession } from '../runtime';
import type { OnnxTensor } from '../tensor';
import { fromHalf, isHalf, toHalf } from './float-types';
import { ModelFileError, readModelFile } from './model-file';
import type { ModelFile } from './model-file';
import type { Watch, WatchedFile } from './watchdog';

/** ONNX files that others made, by what they are: checked before the runtime sees them and watched while they run. */
export class RunningFiles<Name extends WatchedFile> {
  /** What the files say. */
  readonly said: Readonly<Record<Name, ModelFile>>;
  private readonly sessions = new Map<Name, OnnxSession>();

  /** @throws ModelFileError for a file that is refused */
  constructor(
    private readonly files: Readonly<Record<Name, Uint8Array>>,
    private readonly runtime: OnnxRuntime,
    private readonly watch: Watch,
  ) {
    const entries = (Object.keys(files) as Name[]).map((name) => [name, checked(name, files[name])] as const);
    this.said = Object.fromEntries(entries) as Record<Name, ModelFile>;
  }

  /**
   * Opens a file, if it is not, and runs it: with numbers of single precision, also where the file takes or gives half precision. Nothing
   * but the watch stops a graph that does not end. @throws OnnxRuntimeError
   */
  async run(name: Name, feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>> {
    this.watch.begin(name);
    try {
      let session = this.sessions.get(name);
      if (session === undefined) {
        session = await this.runtime.open(this.files[name]);
        this.sessions.set(name, session);
      }
      const halves = this.said[name].graph.inputs.filter(({ elementType }) => isHalf(elementType));
      const given = halves.map(({ name: input }) => [input, toHalf(feeds[input]!)] as const);
      const results = await session.run({ ...feeds, ...Object.fromEntries(given) });
      return Object.fromEntries(Object.entries(results).map(([output, each]) => [output, fromHalf(each)]));
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

function checked(name: string, bytes: Uint8Array): ModelFile {
  try {
    return readModelFile(bytes);
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    throw new ModelFileError(`the ${name} is refused: ${error.message}`);
  }
}
