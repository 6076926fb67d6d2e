import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { dockerRegistry, noDockerRegistry, REGISTRY_ACCOUNT } from "#test/fakes/docker-registry.ts";
import { registryTokenServer } from "#test/fakes/registry-token-server.ts";
import { strictRegistry } from "#test/fakes/oci-registry/strict-registry.ts";
import { TestPublication } from "./a-publication.ts";
import { openStore, publish, unstopped } from "./open-store.ts";

const PRODUCT = "org.example.demo";
const { username, password } = REGISTRY_ACCOUNT;

describe.skipIf(noDockerRegistry !== undefined)("a registry that asks for a password", () => {
  it("tells whom the credentials belong to", async () => {
    const { url } = await dockerRegistry({ auth: "basic" });
    expect(await openStore(url, { secret: REGISTRY_ACCOUNT }).probe(PRODUCT, unstopped)).toEqual({
      canWrite: true,
      account: username,
      notes: [],
    });
  });

  it("is not entered with none, with a wrong one, or with a token where a name is wanted", async () => {
    const { url } = await dockerRegistry({ auth: "basic" });
    const refused = { code: "STORE_CREDENTIALS_REFUSED" };
    await expect(openStore(url).probe(PRODUCT, unstopped)).rejects.toMatchObject(refused);
    await expect(openStore(url, { secret: { username, password: "wrong horse" } }).probe(PRODUCT, unstopped)).rejects.toMatchObject(
      refused,
    );
    await expect(openStore(url, { secret: { password } }).probe(PRODUCT, unstopped)).rejects.toMatchObject(refused);
    await expect(openStore(url, { settings: { credentials: "secret" } }).probe(PRODUCT, unstopped)).rejects.toMatchObject(refused);
  });

  it("never has its password in an error", async () => {
    const { url } = await dockerRegistry({ auth: "basic" });
    const failure: unknown = await openStore(url, { secret: { username, password: "wrong horse" } })
      .probe(PRODUCT, unstopped)
      .catch((thrown: unknown) => thrown);
    const seen = `${String(failure)} ${JSON.stringify(failure)} ${String((failure as Error).cause)}`;
    expect(seen).not.toContain("wrong horse");
    expect(seen).not.toContain(Buffer.from(`${username}:wrong horse`).toString("base64"));
  });
});

describe("a registry that asks for tokens", () => {
  it.skipIf(noDockerRegistry !== undefined)("gets one per scope, which is used until it ends", async () => {
    const auth = await registryTokenServer({ expiresInS: 300 });
    const { url } = await dockerRegistry({ auth });
    await publish(openStore(url, { secret: REGISTRY_ACCOUNT }), new TestPublication());
    const asked = auth.questions.map(({ scopes }) => scopes.join(" "));
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
    expect(auth.questions.every(({ account, service }) => account === username && service === auth.service)).toBe(true);
  });

  it.skipIf(noDockerRegistry !== undefined)("takes an identity token, exchanged by POST", async () => {
    const auth = await registryTokenServer({ identityTokens: ["id-token"] });
    const { url } = await dockerRegistry({ auth });
    const store = openStore(url, { secret: { password: "id-token" } });
    expect(await store.probe(PRODUCT, unstopped)).toMatchObject({ canWrite: true });
    expect(auth.questions.every(({ method, refreshToken }) => method === "POST" && refreshToken === "id-token")).toBe(true);
    await expect(openStore(url, { secret: { password: "another" } }).probe(PRODUCT, unstopped)).rejects.toMatchObject({
      code: "STORE_CREDENTIALS_REFUSED",
    });
  });

  it("fetches a new one when the old one has ended, by its own clock", async () => {
    const auth = await registryTokenServer({ expiresInS: 300 });
    const { url } = await strictRegistry({ auth });
    let now = Date.now();
    const store = openStore(url, { secret: REGISTRY_ACCOUNT, now: () => now });
    await publish(store, new TestPublication());
    const before = auth.questions.length;
    now += 200_000;
    await store.inspect(PRODUCT, "1.0.0", unstopped);
    expect(auth.questions.length).toBe(before);
    now += 100_000;
    await store.inspect(PRODUCT, "1.0.0", unstopped);
    expect(auth.questions.length).toBeGreaterThan(before);
  });

  it("says what the credentials may not do", async () => {
    const auth = await registryTokenServer({ grant: (_account, _repository, actions) => actions.filter((one) => one === "pull") });
    const { url } = await strictRegistry({ auth });
    const store = openStore(url, { secret: REGISTRY_ACCOUNT });
    const probe = await store.probe(PRODUCT, unstopped);
    expect(probe.canWrite).toBe(false);
    expect(probe.notes.join(" ")).toContain("pull,push");
    await expect(publish(store, new TestPublication())).rejects.toMatchObject({ code: "STORE_FORBIDDEN" });
  });

  it("is read by strangers where strangers may read", async () => {
    const auth = await registryTokenServer({
      grant: (who, _repository, actions) => actions.filter((one) => who !== undefined || one === "pull"),
    });
    const { url } = await strictRegistry({ auth });
    await publish(openStore(url, { secret: REGISTRY_ACCOUNT }), new TestPublication());
    expect((await openStore(url).inspect(PRODUCT, "1.0.0", unstopped)).files).toHaveLength(2);
    expect(await openStore(url).probe(PRODUCT, unstopped)).toMatchObject({ canWrite: false });
  });
});

