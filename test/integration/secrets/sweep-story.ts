import { createPrivateKey, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { contractClient } from "#main/client/contract-client.ts";
import { uploadFile } from "#main/client/upload-file.ts";
import { LOCAL_STORE_ID, storeSettings, type StoreEntry } from "#shared/domain/store/store.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { runCliProcess } from "#test/builders/cli-run.ts";
import { rawRequest } from "#test/builders/raw-request.ts";
import { serviceSpec, systemWorld, until, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";
import { FakeGithub } from "#test/fakes/github/fake-github.ts";
import { RecordingRelay } from "#test/fakes/recording-relay.ts";
import { echoingRegistry } from "./echoing-registry.ts";
import { bytesSecret, textSecret, type SeededSecret } from "./secret-forms.ts";

type Client = ReturnType<typeof contractClient>;

/** What was handed out or typed in, as texts. */
type Seeds = Readonly<
  Record<"github" | "registry" | "username" | "code" | "session" | "cookie" | "apiToken" | "runToken" | "enrolmentToken", string>
>;

/** A control plane and an agent at work with secrets, watched on their wires. */
export type SweepStory = {
  readonly world: SystemWorld;
  readonly host: SystemHost;
  readonly seeds: Seeds;
  readonly client: Client;
  readonly agentWire: RecordingRelay;
  readonly consoleWire: RecordingRelay;
  readonly github: FakeGithub;
  readonly echo: Awaited<ReturnType<typeof echoingRegistry>>;
};

/** Credentials are handed out past the wires that are searched; then one host is enrolled, and a console talks. */
export async function beginStory(): Promise<SweepStory> {
  const world = await systemWorld({ groups: { canary: 0 }, serverArgs: ["--log-level", "debug"] });
  const typed = { github: `ghp_${randomBytes(18).toString("hex")}`, registry: `pw ${randomUUID()}/+ü`, username: "robot" };
  const github = await FakeGithub.start({ owner: "acme", repository: "web", token: typed.github });
  const [agentWire, consoleWire] = await Promise.all([RecordingRelay.start(world.server.port), RecordingRelay.start(world.server.port)]);
  onTestFinished(async () => void (await Promise.all([github.close(), agentWire.close(), consoleWire.close()])));
  const login = await logIn(world);
  const { secret: apiToken } = await world.client.access.createToken({ label: "pipeline", role: "administrator" });
  const { revision } = await world.client.settings.get();
  await world.client.settings.update({ revision, publicUrls: [agentWire.url] });
  const { text: enrolmentToken } = await world.token("canary");
  const host = await world.prepareHost("canary-1", "canary");
  host.agent.run(enrolmentToken);
  await world.untilAnswer("1.0.0");
  const seeds = { ...typed, ...login, apiToken, runToken: world.server.running.token, enrolmentToken };
  const client = contractClient({ url: consoleWire.url, token: apiToken });
  return { world, host, seeds, client, agentWire, consoleWire, github, echo: await echoingRegistry() };
}

/** A session as a browser gets it; its code and its cookie are secrets, too. */
async function logIn(world: SystemWorld): Promise<Pick<Seeds, "code" | "session" | "cookie">> {
  const { url } = await world.client.access.createLoginLink();
  const code = new URL(url).hash.slice(1);
  const origin = world.server.running.url;
  const headers = { "content-type": "application/json", origin };
  const answer = await rawRequest(origin, "/login", { method: "POST", headers, body: JSON.stringify({ code }) });
  const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  return { code, session: cookie.split("=")[1] ?? "", cookie };
}

/** Sets up a store that works and one that refuses and repeats what it was shown; gives every answer and failure. */
export async function setUpStores({ client, world, seeds, github, echo, consoleWire }: SweepStory) {
  const failure = (thrown: unknown): unknown => thrown;
  const secret = { username: seeds.username, password: seeds.registry };
  const place = { kind: "github", apiUrl: github.origins.api, owner: "acme", repository: "web" };
  const working = await client.stores.create({ name: "GitHub", settings: storeSettings.parse(place), secret: { password: seeds.github } });
  const settings = storeSettings.parse({ kind: "oci", registry: echo.url, allowHttp: true, credentials: "secret" });
  const refused = await client.stores.create({ name: "Refused", settings, secret }).catch(failure);
  const refusing = await client.stores.create({ name: "Echo", settings, secret, unchecked: true });
  const answers = [
    refused,
    working,
    refusing,
    await client.stores.check({ storeId: refusing.id }),
    await client.stores.setSecret({ storeId: refusing.id, secret }),
    await client.stores.discover({ storeId: refusing.id, applicationId: world.applicationId }).catch(failure),
  ];
  const { cookie } = seeds;
  await rawRequest(consoleWire.url, "/rpc/system/whoami", { method: "POST", headers: { cookie, origin: consoleWire.url }, body: "{" });
  return { working, refusing, answers };
}

/** Starts a release on its way to all three places, and waits until one has it and one has refused it. */
export async function publishEverywhere({ world, client }: SweepStory, working: StoreEntry, refusing: StoreEntry): Promise<ReleaseId> {
  const path = await world.writeService("1.1.0");
  const around = { client: world.client, target: world.server.running, signal: AbortSignal.timeout(60_000), onProgress: () => undefined };
  const upload = await uploadFile(around, path);
  const artifacts = [{ uploadId: upload.id, platform: "any" as const }];
  const { applicationId } = world;
  const { id } = await client.releases.create({ applicationId, version: "1.1.0", runSpec: serviceSpec(), artifacts });
  await client.releases.publish({ releaseId: id, storeIds: [LOCAL_STORE_ID, working.id, refusing.id] });
  const publications = () => client.publications.list({ releaseId: id });
  await until("the store that works has the release", async () =>
    (await publications()).some(
      (one) => one.storeId === working.id && one.steps.every((step) => step.phase === "sign" || step.state === "done"),
    ),
  );
  await until("the store that refuses has refused it", async () =>
    (await publications()).some((one) => one.storeId === refusing.id && one.state === "failed"),
  );
  return id;
}

/** A step is begun again, everything is killed in the middle of it, and the next start takes it up. */
export async function killAndReturn({ world, client, host }: SweepStory, releaseId: ReleaseId, refusing: StoreEntry): Promise<void> {
  const failed = (await client.publications.list({ releaseId })).find((one) => one.storeId === refusing.id);
  if (failed === undefined) throw new Error("there is no publication to the store that refuses");
  await client.publications.resume({ publicationId: failed.id });
  await world.server.end("SIGKILL");
  await world.server.start();
  await until("the agent is back", async () => (await world.hostRow(host)).status === "healthy");
}

/** Everything that people read: lists, exports, and what the command line prints, its failures included. */
export async function readEverything({ client, world, seeds, consoleWire }: SweepStory) {
  const answers = [
    await client.stores.list(),
    await client.publications.list({}),
    await client.audit.list({}),
    await client.home.overview(),
  ];
  const exports: string[] = [];
  for (const format of ["csv", "json", "ndjson"] as const) {
    for await (const { text } of await client.audit.export({ format })) exports.push(text);
  }
  const environment = { ROLLCALL_URL: consoleWire.url, ROLLCALL_TOKEN: seeds.apiToken };
  const lines = [
    ["audit", "export"],
    ["app", "list", "--json"],
    ["app", "create", "Not A Name", "x", "--json"],
    ["rollout", "show", "none"],
  ];
  const printed: string[] = [];
  for (const args of lines) {
    const { out, err } = await runCliProcess(args, { home: join(world.folder, "home"), environment });
    printed.push(out, err);
  }
  return { answers, exports: exports.join(""), printed: printed.join("") };
}

/** Every secret of the story, the private halves of the control plane's keys among them; once everything has stopped. */
export async function secretsOf({ seeds, world }: SweepStory, nextRunToken: string): Promise<readonly SeededSecret[]> {
  return [
    textSecret("GitHub token", seeds.github),
    textSecret("registry password", seeds.registry),
    textSecret("registry password", Buffer.from(`${seeds.username}:${seeds.registry}`).toString("base64")),
    textSecret("API token", seeds.apiToken),
    textSecret("enrolment secret", decodeEnrolmentToken(seeds.enrolmentToken).secret),
    textSecret("enrolment token", seeds.enrolmentToken),
    textSecret("login code", seeds.code),
    textSecret("session", seeds.session),
    textSecret("run token", seeds.runToken),
    textSecret("run token", nextRunToken),
    ...(await heldSecrets(world.server.dataFolder)),
  ];
}

async function heldSecrets(dataFolder: string): Promise<readonly SeededSecret[]> {
  const store = await openEncryptedFileSecrets(dataFolder, { kind: "own-key" });
  const keys = (await store.names("signing/")).map(async (name) => {
    const der = Buffer.from((await store.read(name)) ?? []);
    const pem = String(createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }));
    // The last 32 bytes are the seed; whoever has them has the key. The PEM's own line holds them, too.
    const seed = bytesSecret(name, der.subarray(-32));
    return { name: `key ${name}`, forms: [...seed.forms, Buffer.from(pem.split("\n")[1] ?? "")] };
  });
  const accessKey = Buffer.from((await store.read("link/access-key")) ?? []).toString("utf8");
  const access = [textSecret("access key", accessKey), bytesSecret("access key", Buffer.from(accessKey, "base64url"))];
  return [...(await Promise.all(keys)), ...access];
}
