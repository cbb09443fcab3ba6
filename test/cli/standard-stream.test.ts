import { describe, expect, test } from 'vitest';
import { StandardStream } from '../../src/cli/standard-stream';
import type { NodeStream } from '../../src/cli/standard-stream';

type Done = (error?: Error | null) => void;
const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** A stream of Node whose writes end when a test says so. */
function stream(isClosed = false) {
  const written: string[] = [];
  const pending: Done[] = [];
  const failures: NodeJS.ErrnoException[] = [];
  let onError: (error: Error) => void = () => undefined;
  let thrown: Error | null = null;
  const node: NodeStream = {
    write: (text, done) => {
      if (thrown) throw thrown;
      written.push(text);
      pending.push(done);
    },
    on: (event, listener) => {
      if (event === 'error') onError = listener;
    },
    off: () => undefined,
    isTTY: true,
    columns: 100,
  };
  return {
    written,
    failures,
    node,
    own: new StandardStream(node, isClosed, (error) => failures.push(error)),
    /** Ends the oldest write. */
    end: (error?: Error): void => pending.shift()!(error),
    emit: (error: Error): void => onError(error),
    throws: (error: Error): void => void (thrown = error),
  };
}

/** Whether a promise has settled by the next turn of the loop. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test('texts are passed on in order, and all of them are waited for', async () => {
  const { own, written, end } = stream();
  expect(await isSettled(own.written())).toBe(true);
  own.write('a');
  own.write('b');
  expect(written).toEqual(['a', 'b']);
  const all = own.written();
  end();
  expect(await isSettled(all)).toBe(false);
  end();
  await all;
  expect(own.failure).toBeNull();
});

test('the terminal is that of the stream, also after its window changed', () => {
  const { own, node } = stream();
  expect([own.isTTY, own.columns]).toEqual([true, 100]);
  Object.assign(node, { isTTY: undefined, columns: 60 });
  expect([own.isTTY, own.columns]).toEqual([false, 60]);
});

describe('a failure', () => {
  test('is told once, what follows is dropped, and nobody waits for it', async () => {
    const { own, written, failures, end } = stream();
    own.write('a');
    own.write('b');
    const all = own.written();
    end(failure('ENOSPC'));
    end(failure('EIO'));
    await all;
    own.write('c');
    expect(written).toEqual(['a', 'b']);
    expect(failures.map(({ code }) => code)).toEqual(['ENOSPC']);
    expect(own.failure?.code).toBe('ENOSPC');
    await own.written();
  });

  test('may be thrown by the stream', async () => {
    const { own, failures, throws } = stream();
    throws(failure('ENOSPC'));
    own.write('a');
    await own.written();
    expect(failures.map(({ code }) => code)).toEqual(['ENOSPC']);
  });

  test('may be an event, between writes and beside the answer to one', async () => {
    const { own, failures, emit, end } = stream();
    own.write('a');
    emit(failure('EIO'));
    end(failure('EIO'));
    await own.written();
    expect(failures).toHaveLength(1);
    expect(own.failure?.code).toBe('EIO');
  });

  test('of a pipe that its reader has closed is none, and ends the output', async () => {
    const { own, written, failures, end } = stream();
    own.write('a');
    end(failure('EPIPE'));
    own.write('b');
    await own.written();
    expect(written).toEqual(['a']);
    expect(failures).toEqual([]);
    expect(own.failure).toBeNull();
  });

  test('of a closed stream comes with the first text, not before', async () => {
    const { own, written, failures } = stream(true);
    expect(own.failure).toBeNull();
    own.write('a');
    own.write('b');
    await own.written();
    expect(written).toEqual([]);
    expect(failures.map(({ code }) => code)).toEqual(['EBADF']);
  });
});
