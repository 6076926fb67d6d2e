import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { serveFolder } from "./serve-folder.ts";
import { clientAt, serves, setUpStandalone, until } from "./standalone-agent.ts";

describe("a source behind a web server", () => {
  it("is followed, and sends its index again only when it has changed", async () => {
    const { port, shelf, folder, signer, run } = await setUpStandalone();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer] });
    const { url, asked } = await serveFolder(shelf);
    await run({ source: { kind: "http", url } });
    await serves(port, "1.0.0");
    await until(async () => asked.find((one) => one.path === "/index.json" && one.status === 304));
    await folder.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN, signers: [signer] });
    await serves(port, "1.1.0");
    expect(asked.filter((one) => one.path === "/1.1.0/service.mjs" && one.status === 200)).toHaveLength(1);
    expect(asked.some((one) => one.headers.authorization !== undefined)).toBe(false);
  });

  it("shows its token to this origin alone", async () => {
    const { port, root, shelf, folder, signer, run } = await setUpStandalone();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer] });
    const elsewhere = await serveFolder(shelf);
    const first = (request: IncomingMessage, response: ServerResponse): boolean => {
      if (request.headers.authorization !== "Bearer let me in") return (response.writeHead(401).end(), true);
      if (request.url?.endsWith("service.mjs") !== true) return false;
      return (response.writeHead(302, { Location: `${elsewhere.url}${request.url}` }).end(), true);
    };
    const { url, asked } = await serveFolder(shelf, { first });
    await writeFile(join(root, "token"), "let me in\n");
    await run({ source: { kind: "http", url, tokenFile: join(root, "token") } });
    await serves(port, "1.0.0");
    expect(asked.length).toBeGreaterThan(0);
    expect(elsewhere.asked.map((one) => [one.path, one.headers.authorization])).toEqual([["/1.0.0/service.mjs", undefined]]);
  });

  it("takes no document from where it is sent on to", async () => {
    const { agent, shelf, folder, signer, run } = await setUpStandalone();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer] });
    const elsewhere = await serveFolder(shelf);
    const first = (request: IncomingMessage, response: ServerResponse): boolean => (
      response.writeHead(302, { Location: `${elsewhere.url}${request.url}` }).end(),
      true
    );
    const { url } = await serveFolder(shelf, { first });
    await run({ source: { kind: "http", url } });
    await until(async () => ((await agent.log()).includes("with status 302") ? true : undefined));
    expect(elsewhere.asked).toEqual([]);
  });

  it("is waited on where it can hold a question until there is news", async () => {
    const { port, shelf, folder, signer, run } = await setUpStandalone();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer] });
    const waiting: (() => void)[] = [];
    const { promise: isWaiting, resolve: waits } = Promise.withResolvers<string | undefined>();
    const first = (request: IncomingMessage, response: ServerResponse): boolean => {
      const prefer = String(request.headers["prefer"] ?? "");
      if (prefer === "") return false;
      waits(prefer);
      waiting.push(() => void readFile(join(shelf, "index.json")).then((bytes) => response.writeHead(200, { ETag: '"next"' }).end(bytes)));
      return true;
    };
    const { url } = await serveFolder(shelf, { first });
    // The interval alone would bring it tomorrow.
    await run({ source: { kind: "http", url, waitMs: 60_000 }, intervalMs: 86_400_000 });
    await serves(port, "1.0.0");
    await until(async () => ((await (await clientAt(port)).state()).phase === "healthy" ? true : undefined));
    expect(await isWaiting).toBe("wait=60");
    await folder.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN, signers: [signer] });
    for (const answer of waiting) answer();
    await serves(port, "1.1.0");
  });

  it("cannot fill the memory of the host", async () => {
    const { agent, shelf, run } = await setUpStandalone();
    const first = (request: IncomingMessage, response: ServerResponse): boolean => {
      response.writeHead(200);
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, 32)));
      };
      response.on("drain", send);
      send();
      return request.url !== undefined;
    };
    const { url } = await serveFolder(shelf, { first });
    await run({ source: { kind: "http", url } });
    await until(async () =>
      (await agent.log()).includes("INPUT_TOO_LARGE") || (await agent.log()).includes("larger than") ? true : undefined,
    );
    expect(agent.pid).toBeGreaterThan(0);
  });
});