describe.skipIf(noDockerRegistry !== undefined)("docker's configuration", () => {
  beforeEach(() => void vi.stubEnv("PATH", process.env["PATH"] ?? ""));
  afterEach(() => void vi.unstubAllEnvs());

  const settings = { credentials: "docker" } as const;

  /** A configuration folder, with helpers that are put on the PATH. */
  const configure = async (config: (host: string) => object, helpers: Readonly<Record<string, string>> = {}) => {
    const registry = await dockerRegistry({ auth: "basic" });
    const dockerFolder = await tempFolder();
    await writeFile(join(dockerFolder, "config.json"), JSON.stringify(config(registry.host)));
    const programs = join(dockerFolder, "bin");
    await mkdir(programs);
    for (const [name, script] of Object.entries(helpers)) {
      await writeFile(join(programs, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
      await chmod(join(programs, `docker-credential-${name}`), 0o755);
    }
    vi.stubEnv("PATH", `${programs}:${process.env["PATH"] ?? ""}`);
    return openStore(registry.url, { settings, dockerFolder });
  };
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const answers = `read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"${username}\\",\\"Secret\\":\\"${password}\\"}"`;

  it.each([
    ["by host", (host: string) => ({ auths: { [host]: { auth } } })],
    ["by address", (host: string) => ({ auths: { [`https://${host}/v1/`]: { username, password } } })],
  ])("lets us in with what stands in it %s", async (_how, config) => {
    expect(await (await configure(config)).probe(PRODUCT, unstopped)).toMatchObject({ canWrite: true, account: username });
  });

  it.each([
    ["one for all", () => ({ credsStore: "tests" })],
    ["one for this registry, before the one for all", (host: string) => ({ credHelpers: { [host]: "tests" }, credsStore: "absent" })],
  ])("lets us in with a helper: %s", async (_how, config) => {
    expect(await (await configure(config, { tests: answers })).probe(PRODUCT, unstopped)).toMatchObject({ account: username });
  });

  it("falls back to what stands in it when the helper knows none", async () => {
    const store = await configure((host) => ({ credsStore: "tests", auths: { [host]: { auth } } }), {
      tests: "echo 'credentials not found in native keychain'; exit 1",
    });
    expect(await store.probe(PRODUCT, unstopped)).toMatchObject({ account: username });
  });

  it.each([
    ["is not there", {}],
    ["fails", { tests: "exit 3" }],
    ["answers something else", { tests: "echo hello" }],
    ["never stops talking", { tests: "yes" }],
  ])("names a helper that %s", async (_what, helpers) => {
    const store = await configure(() => ({ credsStore: "tests" }), helpers);
    await expect(store.probe(PRODUCT, unstopped)).rejects.toMatchObject({
      code: "STORE_CREDENTIALS_REFUSED",
      message: expect.stringContaining("docker-credential-tests"),
    });
  });

  it("runs no helper whose name is a path, and names a file that is none", async () => {
    const path = await configure(() => ({ credsStore: "../../bin/sh" }));
    await expect(path.probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "STORE_CREDENTIALS_REFUSED" });
    const list = await configure(() => []);
    await expect(list.probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "STORE_CREDENTIALS_REFUSED" });
  });

  it("knows nobody when it is not there", async () => {
    const { url } = await dockerRegistry({ auth: "basic" });
    await expect(openStore(url, { settings }).probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "STORE_CREDENTIALS_REFUSED" });
  });
});
