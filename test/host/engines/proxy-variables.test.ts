import { expect, test } from 'vitest';
import { proxyVariables } from '../../../src/host/engines/proxy-variables';

const proxy = { proxy: ' http://proxy:3128 ', noProxy: ['intern.invalid'], support: 'override' };

test('the proxy of the settings goes before that of the variables, and their exceptions are joined', () => {
  const env = { PATH: '/bin', https_proxy: 'http://old', NO_PROXY: 'one.invalid' };
  expect(proxyVariables(proxy, env)).toEqual({
    ...{ PATH: '/bin', HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'one.invalid,intern.invalid' },
  });
  expect(proxyVariables(proxy, {})).toEqual({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'intern.invalid' });
});

test('where the settings name none, or are switched off, the variables stay as they are', () => {
  const env = { https_proxy: 'http://old', no_proxy: 'one.invalid' };
  expect(proxyVariables({ ...proxy, proxy: '' }, env)).toEqual(env);
  expect(proxyVariables({ ...proxy, support: 'off' }, env)).toEqual(env);
});
