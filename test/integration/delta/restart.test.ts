import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { writeFile } from "node:fs/promises";
import { uploadFile } from "#main/client/upload-file.ts";
import { ServerProcess } from "#test/builders/server-process.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { nextBuild, plainFile } from "./delta-fixture.ts";

/** Asks again until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((settle) => setTimeout(settle, 50));
}

describe("a control plane that is killed while it makes deltas", () => {
  it("goes on with them at the next start, and makes none twice", { timeout: 180_000 }, async () => {
    const folder = await tempFolder();
    const server = await new ServerProcess(join(folder, "data")).start();
    try {
      const { id: applicationId } = await server.client.applications.create({ productId: "org.example.web", name: "Web" });
      const publish = async (version: string, content: Buffer) => {
        const path = join(folder, `web-${version}`);
        await writeFile(path, content);
        const target = { url: server.running.url, token: server.running.token };
        const upload = await uploadFile(
          { client: server.client, target, signal: AbortSignal.timeout(60_000), onProgress: () => undefined },
          path,
        );
        const artifacts = [{ uploadId: upload.id, platform: "linux/amd64" as const }];
        const draft = await server.client.releases.create({ applicationId, version, runSpec: runSpec.parse({}), artifacts });
        await server.client.releases.publish({ releaseId: draft.id });
        return draft.id;
      };
      const first = plainFile(6_000_000);
      const second = nextBuild(first, "second");
      await publish("1.0.0", first);
      const other = await publish("1.1.0", second);
      await until(async () => (await server.client.releases.get({ releaseId: other })).state === "published");
      const releaseId = await publish("1.2.0", nextBuild(second, "third"));
      const states = async () => (await server.client.deltas.get({ releaseId }))?.deltas.map((one) => one.state) ?? [];
      await until(async () => (await states()).includes("running"));
      await server.end("SIGKILL");
      await server.start();
      await until(async () => (await states())[0] === "made" && (await states())[1] === "running");
      await server.end("SIGKILL");
      await server.start();
      await until(async () => (await server.client.releases.get({ releaseId })).state === "published");
      expect(await states()).toEqual(["made", "made"]);
      const { artifacts } = await server.client.releases.get({ releaseId });
      expect(artifacts[0]?.deltas?.map((one) => one.from.version)).toEqual(["1.1.0", "1.0.0"]);
      const audit = await server.client.audit.list({ action: "release.deltas-made", limit: 10 });
      expect(audit.rows.filter((one) => one.subject === `release:${releaseId}`)).toHaveLength(1);
    } finally {
      await server.end();
    }
  });
});
