import { describe, expect, it } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { endless } from "#test/compromise/attacker/starve.ts";
import { versionAt } from "../agent/agent-process.ts";
import { serviceArtifact } from "../agent/service-artifact.ts";
import { TOKEN } from "../github-releases/github-world.ts";
import type { LyingRelay, Lie } from "./lying-relay.ts";
import { clientAt, serves, setUpStandalone, until } from "./standalone-agent.ts";

/** A host without a control plane, before it runs. */
export type Host = Awaited<ReturnType<typeof setUpStandalone>>;
/** A source behind a relay that can lie, and how a version gets there. */
export type Setting = {
  readonly relay: LyingRelay;
  readonly source: object;
  readonly publish: (version: string, bytes: Buffer) => Promise<unknown>;
};
/** Sets a source of one kind up. */
export type Kind = (host: Host) => Promise<Setting>;
/** The document that a look of this kind begins with, by the end of its path, and what is sent in its place. */
export type DocumentsOfKind = { readonly first: string; readonly lies: Readonly<Record<string, Lie>> };

const BYTES = serviceArtifact("2.0.0", { ballastBytes: 20_000 });
const whole =
  (body: Buffer): Lie =>
  (response) =>
    void response.writeHead(200, { "Content-Length": body.length, ETag: '"lie"' }).end(body);

/** What no reader of documents may take to its end. */
export const sendsWithoutEnd: Lie = (response) => endless(undefined, response);
/** A hundred thousand bytes, one a second. */
export const drips: Lie = (response) => {
  response.writeHead(200, { "Content-Length": 100_000 });
  const timer = setInterval(() => response.write("x"), 1000);
  response.on("close", () => clearInterval(timer));
};

/** An agent that serves 1.0.0 from a source; 2.0.0 is about to come. */
async function serving(kind: Kind) {
  const host = await setUpStandalone();
  const setting = await kind(host);
  await setting.publish("1.0.0", serviceArtifact("1.0.0"));
  await host.run({ source: setting.source, stallMs: 1000 });
  await serves(host.port, "1.0.0");
  const client = await clientAt(host.port);
  await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
  setting.relay.marker = 'starting 2.0.0"';
  return { ...host, ...setting, client };
}

/** What a host does about a source that lies to it, whatever kind it is: says so by name, serves on, and goes on when it is honest. */
export function hostileSource(what: string, kind: Kind, documents: DocumentsOfKind): void {
  describe(`an agent whose source, ${what},`, { timeout: 120_000 }, () => {
    it.each<readonly [string, string, Lie]>([
      ["sends without end", "ARTIFACT_DIGEST_MISMATCH", sendsWithoutEnd],
      ["sends one byte a second", "REMOTE_TOO_SLOW", drips],
      ["sends more than was signed", "ARTIFACT_DIGEST_MISMATCH", whole(Buffer.concat([BYTES, Buffer.from("x")]))],
      ["sends other bytes of the right length", "ARTIFACT_DIGEST_MISMATCH", whole(Buffer.alloc(BYTES.length, "x"))],
    ])("%s says so by name, and serves on until it is honest again", async (_lie, code, lie) => {
      const { port, relay, publish, client } = await serving(kind);
      relay.lie = lie;
      await publish("2.0.0", BYTES);
      const failed = await until(async () => (await client.history()).find((one) => one.outcome === "failed"));
      expect(failed).toMatchObject({ release: { version: "2.0.0" }, failure: { code } });
      expect(await versionAt(port)).toBe("1.0.0");
      relay.lie = undefined;
      await serves(port, "2.0.0");
    });

    it("sends less than was signed asks for the rest, and installs nothing before", async () => {
      const { port, relay, publish } = await serving(kind);
      let times = 0;
      relay.lie = (response) => {
        times += 1;
        relay.lie = undefined;
        whole(BYTES.subarray(0, 1000))(response);
      };
      await publish("2.0.0", BYTES);
      await serves(port, "2.0.0");
      expect(times).toBe(1);
    });

    it("sends it on to another origin shows its credentials there never", async () => {
      const { agent, port, relay, publish } = await serving(kind);
      const seen: unknown[] = [];
      const elsewhere = await httpServer((request, response) => {
        seen.push(request.headers.authorization);
        whole(BYTES)(response);
      });
      relay.lie = (response) => void response.writeHead(302, { Location: `${elsewhere}/bytes` }).end();
      await publish("2.0.0", BYTES);
      await serves(port, "2.0.0");
      expect(seen).toEqual([undefined]);
      expect(relay.passed.some((one) => one.authorization !== undefined)).toBe(true);
      expect(await agent.log()).not.toContain(TOKEN);
    });

    it.each(Object.entries(documents.lies))("%s in place of what there is, is told so and the host serves on", async (_lie, lie) => {
      const { port, relay, client } = await serving(kind);
      relay.isMarked = (path) => path.endsWith(documents.first);
      relay.lie = lie;
      await until(async () => (await client.versions()).checkError);
      expect(await versionAt(port)).toBe("1.0.0");
      relay.lie = undefined;
      await until(async () => ((await client.versions()).checkError === undefined ? true : undefined));
    });
  });
}
