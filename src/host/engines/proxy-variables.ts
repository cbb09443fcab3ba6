/** VS Code's settings http.proxy, http.noProxy and http.proxySupport. */
export interface ProxySettings {
  readonly proxy: string;
  readonly noProxy: readonly string[];
  readonly support: string;
}

/**
 * Returns the variables of a process that is to use the proxy of VS Code's settings, as VS Code's own requests do; those that are set already if
 * the settings name none. Node applies neither by itself.
 */
export function proxyVariables(
  { proxy, noProxy, support }: ProxySettings,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  if (proxy.trim() === '' || support === 'off') return { ...env };
  const exceptions = [env['no_proxy'] ?? env['NO_PROXY'] ?? '', ...noProxy].filter(Boolean).join(',');
  const own: NodeJS.ProcessEnv = { ...env, HTTPS_PROXY: proxy.trim(), NO_PROXY: exceptions };
  // Names in small letters go before those in capitals.
  for (const name of ['https_proxy', 'no_proxy']) delete own[name];
  return own;
}
