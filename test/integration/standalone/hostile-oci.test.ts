import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe } from "vitest";
import { FOLDER_PRODUCT } from "#test/builders/release-folder.ts";
import { publishSigned } from "#test/builders/signed-publication.ts";
import { dockerRegistry, noDockerRegistry, REGISTRY_ACCOUNT } from "#test/fakes/docker-registry.ts";
import { QUICK_RUN } from "../agent/service-artifact.ts";
import { openStore } from "../oci-registry/open-store.ts";
import { hostileSource, sendsWithoutEnd, type Kind } from "./hostile-source.ts";
import { LyingRelay } from "./lying-relay.ts";

const oci: Kind = async ({ root, signer }) => {
  const registry = await dockerRegistry({ auth: "basic" });
  const relay = await LyingRelay.start(() => registry.url);
  const { username, password } = REGISTRY_ACCOUNT;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  await writeFile(join(root, "config.json"), JSON.stringify({ auths: { [new URL(relay.url).host]: { auth } } }));
  const store = openStore(registry.url, { secret: { username, password } });
  const source = { kind: "oci", registry: relay.url, repository: FOLDER_PRODUCT, dockerConfig: join(root, "config.json") };
  return { relay, source, publish: (version, bytes) => publishSigned(store, { version, bytes, runSpec: QUICK_RUN, signers: [signer] }) };
};

describe.skipIf(noDockerRegistry !== undefined)("with a real registry behind the lies,", () => {
  hostileSource("a registry", oci, { first: "/tags/list?n=1000", lies: { "sends without end": sendsWithoutEnd } });
});
