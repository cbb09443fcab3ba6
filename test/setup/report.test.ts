import { expect, it, vi } from 'vitest';
import { Report } from '../vscode/report';

it('a test in VS Code is tried three times, the last time after its window recovered, and each try is told', async () => {
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    const report = new Report();
    const happened: string[] = [];
    const fails = (name: string, times: number) => {
      let tries = 0;
      return {
        name,
        run: () => {
          happened.push(name);
          return ++tries > times ? Promise.resolve() : Promise.reject(new Error(`try ${tries}`));
        },
      };
    };
    const hooks = {
      onFailure: (name: string) => Promise.resolve(void happened.push(`picture of ${name}`)),
      recover: () => Promise.resolve(void happened.push('recovered')),
    };
    await report.run([fails('once', 1), fails('twice', 2), fails('always', 9)], {}, 5, hooks);
    expect(report.counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
    expect(happened.join(', ')).toBe(
      'once, picture of once, once, ' +
        'twice, picture of twice, twice, picture of twice, recovered, twice, ' +
        'always, picture of always, always, picture of always, recovered, always, picture of always',
    );
    expect(said.filter((text) => text.includes('again'))).toHaveLength(5);
    expect(said.filter((text) => text.includes('FAIL'))).toHaveLength(1);
  } finally {
    vi.restoreAllMocks();
  }
});
