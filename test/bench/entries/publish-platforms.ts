import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { openOciStore } from "#main/adapters/oci-registry/oci-store.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { OpenReleaseStore } from "#main/control-plane/ports/release-store.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { platform, type Platform } from "#shared/domain/artifact/platform.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { DockerRegistry } from "#test/fakes/docker-registry.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import type { BenchEntry, Sample } from "../entry.ts";

const FILE_BYTES = 20 * 2 ** 20;
const PLATFORMS: readonly Platform[] = ["linux", "linux+musl", "darwin", "windows", "freebsd"].flatMap((system) => {
  const [os = "", libc] = system.split("+");
  return ["amd64", "arm64"].map((architecture) => platform.parse(`${os}/${architecture}${libc === undefined ? "" : `+${libc}`}`));
});
const ADMINISTRATOR: Principal = { name: "user:bench", role: "administrator", fleets: "all", local: true };

/** What publishing costs beyond its transfers: rows, documents, signatures and the steps between. */
export const publishPlatforms: BenchEntry = {
  name: "publish/ten-platforms",
  about: "a release of ten platforms, 20 MiB each, to a loopback docker-registry; yardstick: the time of its uploads, added up",
  unit: "s",
  budget: { of: "ratio", is: "at most", limit: 1, source: "the issue of publishing and trust" },
  runs: 3,
  measure: async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-publish-"));
    const registry = await DockerRegistry.start();
    const stopwatch = new UploadStopwatch();
    const plane = await startControlPlane(folder, { openReleaseStore: stopwatch.open });
    try {
      return await publish(plane, { folder, registry, stopwatch });
    } finally {
      await plane.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The registry's adapter, with the time that its uploads take. */
class UploadStopwatch {
  uploadMs = 0;

  readonly open: OpenReleaseStore = (settings, readSecret) => {
    if (settings.kind !== "oci") throw new TypeError("only a registry is measured");
    const store = openOciStore(settings, readSecret, { clock: systemClock, dockerFolder: "/nonexistent" });
    const run: typeof store.run = async (step, content, context) => {
      const startedAt = performance.now();
      const locations = await store.run(step, content, context);
      if (step.phase === "upload") this.uploadMs += performance.now() - startedAt;
      return locations;
    };
    return { ...store, run };
  };
}

async function publish(
  plane: ControlPlane,
  { folder, registry, stopwatch }: { readonly folder: string; readonly registry: DockerRegistry; readonly stopwatch: UploadStopwatch },
): Promise<Sample> {
  const client: Pick<ContractClient, "applications" | "releases" | "uploads" | "stores"> = createRouterClient(plane.router, {
    context: { principal: ADMINISTRATOR, correlationId: "bench", logger: quietLogger() },
  });
  const { id: applicationId } = await client.applications.create({ productId: "org.example.bench", name: "Bench" });
  const store = await client.stores.create({ name: "registry", settings: { kind: "oci", registry: registry.url }, unchecked: true });
  const artifacts = [];
  for (const target of PLATFORMS) {
    const path = join(folder, `web-${target.replaceAll(/[/+]/g, "-")}`);
    await writeFile(path, randomBytes(FILE_BYTES));
    artifacts.push({ uploadId: (await client.uploads.importPath({ path })).id, platform: target });
    await plane.uploads.idle();
  }
  const draft = await client.releases.create({ applicationId, version: "1.0.0", runSpec: runSpec.parse({}), artifacts });
  const published = new Promise<void>((resolve) =>
    plane.store.onCommitted((events) => {
      if (events.some(({ event }) => event.topic === "release.published")) resolve();
    }),
  );
  const startedAt = performance.now();
  await client.releases.publish({ releaseId: draft.id, storeIds: [store.id] });
  await published;
  return { value: (performance.now() - startedAt) / 1000, yardstick: stopwatch.uploadMs / 1000 };
}
