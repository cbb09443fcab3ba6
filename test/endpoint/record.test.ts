import type * as files from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { connectToRun } from '../../src/endpoint/client';
import { endpointFolder } from '../../src/endpoint/record';
import { openEndpoint } from '../../src/endpoint/server';
import type { EngineMethods } from '../../src/protocol/schemas/engine';
import type { Handlers } from '../../src/protocol/rpc';
import { useFolder } from '../host/support';

/** What happens right after the record was read next, and before the reader knows what it says. */
let afterRead: (() => Promise<unknown>) | null = null;
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>();
  const readFile = async (...args: Parameters<typeof real.readFile>): Promise<unknown> => {
    const content = await real.readFile(...args);
    const act = afterRead;
    afterRead = null;
    await act?.();
    return content;
  };
  return { ...real, readFile };
});

const folder = useFolder();

const open = (product: string) => {
  const table: Partial<Handlers<EngineMethods>> = {
    hello: () => ({ protocol: 1, product, mode: 'serve', pid: process.pid }),
  };
  return openEndpoint(folder.path(), product, table as Handlers<EngineMethods>);
};

describe('an engine that ends', () => {
  it('leaves the record of the next one, which came after it had found its own', async () => {
    const old = await open('old');
    let next: Awaited<ReturnType<typeof open>> | undefined;
    afterRead = async () => (next = await open('next'));
    await old.close();
    expect(next).toBeDefined();
    const connection = await connectToRun(folder.path());
    expect(connection?.hello.product).toBe('next');
    connection?.client.dispose();
    await next!.close();
  });

  it('leaves nothing where it was the last', async () => {
    const path = await endpointFolder(folder.path());
    await (await open('only')).close();
    await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
