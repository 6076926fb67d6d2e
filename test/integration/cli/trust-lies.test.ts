import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { signingRequestFile, type SigningRequest, type SigningRequestFile } from "#shared/domain/trust/signing-request.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import { anApplication, aRequest, aRoot, sha256, signedFile, signedText, testKey } from "#test/builders/signing-requests.ts";
import { cliFixture, PRODUCT, runInProcess } from "./cli-fixture.ts";
import { lyingRelay, type Lie } from "./lying-relay.ts";

/** One operator, and a way to her control plane on which somebody changes what is said. */
async function operator() {
  const fixture = await cliFixture();
  const at = (name: string): string => join(fixture.folder, name);
  for (const folder of ["ana", "safe"]) await mkdir(at(folder));
  await writeFile(at("pass"), "correct horse\n");
  await writeFile(at("safe/pass"), "battery staple\n");
  const key = ["--key", at("ana/ana.key"), "--passphrase-file", at("pass")];
  const must = async (...args: readonly string[]): Promise<void> => {
    const { code, err } = await fixture.rollcall(...args);
    if (code !== 0) throw new Error(`rollcall ${args.join(" ")}: ${err}`);
  };
  await must("app", "create", PRODUCT, "Web");
  await must("app", "create", "org.example.other", "Other");
  await must("trust", "init", "--threshold", "1", "--recovery", at("safe/safe.key"), ...key, "--recovery-passphrase-file", at("safe/pass"));
  const misled = async (lie: Lie, ...args: readonly string[]) => {
    const url = await lyingRelay(fixture.url, lie);
    return runInProcess([...args, ...key, "--yes"], { ...fixture.environment, ROLLCALL_URL: url });
  };
  const requests = async (): Promise<readonly SigningRequest[]> => fixture.client.trust.listRequests();
  return { ...fixture, at, key, must, misled, requests };
}

/** Answers with a request of one's own making in the place of the real one. */
function forging(make: (file: SigningRequestFile) => SigningRequestFile): Lie {
  let forged: SigningRequestFile | undefined;
  return (procedure, answer) => {
    if (procedure === "trust/exportRequest") return (forged = make(signingRequestFile.parse(answer)));
    return procedure === "trust/prepare" && forged !== undefined ? forged.request : answer;
  };
}

const text = (file: SigningRequestFile, name: string): string =>
  Buffer.from(file.documents.find((one) => one.name === name)?.bytes ?? "", "base64").toString("utf8");

