/** A tool in package.json, as the editor reads it: its title in the user's language. */
export interface ContributedTool {
  readonly name: string;
  readonly displayName: string;
}
