import type { CommandId, HostId } from "#shared/lib/ids.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import type { RawDatabase } from "../../ports/database.ts";

/** How a command ended, as its host reports it. */
export type CommandOutcome = Extract<ReportBody, { readonly kind: "command" }>;

/** Notes that these were handed to a link; they are sent again until they are acknowledged. */
export function writeCommandSent(raw: RawDatabase, commandIds: readonly CommandId[], now: number): void {
  const statement = raw.prepare("UPDATE commands SET sentAt = ? WHERE id = ?");
  for (const id of commandIds) statement.run(now, id);
}

/** "Durable on the agent". A host can only acknowledge its own commands; false when there was nothing to note. */
export function writeCommandAcknowledged(raw: RawDatabase, hostId: HostId, commandId: CommandId, now: number): boolean {
  return (
    raw.prepare("UPDATE commands SET acknowledgedAt = ? WHERE id = ? AND hostId = ? AND acknowledgedAt IS NULL").run(now, commandId, hostId)
      .changes > 0
  );
}

/** Stores how a command ended; false when it was known already or is not this host's. */
export function writeCommandOutcome(raw: RawDatabase, hostId: HostId, outcome: CommandOutcome, now: number): boolean {
  return (
    raw
      .prepare(
        `UPDATE commands SET finishedAt = ?, acknowledgedAt = COALESCE(acknowledgedAt, ?), outcome = ?, message = ?, output = ?
         WHERE id = ? AND hostId = ? AND finishedAt IS NULL`,
      )
      .run(now, now, outcome.outcome, outcome.message, outcome.output ?? null, outcome.commandId, hostId).changes > 0
  );
}

/** Ends what nobody took in time. Acknowledged commands have a day more, since their host may be reporting late. */
export function expireCommands(raw: RawDatabase, now: number): number {
  const lateMs = 86_400_000;
  return raw
    .prepare(
      `UPDATE commands SET finishedAt = ?, outcome = 'expired', message = 'The host did not take it in time.'
       WHERE finishedAt IS NULL AND (CASE WHEN acknowledgedAt IS NULL THEN expiresAt ELSE expiresAt + ${lateMs} END) <= ?`,
    )
    .run(now, now).changes;
}
