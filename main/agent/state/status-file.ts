import { rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { reportedApplication } from "#shared/domain/host/reported.ts";
import { hostId } from "#shared/lib/ids.ts";
import { displayName, epochMs } from "#shared/lib/scalars.ts";
import { processIdentity } from "../process/stored-identity.ts";

/** What a running agent tells `rollcall-agent status`. A convenience for people: nothing is decided by it. */
export const agentStatus = z.object({
  /** In a container the agent itself may be process 1. */
  process: processIdentity.extend({ pid: z.int().min(1) }),
  /** Absent on a host without a control plane. */
  hostId: hostId.optional(),
  name: displayName,
  agentVersion: z.string(),
  /** How processes are told to belong to an application; absent from older agents. */
  processTracking: z.enum(["control groups", "environment", "process groups"]).optional(),
  writtenAt: epochMs,
  link: z.object({ state: z.enum(["open", "closed"]), since: epochMs, detail: z.string() }),
  /** Where a stand-alone host gets its releases; absent on others. */
  sources: z
    .array(
      z.object({
        productId: z.string(),
        place: z.string(),
        unsigned: z.boolean(),
        checkedAt: epochMs.optional(),
        error: z.string().optional(),
        note: z.string().optional(),
      }),
    )
    .optional(),
  applications: z.array(reportedApplication.extend({ productId: z.string(), hold: z.string().optional() })),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** Replaces the file whole, without waiting for the disk: it is worth nothing after a crash. */
export async function writeStatus(path: string, status: AgentStatus): Promise<void> {
  await writeFile(`${path}.tmp`, JSON.stringify(status), { mode: 0o640 });
  await rename(`${path}.tmp`, path);
}
