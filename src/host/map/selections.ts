/** Runs whose selection is remembered; of more the oldest are forgotten. */
const MAX_RUNS = 20;

/** The images selected in the explorer, by run folder, as its page reports them. */
export class Selections {
  private readonly ids = new Map<string, readonly string[]>();

  of(runFolder: string): readonly string[] {
    return this.ids.get(runFolder) ?? [];
  }

  note(runFolder: string, ids: readonly string[]): void {
    this.ids.delete(runFolder);
    this.ids.set(runFolder, ids);
    const [oldest] = this.ids.keys();
    if (this.ids.size > MAX_RUNS && oldest !== undefined) this.ids.delete(oldest);
  }
}
