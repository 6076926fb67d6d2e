import { describe, expect, it } from "vitest";
import { readSigningRequest } from "#main/client/trust/read-signing-request.ts";
import { reviewRequest } from "#main/client/trust/review-request.ts";
import type { SignerMemory } from "#main/client/trust/signer-memory.ts";
import { verifyExport, type ExportedFile } from "#main/client/trust/verify-export.ts";
import {
  anApplication,
  aRequest,
  aRoot,
  aTargets,
  NOW,
  PRODUCT,
  sha256,
  signedFile,
  signedText,
  testKey,
} from "#test/builders/signing-requests.ts";

const [ana, ben, cem, eve] = [testKey("ana"), testKey("ben"), testKey("cem"), testKey("eve")];
const [online, server] = [testKey("online"), testKey("server")];
const people = [ana, ben, cem];
const root1 = aRoot({ version: 1, root: [server], targets: [server], online });
const root2 = aRoot({ version: 2, root: people, targets: people, online, threshold: 2 });
const targets = aTargets(3, { [PRODUCT]: { keys: people, threshold: 2 } });
const application = anApplication(4, { [`${PRODUCT}/1.0.0.json`]: "manifest" });
const first = signedFile(root1, [server]);
const pinned = sha256(first);

const good: Readonly<Record<string, Buffer>> = {
  "1.root.json": first,
  "2.root.json": signedFile(root2, [server, ana, ben]),
  "3.targets.json": signedFile(targets, [ana, cem]),
  [`4.${PRODUCT}.json`]: signedFile(application, [ben, cem]),
  "9.snapshot.json": Buffer.from("{}"),
  "timestamp.json": Buffer.from("{}"),
};
const asFiles = (files: Readonly<Record<string, Buffer>>): readonly ExportedFile[] =>
  Object.entries(files).map(([name, bytes]) => ({ name, bytes }));

describe("an export", () => {
  it("is walked from the pinned root to every application", async () => {
    const { roots, documents } = await verifyExport(asFiles(good), pinned);
    expect(roots.map(({ version }) => version)).toEqual([1, 2]);
    expect(documents.map(({ role, version }) => `${version} ${role}`)).toEqual(["2 root", "3 targets", `4 ${PRODUCT}`]);
  });

  it.each([
    ["a root that only the new people signed", { "2.root.json": signedFile(root2, [ana, ben]) }],
    ["a root that only the old key signed", { "2.root.json": signedFile(root2, [server]) }],
    ["targets with too few signatures", { "3.targets.json": signedFile(targets, [ana]) }],
    ["targets that one person signed twice", { "3.targets.json": twice(signedFile(targets, [ana])) }],
    ["targets that the old server key signed", { "3.targets.json": signedFile(targets, [server]) }],
    ["an application that others signed", { [`4.${PRODUCT}.json`]: signedFile(application, [ana, eve]) }],
    ["a newer file of its name with older content", { [`7.${PRODUCT}.json`]: signedFile(application, [ana, ben]) }],
    [
      "a root under another number",
      { "2.root.json": signedFile(aRoot({ version: 3, root: people, targets: people, online }), [server, ana]) },
    ],
    ["no JSON", { "3.targets.json": Buffer.from("{") }],
  ])("with %s is refused", async (_what, change) => {
    await expect(verifyExport(asFiles({ ...good, ...change }), pinned)).rejects.toMatchObject({ code: "TRUST_SIGNATURE_INVALID" });
  });

  it("of another control plane is refused", async () => {
    await expect(verifyExport(asFiles(good), "0".repeat(64))).rejects.toMatchObject({ code: "TRUST_ROOT_MISMATCH" });
    await expect(verifyExport([], pinned)).rejects.toMatchObject({ code: "TRUST_ROOT_MISMATCH" });
  });

  it("that branches off from the root which a key has signed is a warning: a stolen old key could have made it", async () => {
    const stolen = aRoot({ version: 2, root: [eve], targets: [eve], online });
    const branch = { "1.root.json": first, "2.root.json": signedFile(stolen, [server, eve]) };
    const memory: SignerMemory = {
      kind: "rollcall.signer-memory",
      v: 1,
      controlPlanes: [
        {
          rootSha256: pinned,
          name: "lab",
          seenAt: NOW,
          files: [],
          labels: [],
          documents: [{ role: "root", version: 2, text: signedText(root2) }],
        },
      ],
    };
    const read = readSigningRequest(
      JSON.stringify(
        aRequest({ intent: { kind: "renew" }, documents: { "4.targets.json": signedText(aTargets(4, {})) }, rootSha256: pinned }),
      ),
    );
    const warnings = async (against: readonly ExportedFile[]): Promise<string> => {
      const { lines } = await reviewRequest(read, { memories: [memory], against, now: NOW });
      return lines.flatMap((line) => (line.tone === "warning" ? [line.text] : [])).join("\n");
    };
    expect(await warnings(asFiles(branch))).toContain("Root 2 of the export is not the root 2 that this key has signed.");
    expect(await warnings(asFiles(good))).not.toContain("Root 2 of the export");
  });
});

function twice(file: Buffer): Buffer {
  const document = JSON.parse(file.toString("utf8")) as { signatures: unknown[] };
  return Buffer.from(JSON.stringify({ ...document, signatures: [...document.signatures, ...document.signatures] }));
}
