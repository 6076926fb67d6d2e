import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aFolderSigner, FOLDER_PRODUCT } from "#test/builders/release-folder.ts";
import { publishSigned } from "#test/builders/signed-publication.ts";
import { dockerRegistry, noDockerRegistry, REGISTRY_ACCOUNT, type DockerRegistryOptions } from "#test/fakes/docker-registry.ts";
import { registryTokenServer } from "#test/fakes/registry-token-server.ts";
import { versionAt } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { openStore, type TestStoreOptions } from "../oci-registry/open-store.ts";
import { serves, setUpStandalone, until, untilRefused } from "./standalone-agent.ts";

/** A real registry, a publisher, and a host that looks there; nothing runs yet. */
async function setUpRegistry(options: DockerRegistryOptions = {}, store: TestStoreOptions = {}) {
  const registry = await dockerRegistry(options);
  const host = await setUpStandalone();
  const source = { kind: "oci", registry: registry.url, repository: FOLDER_PRODUCT };
  const shop = openStore(registry.url, store);
  const publish = (version: string, given: object = {}) =>
    publishSigned(shop, { version, bytes: serviceArtifact(version), runSpec: QUICK_RUN, signers: [host.signer], ...given });
  return { registry, ...host, source, publish };
}

const { username, password } = REGISTRY_ACCOUNT;
const auth = Buffer.from(`${username}:${password}`).toString("base64");

describe.skipIf(noDockerRegistry !== undefined)("releases in a registry", () => {
  it("are followed by their tags, as versions go, and by a channel's tag", async () => {
    const { port, source, publish, run, agent } = await setUpRegistry();
    await publish("1.9.0", { channels: ["stable"] });
    await publish("1.10.0");
    await publish("2.0.0-rc.1");
    await run({ source });
    await serves(port, "1.10.0");
    await agent.end("SIGTERM");
    await publish("1.11.0", { channels: ["stable"] });
    await publish("1.12.0");
    await run({ source, follow: { channel: "stable" } });
    expect(await serves(port, "1.11.0")).toBe("1.11.0");
  });

  it("are not installed without the signatures that the host asks for", async () => {
    const { port, source, publish, run } = await setUpRegistry();
    await publish("1.0.0");
    await run({ source });
    await serves(port, "1.0.0");
    await publish("1.1.0", { signers: [aFolderSigner()] });
    await untilRefused(port, "Version 1.1.0 has 0 of the 1 signatures");
    await publish("1.2.0", { forge: (manifest: object) => ({ ...manifest, publishedAt: 1 }) });
    await untilRefused(port, "Version 1.2.0 has 0 of the 1 signatures");
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("are read with the password that docker keeps for the host, and with no other's", async () => {
    const { registry, root, port, source, publish, run, agent } = await setUpRegistry(
      { auth: "basic" },
      { secret: { username, password } },
    );
    await publish("1.0.0");
    const dockerConfig = join(root, "docker", "config.json");
    await mkdir(join(root, "docker"));
    await writeFile(dockerConfig, JSON.stringify({ auths: { "registry.example": { auth } } }));
    await run({ source: { ...source, dockerConfig } });
    await until(async () => ((await agent.log()).includes("asks for credentials, and the store has none") ? true : undefined));
    // Read anew with the next look.
    await writeFile(dockerConfig, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    await serves(port, "1.0.0");
    expect(await agent.log()).not.toContain(password);
  });

  it("are read with a token of the service that the registry names", async () => {
    const tokens = await registryTokenServer();
    const { registry, root, port, source, publish, run } = await setUpRegistry({ auth: tokens }, { secret: { username, password } });
    await publish("1.0.0");
    const asked = tokens.questions.length;
    const dockerConfig = join(root, "config.json");
    await writeFile(dockerConfig, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    await run({ source: { ...source, dockerConfig } });
    await serves(port, "1.0.0");
    const questions = tokens.questions.slice(asked);
    expect(questions.map((one) => [one.account, one.scopes])).toEqual(
      questions.map(() => [username, [`repository:${FOLDER_PRODUCT}:pull`]]),
    );
    expect(questions.length).toBeGreaterThan(0);
  });
});
