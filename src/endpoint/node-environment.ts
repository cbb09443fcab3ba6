/** Returns the environment in which the program of this process runs scripts as Node does, also if it is Electron. */
export function nodeEnvironment(): NodeJS.ProcessEnv {
  // Plain Node ignores the variable.
  const environment: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  // An editor's options would break a child.
  delete environment['NODE_OPTIONS'];
  return environment;
}