describe("a control plane that lies to an operator's command line", () => {
  it("gets no signature under another purpose than the command's", async () => {
    const { misled, requests } = await operator();
    const lie = forging((file) => ({ ...file, request: { ...file.request, intent: { kind: "renew" } } }));
    const ended = await misled(lie, "trust", "minimum", PRODUCT, "1.0.0");
    expect(ended).toMatchObject({ code: 7, err: expect.stringContaining("TRUST_REQUEST_REFUSED") });
    expect(
      (await requests()).filter(({ state }) => state === "open").flatMap(({ documents }) => documents.flatMap((one) => one.signedBy)),
    ).toEqual([]);
  });

  it("gets no signature for another application than the one that was named", async () => {
    const { misled } = await operator();
    const lie = forging((file) => {
      const policy = stableJson({ schema: 1, productId: "org.example.other", minimumVersion: "1.0.0" });
      const path = "org.example.other/policy.json";
      const forged = aRequest({
        intent: file.request.intent,
        documents: { "1.org.example.other.json": signedText(anApplication(1, { [path]: policy })) },
        attachments: { [path]: policy },
        rootSha256: file.rootSha256,
      });
      return { ...forged, request: { ...forged.request, id: file.request.id } };
    });
    const ended = await misled(lie, "trust", "minimum", PRODUCT, "1.0.0");
    expect(ended).toMatchObject({ code: 7, err: expect.stringContaining("something else than this command asked for") });
  });

  it("gets no signature for a release that runs otherwise, or is made of other files", async () => {
    const { at, misled } = await operator();
    const forge = (file: SigningRequestFile, change: (manifest: Record<string, unknown>) => object): SigningRequestFile => {
      const { intent } = file.request;
      if (intent.kind !== "publish") return file;
      const path = `${PRODUCT}/${intent.version}.json`;
      const manifest = z
        .record(z.string(), z.json())
        .parse(JSON.parse(Buffer.from(file.attachments[0]?.bytes ?? "", "base64").toString("utf8")));
      const altered = stableJson(z.json().parse(JSON.parse(JSON.stringify(change(manifest)))));
      const forged = aRequest({
        intent,
        documents: {
          "3.targets.json": text(file, "3.targets.json"),
          [`1.${PRODUCT}.json`]: signedText(anApplication(1, { [path]: altered })),
        },
        attachments: { [path]: altered },
        rootSha256: file.rootSha256,
      });
      return { ...forged, request: { ...forged.request, id: file.request.id } };
    };
    await writeFile(at("web-1.0.0"), "#!/bin/sh\n");
    const evilSpec = (manifest: Record<string, unknown>) => ({
      ...manifest,
      runSpec: { ...z.record(z.string(), z.json()).parse(manifest["runSpec"]), arguments: ["--evil"] },
    });
    const evilFile = (manifest: Record<string, unknown>) => {
      const [artifact] = z.array(z.record(z.string(), z.json())).parse(manifest["artifacts"]);
      const digests = { ...z.record(z.string(), z.json()).parse(artifact?.["digests"]), sha256: sha256("evil") };
      return { ...manifest, artifacts: [{ ...artifact, digests }] };
    };
    const publish = ["publish", PRODUCT, `${at("web-1.0.0")}@any`];
    for (const evil of [evilSpec, evilFile]) {
      const lie = forging((file) => forge(file, evil));
      const ended = await misled(lie, ...publish, "--version", evil === evilSpec ? "1.0.0" : "1.0.1");
      expect(ended).toMatchObject({ code: 7, err: expect.stringContaining("other files, or another run spec") });
    }
  });

  it("cannot slip a key of its own in among those that are kept", async () => {
    const { at, must, misled } = await operator();
    await must("trust", "key", "create", at("safe/dia.key"), "--passphrase-file", at("pass"));
    const eve = testKey("Ana's phone");
    const entry = { label: eve.label, publicKey: eve.publicKey, use: "operator", keyId: eve.keyId };
    const lie: Lie = (procedure, answer) => {
      if (procedure !== "trust/status") return answer;
      const status = z.looseObject({ keys: z.array(z.unknown()) }).parse(answer);
      return { ...status, keys: [...status.keys, entry] };
    };
    const ended = await misled(lie, "trust", "add-key", at("safe/dia.key.pub"));
    expect(ended).toMatchObject({ code: 0, err: expect.not.stringContaining(eve.keyId.slice(0, 16)) });
  });

  it("is found out when its roots are not those that the key has signed", async () => {
    const { at, must, misled } = await operator();
    await must("trust", "key", "create", at("safe/dia.key"), "--passphrase-file", at("pass"));
    const eve = testKey("eve");
    const forged = signedFile(aRoot({ version: 2, root: [eve], targets: [eve], online: eve }), [eve]);
    const lie: Lie = (procedure, answer) => {
      if (procedure !== "trust/export") return answer;
      const { files } = z.object({ files: z.array(z.object({ name: z.string(), bytes: z.string() })) }).parse(answer);
      return { files: files.map((one) => (one.name === "2.root.json" ? { ...one, bytes: forged.toString("base64") } : one)) };
    };
    const ended = await misled(lie, "trust", "add-key", at("safe/dia.key.pub"));
    expect(ended).toMatchObject({ code: 7, err: expect.stringContaining("TRUST_SIGNATURE_INVALID") });
  });
});
