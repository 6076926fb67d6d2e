import { statfs } from "node:fs/promises";
import { availableParallelism, hostname, release, totalmem } from "node:os";
import { z } from "zod";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { HostFacts } from "#shared/domain/host/reported.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_VERSION } from "../agent-version.ts";
import { toHostPlatform } from "./host-platform.ts";

const report = z.object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) });
const variables = z.object({ arm_version: z.string().optional() });

// Node was built for one libc and says which: the report of a musl build names no glibc.
function isMusl(): boolean {
  if (process.platform !== "linux") return false;
  const parsed = report.safeParse(process.report.getReport());
  return parsed.success && parsed.data.header.glibcVersionRuntime === undefined;
}

/** @throws AppError ENV_UNSUPPORTED on a machine that no artifact can be made for. */
export function readHostPlatform(): Platform {
  const armVersion = variables.safeParse(process.config.variables).data?.arm_version;
  const platform = toHostPlatform({ os: process.platform, arch: process.arch, armVersion, isMusl: isMusl() });
  if (platform !== undefined && process.platform !== "win32") return platform;
  throw new AppError("ENV_UNSUPPORTED", `The agent does not run on ${process.platform} ${process.arch}; nothing was started.`);
}

/** The machine as people should see it. `folder` is where slots are kept. */
export async function readHostFacts(platform: Platform, folder: string): Promise<HostFacts> {
  const disk = await statfs(folder).catch(() => undefined);
  return {
    hostname: hostname().slice(0, 255),
    platform,
    osRelease: release().slice(0, 200),
    agentVersion: AGENT_VERSION,
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    ...(disk !== undefined && { diskFreeBytes: disk.bavail * disk.bsize }),
  };
}
