import { createHash } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { startServer } from "#main/server/server.ts";
import { makeCertificate } from "#main/server/tls/make-certificate.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { webSocketDial } from "#test/simulation/fleet/agent-wire.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { aHostId } from "#test/builders/rollout-facts.ts";
import type { ServerOptions } from "#main/server/server.ts";

async function start(options: Partial<ServerOptions> = {}) {
  const dataFolder = options.dataFolder ?? (await tempFolder());
  const server = await startServer({ dataFolder, port: 0, listen: "0.0.0.0", logger: quietLogger(), ...options });
  onTestFinished(() => server.stop());
  return { server, dataFolder };
}

function servedPin(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(createHash("sha256").update(socket.getPeerCertificate().raw).digest("hex"));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe("listening beyond loopback", () => {
  it("uses TLS with a certificate of its own, whose pin travels in enrolment tokens", async () => {
    const { server } = await start();
    expect(server.urls.every((url) => url.startsWith("https://"))).toBe(true);
    expect(await servedPin(server.port)).toBe(server.certificatePin);
  });

  it("keeps its certificate over a restart, so that agents know it again", async () => {
    const first = await start();
    await first.server.stop();
    const second = await start({ dataFolder: first.dataFolder });
    expect(second.server.certificatePin).toBe(first.server.certificatePin);
  });

  it("takes over the key that an earlier version left as a file, for the same certificate", async () => {
    const first = await start();
    await first.server.stop();
    const open = () => openEncryptedFileSecrets(first.dataFolder, { kind: "own-key" });
    const secrets = await open();
    const key = await secrets.read("tls/server");
    await secrets.remove("tls/server");
    await writeFile(join(first.dataFolder, "tls", "key.pem"), key!);
    const second = await start({ dataFolder: first.dataFolder });
    expect(second.server.certificatePin).toBe(first.server.certificatePin);
    expect(await servedPin(second.server.port)).toBe(first.server.certificatePin);
    await second.server.stop();
    expect(await readdir(join(first.dataFolder, "tls"))).toEqual(["certificate.pem"]);
    expect(await (await open()).read("tls/server")).toEqual(key);
  });

  it("makes a new certificate when a kill left a key without one", async () => {
    const first = await start();
    await first.server.stop();
    await rm(join(first.dataFolder, "tls", "certificate.pem"));
    const second = await start({ dataFolder: first.dataFolder });
    expect(await servedPin(second.server.port)).toBe(second.server.certificatePin);
  });

  it("says that a damaged certificate is damaged, and starts nothing", async () => {
    const first = await start();
    await first.server.stop();
    await writeFile(join(first.dataFolder, "tls", "certificate.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    await expect(start({ dataFolder: first.dataFolder })).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
  });

  it("takes an operator's own certificate, and refuses files that are no pair", async () => {
    const folder = await tempFolder();
    const [one, other] = [await makeCertificate(["rollcall.example"]), await makeCertificate(["rollcall.example"])];
    await writeFile(join(folder, "one.pem"), one.certificate);
    await writeFile(join(folder, "one.key"), one.privateKey);
    await writeFile(join(folder, "other.key"), other.privateKey);
    const files = (keyFile: string) => ({ certificateFile: join(folder, "one.pem"), keyFile: join(folder, keyFile) });
    const { server } = await start({ certificate: files("one.key") });
    expect(await servedPin(server.port)).toBe(server.certificatePin);
    await expect(start({ certificate: files("other.key") })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(start({ certificate: files("missing.key") })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("lets an agent that expects another certificate hang up before it says anything", async () => {
    const { server } = await start();
    const url = `https://127.0.0.1:${server.port}`;
    const agent = (pin: string | undefined) =>
      new SimulatedAgent({ hostId: aHostId(1), identity: new AgentIdentity(), dial: webSocketDial(url, pin) });
    await expect(agent("0".repeat(64)).connect()).rejects.toThrow("closed with 1006");
    await expect(agent(server.certificatePin).connect()).rejects.toThrow("HOST_SIGNATURE_INVALID");
  });

  it("answers the programs of this machine on loopback, without a certificate that they would have to know", async () => {
    const { server, dataFolder } = await start();
    const running = await readRunningFile(dataFolder);
    expect(running?.url).toBe(server.localUrl);
    expect(server.localUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const client = contractClient({ url: server.localUrl, token: running?.token ?? "" });
    expect((await client.system.status()).urls).toEqual(server.urls);
    const { token } = await client.fleets
      .create({ name: "Lab", groups: ["everyone"] })
      .then(({ groups }) => client.tokens.create({ groupId: groups[0]!.id }))
      .then(({ text }) => ({ token: decodeEnrolmentToken(text) }));
    expect(token).toMatchObject({ urls: server.urls, certificatePin: server.certificatePin });
  });

  it("names an address that this machine does not have", async () => {
    await expect(start({ listen: "192.0.2.77" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
