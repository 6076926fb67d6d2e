/**
 * A control plane as a process of its own that adopts releases of a folder until it is killed:
 * `node adopting-program.ts DATA-FOLDER STORE-FOLDER SEED on|end`. It prints `ready` once it has started; with `end` it
 * completes what is open, adopts once more, whatever the kills let it come to, and prints `ended`.
 */
import { hash } from "node:crypto";
import { createRouterClient } from "@orpc/server";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { seededBytes, seededRandom } from "#test/builders/seeded-random.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { findApplication, findShelf, untilNothingIsOpen } from "../publication/shelf-program.ts";
import { putRelease, putSums, wanted } from "./foreign-shelf.ts";

/** Releases of one adoption. */
const RELEASES = 3;

const [dataFolder = "", storeFolder = "", seed = "0", mode = "on"] = process.argv.slice(2);
const principal: Principal = { name: "user:admin", role: "administrator", fleets: "all", local: true };

const plane = await startControlPlane(dataFolder, { publicationRetry: { baseMs: 2, capMs: 20, maxFailures: 12 } });
const client: Pick<ContractClient, "applications" | "stores" | "adoptions"> = createRouterClient(plane.router, {
  context: { principal, correlationId: "test", logger: quietLogger() },
});
process.stdout.write("ready\n");
if (mode === "end") {
  await nothingIsOpen();
  await adoptNext();
  await nothingIsOpen();
  await plane.stop();
  process.stdout.write("ended\n");
} else {
  for (;;) {
    await nothingIsOpen();
    await adoptNext();
  }
}

function nothingIsOpen(): Promise<void> {
  return untilNothingIsOpen(plane, () => client.adoptions.list({}));
}

/** Puts the next releases onto the shelf, of which one tells no digests, and begins to adopt them. */
async function adoptNext(): Promise<void> {
  const [applicationId, storeId] = [await findApplication(client), await findShelf(client, storeFolder)];
  const first = (await client.adoptions.list({ applicationId })).length * RELEASES;
  const versions = Array.from({ length: RELEASES }, (_, at) => `1.0.${first + at}`);
  for (const [at, version] of versions.entries()) {
    const random = seededRandom(Number(seed) + first + at);
    const files = { "web-amd64": seededBytes(random, 400_000), "web-arm64": seededBytes(random, 3000) };
    await putRelease(storeFolder, version, files);
    const sums = Object.entries(files).map(([name, bytes]) => [name, hash("sha256", bytes)] as const);
    if (at > 0) await putSums(storeFolder, version, Object.fromEntries(sums));
  }
  const releases = versions.map((version) => wanted(version, "web-amd64", "web-arm64"));
  await client.adoptions.create({ storeId, applicationId, releases });
}
