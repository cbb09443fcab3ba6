import { NO_ABOUT } from '../domain/run-about';
import { mapLimited } from '../shared/map-limited';
import { readAbout } from './about';
import { FOLDERS_AT_ONCE, foldersOfRuns } from './store';

/** Returns the folders of the runs under `runsRoot` that a person gave this name. */
export async function runsNamed(runsRoot: string, name: string): Promise<string[]> {
  const folders = await foldersOfRuns(runsRoot, () => undefined);
  const abouts = await mapLimited(folders, FOLDERS_AT_ONCE, (folder) =>
    readAbout(folder).catch(() => NO_ABOUT),
  );
  return folders.filter((_, i) => abouts[i]!.name === name);
}
