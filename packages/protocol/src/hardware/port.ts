// protocol/hardware: the port to a machine.

/** What is asked of a machine. Nothing fails: what is not there is empty. */
export interface Machine {
  /** `linux`, `darwin` … */
  readonly platform: string;
  /** As `uname -m` or Node says it. */
  readonly architecture: string;
  readText(path: string): string;
  /** The names in a folder. */
  list(path: string): readonly string[];
  /** What a command prints; empty where it is not there or takes too long. */
  run(command: readonly string[]): Promise<string>;
}
