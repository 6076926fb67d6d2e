import { randomBytes, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesSecret, findSecrets, textSecret, type SeededSecret } from "./secret-forms.ts";
import { beginStory, killAndReturn, publishEverywhere, readEverything, secretsOf, setUpStores } from "./sweep-story.ts";

/** Where a secret may be found, and why; everywhere else it may not. In the encrypted store none is found, either. */
const ALLOWED: readonly (readonly [finding: RegExp, why: string])[] = [
  [/^run token in control plane: running\.json$/, "how this user's own CLI gets in while the server runs; 0600, gone with it"],
  [/^enrolment secret in agent's wire, up$/, "the agent shows it once, to enrol"],
  [/^session in console's wire, up$/, "the cookie of the browser that holds it"],
  [/^API token in console's wire, up$/, "the Authorization header of the caller who holds it"],
  [/^(GitHub token|registry password) in console's wire, up$/, "the person types it there"],
];

/** What must be found, or the search finds nothing. */
const EXPECTED = [
  "enrolment secret in agent's wire, up",
  "session in console's wire, up",
  "API token in console's wire, up",
  "GitHub token in console's wire, up",
  "registry password in console's wire, up",
];

async function sweepFolder(secrets: readonly SeededSecret[], name: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const found = paths.map(async (path) => findSecrets(secrets, `${name}: ${relative(folder, path)}`, await readFile(path)));
  return (await Promise.all(found)).flat();
}

describe("secrets of a control plane at work", () => {
  it("stand in its encrypted store and nowhere else: no file, log, export, answer, or byte on the way to hosts", async () => {
    const story = await beginStory();
    const { world, host, agentWire, consoleWire } = story;
    const { working, refusing, answers } = await setUpStores(story);
    const releaseId = await publishEverywhere(story, working, refusing);
    await killAndReturn(story, releaseId, refusing);
    const read = await readEverything(story);
    expect(story.echo.shown.length).toBeGreaterThan(2);
    const nextRunToken = world.server.running.token;
    // A killed control plane leaves its write-ahead log; an ended one must have left nothing in it.
    const { dataFolder } = world.server;
    await world.server.end("SIGKILL");
    const secrets = await secretsOf(story, nextRunToken);
    const foundKilled = await sweepFolder(secrets, "control plane", dataFolder);
    await world.server.start();
    await world.server.end("SIGTERM");
    await host.agent.end("SIGTERM");
    const evidence: readonly (readonly [place: string, bytes: Uint8Array])[] = [
      ["log of the control plane", Buffer.from(world.server.output)],
      ["log of the agent", Buffer.from(host.agent.output + (await host.agent.log()))],
      ["export of the audit", Buffer.from(read.exports)],
      ["output of the CLI", Buffer.from(read.printed)],
      ["answers and errors", Buffer.from([...answers, ...read.answers].map((one) => JSON.stringify(one) + String(one)).join(""))],
      ["agent's wire, up", agentWire.up()],
      ["agent's wire, down", agentWire.down()],
      ["console's wire, up", consoleWire.up()],
      ["console's wire, down", consoleWire.down()],
    ];
    for (const [place, bytes] of evidence) expect(bytes.length, place).toBeGreaterThan(100);
    const found = [
      ...foundKilled,
      ...evidence.flatMap(([place, bytes]) => findSecrets(secrets, place, bytes)),
      ...(await sweepFolder(secrets, "control plane", dataFolder)),
      ...(await sweepFolder(secrets, "agent", host.agent.folder)),
    ];
    expect(found.filter((one) => !ALLOWED.some(([finding]) => finding.test(one)))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(EXPECTED));
    expect(await readFile(join(dataFolder, "secrets", "secrets.json"), "utf8")).toContain(`"store/${working.id}"`);
    expect(secrets.length).toBeGreaterThan(15);
  }, 180_000);
});

describe("the search for secrets", () => {
  it("finds a planted one in every form, wherever it stands in other bytes", () => {
    const password = `pw ${randomUUID()}/+ü`;
    const seed = randomBytes(32);
    const secrets = [textSecret("password", password), bytesSecret("seed", seed)];
    const noise = randomBytes(64);
    const plants: readonly (readonly [string, Uint8Array])[] = [
      ["password", Buffer.from(password)],
      ["password", Buffer.from(encodeURIComponent(password))],
      ["password", Buffer.from(JSON.stringify({ password }))],
      ...[0, 1, 2].map((shift) => ["password", Buffer.from(Buffer.from("x".repeat(shift) + password).toString("base64"))] as const),
      ...[0, 1, 2].map(
        (shift) => ["password", Buffer.from(Buffer.from(`${"y".repeat(shift)}${password}tail`).toString("base64url"))] as const,
      ),
      ["password", Buffer.from(Buffer.from(password).toString("hex").toUpperCase())],
      ["seed", seed],
      ["seed", Buffer.from(seed.toString("hex"))],
      ["seed", Buffer.from(Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]).toString("base64"))],
    ];
    for (const [name, plant] of plants) expect(findSecrets(secrets, "it", Buffer.concat([noise, plant, noise]))).toEqual([`${name} in it`]);
    expect(findSecrets(secrets, "it", noise)).toEqual([]);
  });
});
