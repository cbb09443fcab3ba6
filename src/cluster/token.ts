import { homedir } from 'node:os';
import { join } from 'node:path';
import { openRegularFile } from '../setup/open-regular-file.mjs';
import { ClusterError } from './ray/errors';

const MAX_BYTES = 65_536;

/**
 * Returns the token for Ray, from where Ray's own tools take it: RAY_AUTH_TOKEN, the file that RAY_AUTH_TOKEN_PATH names, or
 * ~/.ray/auth_token; null if there is none. It goes into headers of requests alone: not into arguments, files, messages or logs.
 * @throws ClusterError if it cannot be one, without showing it
 */
export async function findToken(
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): Promise<string | null> {
  const given = env['RAY_AUTH_TOKEN']?.trim();
  if (given) return checked(given, 'RAY_AUTH_TOKEN');
  const named = env['RAY_AUTH_TOKEN_PATH'];
  const path = named || join(home, '.ray', 'auth_token');
  const text = await contentOf(path).catch((error: NodeJS.ErrnoException) => {
    if (!named && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return '';
    throw new ClusterError('unauthorised', `the token in ${path} cannot be read: ${error.message}`);
  });
  return text.trim() === '' ? null : checked(text.trim(), path);
}

async function contentOf(path: string): Promise<string> {
  const file = await openRegularFile(path);
  try {
    if ((await file.stat()).size > MAX_BYTES) throw new Error(`expected a file with a token in it`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function checked(token: string, from: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new ClusterError(
    'unauthorised',
    `${from} holds no token: expected printable characters of ASCII without spaces`,
  );
}
