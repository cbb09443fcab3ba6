import { TestRunner } from 'vitest';
import type { RunnerTestSuite, RunnerTestCase } from 'vitest';
import { underWatch } from './progress';

/** vitest's own runner, with a watch over each test and each hook: no clock of theirs, see progress.ts. */
export default class WatchedRunner extends TestRunner {
  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    const hooks = TestRunner.getSuiteHooks(suite);
    for (const name of ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'] as const) {
      const list = hooks[name] as ((...args: unknown[]) => unknown)[];
      const watched = list.map(
        (hook) =>
          (...args: unknown[]) =>
            underWatch(() => hook(...args)),
      );
      list.splice(0, list.length, ...watched);
    }
    await super.onBeforeRunSuite(suite);
  }

  runTask(test: RunnerTestCase): Promise<unknown> {
    return underWatch(() => TestRunner.getTestFn(test)());
  }
}
