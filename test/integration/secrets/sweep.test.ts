import { createPrivateKey, randomBytes, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { contractClient } from "#main/client/contract-client.ts";
import { LOCAL_STORE_ID, storeSettings } from "#shared/domain/store/store.ts";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { runCliProcess } from "#test/builders/cli-run.ts";
import { rawRequest } from "#test/builders/raw-request.ts";
import { serviceSpec, systemWorld, until, type SystemWorld } from "#test/builders/system-world.ts";
import { FakeGithub } from "#test/fakes/github/fake-github.ts";
import { RecordingRelay } from "#test/fakes/recording-relay.ts";
import { uploadFile } from "#main/client/upload-file.ts";
import { echoingRegistry } from "./echoing-registry.ts";
import { bytesSecret, findSecrets, textSecret, type SeededSecret } from "./secret-forms.ts";

/** Where a secret may be found, and why; everywhere else it may not. */
const ALLOWED: readonly (readonly [finding: RegExp, why: string])[] = [
  [/^run token in control plane: running\.json$/, "how this user's own CLI gets in while the server runs; 0600, gone with it"],
  [/^enrolment secret in agent's wire, up$/, "the agent shows it once, to enrol"],
  [/^session in console's wire, up$/, "the cookie of the browser that holds it"],
  [/^API token in console's wire, up$/, "the Authorization header of the caller who holds it"],
  [/^(GitHub token|registry password) in console's wire, up$/, "the person types it there"],
];

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

async function sweepFolder(secrets: readonly SeededSecret[], name: string, folder: string): Promise<readonly string[]> {
  const found = (await filesBelow(folder)).map(async (path) =>
    findSecrets(secrets, `${name}: ${relative(folder, path)}`, await readFile(path)),
  );
  return (await Promise.all(found)).flat();
}

/** A session as a browser gets it; its code and its cookie are secrets, too. */
async function logIn(world: SystemWorld) {
  const { url } = await world.client.access.createLoginLink();
  const code = new URL(url).hash.slice(1);
  const answer = await rawRequest(world.server.running.url, "/login", {
    method: "POST",
    headers: { "content-type": "application/json", origin: world.server.running.url },
    body: JSON.stringify({ code }),
  });
  const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  return { code, session: cookie.split("=")[1] ?? "", cookie };
}

/** Starts the release on its way to all three places, and waits until one has it and one has refused it. */
async function publishEverywhere(world: SystemWorld, client: ReturnType<typeof contractClient>, storeIds: readonly [string, string]) {
  const path = await world.writeService("1.1.0");
  const surroundings = {
    client: world.client,
    target: world.server.running,
    signal: AbortSignal.timeout(60_000),
    onProgress: () => undefined,
  };
  const upload = await uploadFile(surroundings, path);
  const artifacts = [{ uploadId: upload.id, platform: "any" as const }];
  const draft = await client.releases.create({ applicationId: world.applicationId, version: "1.1.0", runSpec: serviceSpec(), artifacts });
  await client.releases.publish({ releaseId: draft.id, storeIds: [LOCAL_STORE_ID, ...storeIds] });
  await until("the store that works has the release", async () => {
    const all = await client.publications.list({ releaseId: draft.id });
    return all.some((one) => one.storeId === storeIds[0] && one.steps.every(({ phase, state }) => phase === "sign" || state === "done"));
  });
  await until("the store that refuses has refused it", async () => {
    const all = await client.publications.list({ releaseId: draft.id });
    return all.some((one) => one.storeId === storeIds[1] && one.state === "failed");
  });
  return draft.id;
}

/** The private halves that the control plane holds, from its own store. */
async function signingSecrets(dataFolder: string): Promise<readonly SeededSecret[]> {
  const store = await openEncryptedFileSecrets(dataFolder, { kind: "own-key" });
  const names = await store.names("signing/");
  return Promise.all(
    names.map(async (name) => {
      const der = Buffer.from((await store.read(name))!);
      const pem = String(createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }));
      // The last 32 bytes are the seed; whoever has them has the key. The PEM's own line holds them, too.
      const seed = bytesSecret(name, der.subarray(-32));
      return { name: `key ${name}`, forms: [...seed.forms, Buffer.from(pem.split("\n")[1] ?? "")] };
    }),
  );
}

describe("secrets of a control plane at work", () => {
  it("stand in its encrypted store and nowhere else: no file, log, export, answer, or byte on the way to hosts", async () => {
    const world = await systemWorld({ groups: { canary: 0 }, serverArgs: ["--log-level", "debug"] });
    const typed = { github: `ghp_${randomBytes(18).toString("hex")}`, registry: `pw ${randomUUID()}/+ü`, username: "robot" };
    const github = await FakeGithub.start({ owner: "acme", repository: "web", token: typed.github });
    const [agentWire, consoleWire] = await Promise.all([RecordingRelay.start(world.server.port), RecordingRelay.start(world.server.port)]);
    onTestFinished(async () => void (await Promise.all([github.close(), agentWire.close(), consoleWire.close()])));
    const echo = await echoingRegistry();

    // Credentials that are handed out once go past the wires that are searched.
    const { code, session, cookie } = await logIn(world);
    const { secret: apiToken } = await world.client.access.createToken({ label: "pipeline", role: "administrator" });
    const { revision } = await world.client.settings.get();
    await world.client.settings.update({ revision, publicUrls: [agentWire.url] });
    const runToken = world.server.running.token;
    const { text: enrolmentToken } = await world.token("canary");
    const host = await world.prepareHost("canary-1", "canary");
    host.agent.run(enrolmentToken);
    await world.untilAnswer("1.0.0");

    const client = contractClient({ url: consoleWire.url, token: apiToken });
    const answers: unknown[] = [];
    const working = await client.stores.create({
      name: "GitHub",
      settings: storeSettings.parse({ kind: "github", apiUrl: github.origins.api, owner: "acme", repository: "web" }),
      secret: { password: typed.github },
    });
    const hostile = { kind: "oci", registry: echo.url, allowHttp: true, credentials: "secret" } as const;
    const secret = { username: typed.username, password: typed.registry };
    answers.push(
      await client.stores.create({ name: "Refused", settings: storeSettings.parse(hostile), secret }).catch((failure: unknown) => failure),
    );
    const refusing = await client.stores.create({ name: "Echo", settings: storeSettings.parse(hostile), secret, unchecked: true });
    answers.push(await client.stores.check({ storeId: refusing.id }), await client.stores.setSecret({ storeId: refusing.id, secret }));
    answers.push(
      await client.stores.discover({ storeId: refusing.id, applicationId: world.applicationId }).catch((failure: unknown) => failure),
    );
    const releaseId = await publishEverywhere(world, client, [working.id, refusing.id]);
    await rawRequest(consoleWire.url, "/rpc/system/whoami", { method: "POST", headers: { cookie, origin: consoleWire.url }, body: "{" });

    // A step is cut in the middle, and the next start takes it up.
    await client.publications
      .list({ releaseId })
      .then((all) => client.publications.resume({ publicationId: all.find((one) => one.storeId === refusing.id)!.id }));
    await world.server.end("SIGKILL");
    await world.server.start();
    await until("the agent is back", async () => (await world.hostRow(host)).status === "healthy");
    answers.push(await client.stores.list(), await client.publications.list({}), await client.audit.list({}), await client.home.overview());
    const exports: string[] = [];
    for (const format of ["csv", "json", "ndjson"] as const) {
      for await (const { text } of await client.audit.export({ format })) exports.push(text);
    }
    const cli: string[] = [];
    for (const args of [
      ["audit", "export"],
      ["app", "list", "--json"],
      ["app", "create", "Not A Name", "x", "--json"],
      ["rollout", "show", "none"],
    ]) {
      const environment = { ROLLCALL_URL: consoleWire.url, ROLLCALL_TOKEN: apiToken };
      const { out, err } = await runCliProcess(args, { home: join(world.folder, "home"), environment });
      cli.push(out, err);
    }
    expect(echo.shown.length).toBeGreaterThan(2);

    const nextRunToken = world.server.running.token;
    await world.server.end("SIGTERM");
    await host.agent.end("SIGTERM");
    const { dataFolder } = world.server;
    const secrets: readonly SeededSecret[] = [
      textSecret("GitHub token", typed.github),
      textSecret("registry password", typed.registry),
      textSecret("registry password", Buffer.from(`${typed.username}:${typed.registry}`).toString("base64")),
      textSecret("API token", apiToken),
      textSecret("enrolment secret", decodeEnrolmentToken(enrolmentToken).secret),
      textSecret("enrolment token", enrolmentToken),
      textSecret("login code", code),
      textSecret("session", session),
      textSecret("run token", runToken),
      textSecret("run token", nextRunToken),
      ...(await signingSecrets(dataFolder)),
    ];
    expect(secrets.length).toBeGreaterThan(14);
    const evidence: readonly (readonly [place: string, bytes: Uint8Array])[] = [
      ["log of the control plane", Buffer.from(world.server.output)],
      ["log of the agent", Buffer.from(host.agent.output + (await host.agent.log()))],
      ["export of the audit", Buffer.from(exports.join(""))],
      ["output of the CLI", Buffer.from(cli.join(""))],
      ["answers and errors", Buffer.from(answers.map((one) => JSON.stringify(one) + String(one)).join(""))],
      ["agent's wire, up", agentWire.up()],
      ["agent's wire, down", agentWire.down()],
      ["console's wire, up", consoleWire.up()],
      ["console's wire, down", consoleWire.down()],
    ];
    for (const [place, bytes] of evidence) expect(bytes.length, place).toBeGreaterThan(100);
    const found = [
      ...evidence.flatMap(([place, bytes]) => findSecrets(secrets, place, bytes)),
      ...(await sweepFolder(secrets, "control plane", dataFolder)),
      ...(await sweepFolder(secrets, "agent", host.agent.folder)),
    ];
    expect(found.filter((one) => !ALLOWED.some(([finding]) => finding.test(one)))).toEqual([]);
    // The search finds what it must: what people typed and callers showed went up these very wires.
    expect(found).toEqual(
      expect.arrayContaining([
        "enrolment secret in agent's wire, up",
        "API token in console's wire, up",
        "GitHub token in console's wire, up",
        "registry password in console's wire, up",
      ]),
    );
    expect(await readFile(join(dataFolder, "secrets", "secrets.json"), "utf8")).toContain(`"store/${working.id}"`);
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
