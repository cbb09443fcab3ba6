import { runCli } from '../../../src/cli/cli';

/** Runs `vae script` in this process. */
export async function script(cwd: string, ...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runCli(['script', ...argv], {
    cwd,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

/** Names that shells, Slurm, YAML and Kubernetes would read in another way. */
export const HOSTILE = `it's "$(touch x)" \`id\` $HOME \\ #!*?[a]{b,c};&|<> = ~ %j - é 猫`;
