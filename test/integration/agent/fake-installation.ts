import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { installPaths, type InstallPaths } from "#main/agent/install/install-paths.ts";
import type { ProgramFiles } from "#main/agent/install/program-versions.ts";
import type { ServiceControl } from "#main/agent/install/service-control.ts";

/** A systemd that does what it is told and remembers it. */
export type RecordingService = ServiceControl & { readonly calls: readonly string[]; active: boolean };

/** Makes one, whose agent does not run. */
export function recordingService(): RecordingService {
  const calls: string[] = [];
  const service: RecordingService = {
    calls,
    active: false,
    reload: async () => void calls.push("reload"),
    isActive: async () => service.active,
    start: async () => {
      calls.push("start");
      service.active = true;
    },
    restart: async () => void calls.push("restart"),
    stop: async () => {
      calls.push("stop");
      service.active = false;
      return [];
    },
  };
  return service;
}

/** An empty root folder, and small programs that answer their version as the real ones do. */
export async function fakeInstallation(): Promise<{
  readonly paths: InstallPaths;
  readonly program: (version: string, says?: string) => Promise<ProgramFiles>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-install-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    paths: installPaths(join(folder, "root")),
    program: async (version, says = version) => {
      const [node, agent] = [join(folder, `node-${version}`), join(folder, `agent-${version}.js`)];
      await writeFile(node, '#!/bin/sh\nread -r version < "$1"\necho "$version"\n');
      await chmod(node, 0o755);
      await writeFile(agent, `${says}\n`);
      return { node, agent, version };
    },
  };
}
