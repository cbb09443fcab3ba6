import { randomBytes } from 'node:crypto';

/** Marks our unfinished files and folders. */
const SUFFIX = '.vae-tmp';

/** Earlier versions had no random part. */
const PATTERN = /^\.(?<name>.+?)\.(?<pid>\d{1,10})(?:\.[0-9a-f]{16})?(?:\.old)?\.vae-tmp$/;

/** A name beside `name`, hidden, that no other write has: neither in this process nor in another. */
export function temporaryName(name: string): string {
  return `.${name}.${process.pid}.${randomBytes(8).toString('hex')}${SUFFIX}`;
}

/** Whether `name` is one that `temporaryName` gave, for a file of which `isOurs` says that we write it. */
export function isTemporaryName(name: string, isOurs: (name: string) => boolean): boolean {
  const match = PATTERN.exec(name);
  return match !== null && isOurs(match.groups!['name']!);
}
