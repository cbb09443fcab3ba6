import { ClusterError } from './ray/errors';
import { packageName } from './ray/jobs';

/** A file that is sent before a job, in one piece. Its name says what is in it, so that it is sent once. */
export interface Package {
  readonly what: 'engine' | 'images' | 'start';
  readonly name: string;
  /** Its size. */
  readonly bytes: number;
  /** Returns its content, which is made anew each time: together, packages may be large. @throws ClusterError if that has changed */
  read(): Promise<Uint8Array>;
}

/** A package whose content is at hand. */
export const packageOf = (what: Package['what'], bytes: Uint8Array): Package => ({
  ...{ what, name: packageName(bytes), bytes: bytes.length },
  read: () => Promise.resolve(bytes),
});

/** A package whose content is made when it is needed. @param make returns the same bytes each time */
export const packageLater = (
  { what, name, bytes }: Pick<Package, 'what' | 'name' | 'bytes'>,
  make: () => Promise<Uint8Array>,
): Package => ({
  ...{ what, name, bytes },
  async read() {
    const made = await make();
    if (packageName(made) === name) return made;
    throw new ClusterError('refused', `the ${what} changed while they were sent: submit again`);
  },
});

export const uriOf = ({ name }: Pick<Package, 'name'>): string => `gcs://${name}`;
