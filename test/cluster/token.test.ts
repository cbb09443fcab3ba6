import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findToken } from '../../src/cluster/token';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vae-token-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('the variable comes before the file that another one names, and that before Ray’s own', async () => {
  expect(await findToken({}, home)).toBeNull();
  await mkdir(join(home, '.ray'));
  await writeFile(join(home, '.ray', 'auth_token'), ' own\n');
  await writeFile(join(home, 'named'), 'named\n');
  expect(await findToken({}, home)).toBe('own');
  const env = { RAY_AUTH_TOKEN_PATH: join(home, 'named') };
  expect(await findToken(env, home)).toBe('named');
  expect(await findToken({ ...env, RAY_AUTH_TOKEN: 'given ' }, home)).toBe('given');
});

test('a file that is named and missing is said, and what cannot be a token is not shown', async () => {
  const env = { RAY_AUTH_TOKEN_PATH: join(home, 'gone') };
  await expect(findToken(env, home)).rejects.toThrow(/gone cannot be read/);
  await expect(findToken({ RAY_AUTH_TOKEN_PATH: home }, home)).rejects.toThrow(/not a regular file/);
  const bad = findToken({ RAY_AUTH_TOKEN: 'hunter2\r\nx-evil: 1' }, home);
  await expect(bad).rejects.toThrow(/holds no token/);
  await expect(bad).rejects.not.toThrow(/hunter2/);
});
