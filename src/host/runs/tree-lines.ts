/** A line of the runs view that stands for a run; the argument of commands in its menu. */
export class RunLine {
  constructor(readonly folder: string) {}
}

/** A line of the runs view that stands for a sweep; the argument of commands in its menu. */
export class SweepLine {
  constructor(readonly folder: string) {}
}

/**
 * Gives each run and sweep one line, always the same object. VS Code draws lines that it knows anew without forgetting them; while
 * it reads new ones, a command of a line's menu gets no argument.
 */
export class TreeLines {
  private readonly runs = new Map<string, RunLine>();
  private readonly sweeps = new Map<string, SweepLine>();

  run(folder: string): RunLine {
    return found(this.runs, folder, () => new RunLine(folder));
  }

  sweep(folder: string): SweepLine {
    return found(this.sweeps, folder, () => new SweepLine(folder));
  }
}

function found<T>(lines: Map<string, T>, folder: string, make: () => T): T {
  const line = lines.get(folder) ?? make();
  lines.set(folder, line);
  return line;
}
