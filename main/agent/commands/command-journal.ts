import { z } from "zod";
import { commandBody, commandFrame } from "#shared/protocol/control-frames.ts";
import { commandId } from "#shared/lib/ids.ts";
import { DurableDocument } from "../state/durable-document.ts";

/**
 * One command and how far it got. `begun` remembers which process served before a restart, so that after a kill the
 * agent can see whether the restart has happened.
 */
export const commandEntry = z.object({
  commandId,
  body: commandBody,
  receivedAtMs: z.number(),
  ttlMs: commandFrame.shape.ttlMs,
  machineBoot: z.string().max(64).optional(),
  state: z.enum(["accepted", "begun", "done"]),
  processBefore: z.string().max(300).optional(),
});
export type CommandEntry = z.infer<typeof commandEntry>;

const stored = z.object({ schema: z.literal(1), entries: z.array(commandEntry).max(1024) });

/** Commands remembered; a repeated frame of an older one than this would be taken for new. */
const MAX_ENTRIES = 256;

/** The commands that arrived here. A command is in it durably before it is acknowledged or begun. */
export class CommandJournal {
  readonly #document: DurableDocument<z.infer<typeof stored>>;
  #entries: readonly CommandEntry[] = [];

  constructor(path: string) {
    this.#document = new DurableDocument(path, stored);
  }

  /** Reads what earlier runs of the agent left; the path of a damaged copy that was recovered, if any. */
  async load(): Promise<string | undefined> {
    const { value, recovered } = await this.#document.read();
    this.#entries = value?.entries ?? [];
    return recovered;
  }

  /** Commands that are not done, oldest first. */
  get open(): readonly CommandEntry[] {
    return this.#entries.filter((entry) => entry.state !== "done");
  }

  /** Whether a command with this id has arrived before. */
  has(id: string): boolean {
    return this.#entries.some((entry) => entry.commandId === id);
  }

  /** Adds or changes an entry, durably. Done ones are forgotten first when there are too many. */
  async put(entry: CommandEntry): Promise<void> {
    const others = this.#entries.filter((one) => one.commandId !== entry.commandId);
    const excess = Math.max(0, others.length + 1 - MAX_ENTRIES);
    const forgotten = new Set(others.filter((one) => one.state === "done").slice(0, excess));
    this.#entries = [...others.filter((one) => !forgotten.has(one)), entry];
    await this.#document.write({ schema: 1, entries: [...this.#entries] });
  }
}
