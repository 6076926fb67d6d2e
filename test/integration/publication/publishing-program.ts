/**
 * A control plane as a process of its own that publishes to a folder until it is killed:
 * `node publishing-program.ts DATA-FOLDER STORE-FOLDER SEED on|end`. It prints `ready` once it has started; with `end`
 * it completes what is open, publishes one release more, whatever the kills let it come to, and prints `ended`.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { seededBytes, seededRandom } from "#test/builders/seeded-random.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { findApplication, findShelf, untilNothingIsOpen } from "./shelf-program.ts";

const [dataFolder = "", storeFolder = "", seed = "0", mode = "on"] = process.argv.slice(2);
const principal: Principal = { name: "user:admin", role: "administrator", fleets: "all", local: true };

const plane = await startControlPlane(dataFolder, { publicationRetry: { baseMs: 2, capMs: 20, maxFailures: 12 } });
const client: Pick<ContractClient, "applications" | "releases" | "uploads" | "stores" | "publications"> = createRouterClient(plane.router, {
  context: { principal, correlationId: "test", logger: quietLogger() },
});
process.stdout.write("ready\n");
if (mode === "end") {
  await nothingIsOpen();
  await publishNext(await findApplication(client), await findShelf(client, storeFolder));
  await nothingIsOpen();
  await plane.stop();
  process.stdout.write("ended\n");
} else {
  const applicationId = await findApplication(client);
  const storeId = await findShelf(client, storeFolder);
  for (;;) {
    await publishNext(applicationId, storeId);
    await nothingIsOpen();
  }
}

function nothingIsOpen(): Promise<void> {
  return untilNothingIsOpen(plane, () => client.publications.list({}));
}

async function publishNext(applicationId: Awaited<ReturnType<typeof findApplication>>, storeId: Awaited<ReturnType<typeof findShelf>>) {
  const version = `1.0.${(await client.releases.list({ applicationId })).length}`;
  const random = seededRandom(Number(seed) + Number(version.slice(4)));
  const artifacts = [];
  for (const [name, platform, sizeBytes] of [["web-amd64", "linux/amd64", 400_000] as const, ["web-arm64", "linux/arm64", 3000] as const]) {
    const path = join(dataFolder, name);
    await writeFile(path, seededBytes(random, sizeBytes));
    const { id } = await client.uploads.importPath({ path });
    await plane.uploads.idle();
    artifacts.push({ uploadId: id, platform });
  }
  const draft = await client.releases.create({ applicationId, version, runSpec: runSpec.parse({}), artifacts });
  await client.releases.publish({ releaseId: draft.id, storeIds: [storeId] });
}
