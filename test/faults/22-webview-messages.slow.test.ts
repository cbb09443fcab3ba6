import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permittedImage } from '../../src/host/files';
import { pageHtml } from '../../src/host/webview/html';
import { RejectedMessages } from '../../src/host/webview/rejected-messages';
import { logged, webviewTransport } from '../../src/host/webview/webview-transport';
import { withOwnBuffers } from '../../src/shared/own-buffers';
import { serve } from '../../src/protocol/rpc';
import { compareMethods } from '../../src/protocol/schemas/compare';
import { engineMethods } from '../../src/protocol/schemas/engine';
import { interpolationMethods } from '../../src/protocol/schemas/interpolation';
import { checked } from '../../src/protocol/schemas/method';
import type { MethodTable } from '../../src/protocol/schemas/method';
import { panelMethods } from '../../src/protocol/schemas/panel';
import { useFolder } from '../host/support';

const folder = useFolder();
const never = new Promise<void>(() => undefined);

/** A webview whose page we are: serves methods with handlers that only note what reached them. */
function page(methods: MethodTable) {
  const reached: { method: string; params: unknown }[] = [];
  const log: string[] = [];
  const replies: unknown[] = [];
  let send: (message: unknown) => unknown = () => undefined;
  const handlers = Object.fromEntries(
    Object.keys(methods).map((method) => [
      method,
      (params: unknown) => void reached.push({ method, params }),
    ]),
  );
  const refusals = new RejectedMessages((message) => void log.push(message));
  const port = {
    postMessage: (message: unknown) => Promise.resolve(replies.push(message) > 0),
    onDidReceiveMessage: (listener: (message: unknown) => unknown) => {
      send = listener;
      return { dispose: () => undefined };
    },
  };
  const answers = logged<object>(checked(methods, handlers as never), refusals);
  serve<object, object>(webviewTransport(port, never, refusals), answers);
  return { reached, log, replies, send: (message: unknown) => send(message) };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const hostile = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    { uri: '../../etc/passwd' },
    { uri: 'command:workbench.action.quit' },
    { uri: 'https://example.org/a.png' },
    { uri: `file:///${'a'.repeat(10_000)}` },
    { since: -2 },
    { since: NaN },
    { since: 1e300 },
    { t: 2, spherical: true },
    { t: 0.5, spherical: 'yes' },
    JSON.parse('{"__proto__": {"since": 1}}') as unknown,
  ),
);

describe.each<[string, MethodTable]>([
  ['explorer', panelMethods],
  ['interpolation', interpolationMethods],
  ['comparison', compareMethods],
  ['engine', engineMethods],
])('%s messages', (_name, methods) => {
  it.each(Object.keys(methods))(
    '%s: only arguments that fit the schema reach the handler',
    async (method) => {
      await fc.assert(
        fc.asyncProperty(hostile, async (params) => {
          const { reached, replies, send } = page(methods);
          send({ id: 1, call: method, params });
          await settle();
          expect(reached.length).toBe(methods[method]!.params.safeParse(params).success ? 1 : 0);
          expect(replies).toHaveLength(1);
        }),
        { numRuns: 200 },
      );
    },
  );

  it('survives anything at all, and calls nothing that is no method', async () => {
    const { reached, log, send } = page(methods);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.anything(),
          fc.record({ id: fc.anything(), call: fc.anything(), params: fc.anything() }),
          fc.record({
            id: fc.nat(),
            call: fc.constantFrom('constructor', '__proto__', 'toString', 'goodbye'),
          }),
          fc.record({ event: fc.string(), data: fc.anything() }),
        ),
        async (message) => {
          send(message);
          await settle();
        },
      ),
      { numRuns: 300 },
    );
    expect(reached).toEqual([]);
    // Once for each kind, not once for each message.
    expect(log.length).toBeLessThan(3);
  });
});

describe('permittedImage', () => {
  it('takes images of the workspace and those that were shown, and nothing else', async () => {
    const root = join(folder.path(), 'workspace');
    const outside = join(folder.path(), 'outside');
    await mkdir(root);
    await mkdir(outside);
    for (const path of [join(root, 'a.png'), join(outside, 'b.png'), join(root, 'notes.txt')])
      await writeFile(path, '');
    await symlink(join(outside, 'b.png'), join(root, 'link.png'));
    const uri = (...names: string[]): string => pathToFileURL(join(...names)).href;
    expect(await permittedImage(uri(root, 'a.png'), [], [root])).toBe(join(root, 'a.png'));
    expect(await permittedImage(uri(outside, 'b.png'), [uri(outside, 'b.png')], [root])).toBe(
      join(outside, 'b.png'),
    );
    for (const bad of [
      uri(outside, 'b.png'),
      uri(root, 'link.png'),
      uri(root, 'notes.txt'),
      `${uri(root)}/../outside/b.png`,
      'file:///etc/passwd',
      'file://server/share/a.png',
      'command:x.png',
    ])
      await expect(permittedImage(bad, [], [root]), bad).rejects.toMatchObject({ code: 'bad-input' });
    await expect(permittedImage(uri(root, 'gone.png'), [], [root])).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('withOwnBuffers', () => {
  it('copies what is a view, so that no pool crosses', () => {
    const pool = new ArrayBuffer(1024);
    const sent = withOwnBuffers({
      ok: { bytes: new Uint8Array(pool, 8, 4), z: new Float32Array(pool, 16, 2), pooled: Buffer.from('abc') },
      list: [1, 'a', null],
    }) as { ok: { bytes: Uint8Array; z: Float32Array; pooled: Uint8Array }; list: unknown[] };
    expect(sent.ok.bytes.buffer.byteLength).toBe(4);
    expect(sent.ok.z.buffer.byteLength).toBe(8);
    expect(sent.ok.pooled.constructor).toBe(Uint8Array);
    expect(sent.ok.pooled.buffer.byteLength).toBe(3);
    expect(sent.list).toEqual([1, 'a', null]);
  });
});

describe('pageHtml', () => {
  const parts = {
    source: 'https://webview.test',
    nonce: 'abc',
    script: 'https://webview.test/explorer.js?"><script>',
    styles: 'https://webview.test/explorer.css',
    language: 'en',
    title: '<b>',
    texts: { Train: '"><b>Entraîner' },
    decoder: null,
  };
  const html = pageHtml(parts);
  const policyOf = (page: string): string =>
    /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll('&#39;', "'");

  it('lets nothing run but the script with the nonce', () => {
    const policy = policyOf(html);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-abc'");
    expect(policy).not.toMatch(/unsafe|\*|connect-src|frame-src/);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it('lets a page that decodes also compile WebAssembly, from our files', () => {
    const [script, wasm] = ['https://webview.test/decoder.js?"><b>', 'https://webview.test/decoder.wasm'];
    const page = pageHtml({ ...parts, decoder: { script, wasm } });
    const policy = policyOf(page);
    expect(policy).toContain("script-src 'nonce-abc' 'wasm-unsafe-eval'");
    expect(policy).toContain('connect-src https://webview.test');
    expect(policy).not.toMatch(/'unsafe|\*/);
    expect(page).toContain(`data-wasm="${wasm}"`);
    expect(page).not.toContain('<b>');
  });

  it('escapes what it is given', () => {
    expect(html).not.toContain('<b>');
    expect(html).not.toContain('?"><script>');
  });
});
