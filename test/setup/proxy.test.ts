import { describe, expect, test } from 'vitest';
import { proxyFor } from '../../src/setup/proxy.mjs';

const proxy = (env: NodeJS.ProcessEnv, url = 'https://files.example.org/a.whl'): string | null =>
  proxyFor(new URL(url), env)?.href ?? null;

describe('the proxy of a request', () => {
  test('is named by the variables that others read, too', () => {
    expect(proxy({})).toBeNull();
    expect(proxy({ HTTPS_PROXY: '' })).toBeNull();
    expect(proxy({ HTTPS_PROXY: 'http://proxy:3128' })).toBe('http://proxy:3128/');
    expect(proxy({ https_proxy: 'proxy:3128' })).toBe('http://proxy:3128/');
    expect(proxy({ ALL_PROXY: 'https://proxy' })).toBe('https://proxy/');
    expect(proxy({ https_proxy: 'http://one', HTTPS_PROXY: 'http://two' })).toBe('http://one/');
    // That of plain http says nothing about https.
    expect(proxy({ HTTP_PROXY: 'http://proxy' })).toBeNull();
  });

  test.each([
    ['*', true],
    ['example.org', true],
    ['.example.org', true],
    ['*.example.org', true],
    ['other.org, files.example.org', true],
    ['FILES.EXAMPLE.ORG', true],
    ['example.org:443', true],
    ['example.org:8443', false],
    ['ample.org', false],
    ['other.org', false],
    ['', false],
  ])('with NO_PROXY=%s is left out: %s', (exceptions, isLeftOut) => {
    const env = { HTTPS_PROXY: 'http://proxy', NO_PROXY: exceptions };
    expect(proxy(env)).toBe(isLeftOut ? null : 'http://proxy/');
  });

  test('is never asked for this machine', () => {
    const env = { HTTPS_PROXY: 'http://proxy' };
    for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '[::1]'])
      expect(proxy(env, `https://${host}/`)).toBeNull();
  });

  test.each(['socks5://me:secret@proxy', 'http://', '::'])('that is none is an error: %s', (value) => {
    expect(() => proxy({ HTTPS_PROXY: value })).toThrow(/HTTPS_PROXY names no http or https proxy: got /);
    expect(() => proxy({ HTTPS_PROXY: value })).not.toThrow(/secret/);
  });
});
