import { describe, expect, it } from "vitest";
import { z } from "zod";
import { explainRequest } from "#shared/domain/trust/reading/explain-request.ts";
import type { AttachedFile, KnownTrust } from "#shared/domain/trust/reading/explanation.ts";
import { readRoot, readTargets } from "#shared/domain/trust/reading/tuf-documents.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { fleetId } from "#shared/lib/ids.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import type { Root, Targets } from "@tufjs/models";
import {
  aManifest,
  anApplication,
  APPLICATION_ID,
  aRoot,
  asOperatorKey,
  aStatement,
  aTargets,
  type Files,
  inDays,
  NOW,
  PRODUCT,
  publishIntent,
  RELEASE_ID,
  sha256,
  signedText,
  testKey,
} from "#test/builders/signing-requests.ts";

const [ana, ben, eve, recovery, online, server] = [
  testKey("ana"),
  testKey("ben"),
  testKey("eve"),
  testKey("safe", "recovery"),
  testKey("online"),
  testKey("server"),
];
const operators = [ana, ben];
const root2 = aRoot({ version: 2, root: [...operators, recovery], targets: operators, online, threshold: 2 });
const byOperators = { keys: operators, threshold: 2 };
const old = aManifest("1.3.0");
const held = { [`${PRODUCT}/1.3.0.json`]: old.text };
const nothing: KnownTrust = { root: undefined, roles: new Map(), files: new Map(), labels: new Map() };

function knowing(root: Root | undefined, roles: Readonly<Record<string, Targets>>, files: Files = {}): KnownTrust {
  const read = Object.entries(roles).map(([role, document]) => [role, readTargets(role, signedText(document)).document] as const);
  return {
    root: root === undefined ? undefined : readRoot("root", signedText(root)).document,
    roles: new Map(read),
    files: new Map(Object.values(files).map((text) => [sha256(text), text])),
    labels: new Map([...operators, recovery].map((key) => [key.keyId, key.label])),
  };
}

const known = knowing(root2, { targets: aTargets(3, { [PRODUCT]: byOperators }), [PRODUCT]: anApplication(4, held) });

type Documents = Readonly<Record<string, Root | Targets | string>>;

function explain(intent: TrustIntent, documents: Documents, attachments: Files = {}, view: KnownTrust = known) {
  const texts = Object.entries(documents).map(([name, one]) => [name, typeof one === "string" ? one : signedText(one)] as const);
  const attached = Object.entries(attachments).map(([path, text]): readonly [string, AttachedFile] => [
    path,
    { text, sha256: sha256(text), sizeBytes: Buffer.byteLength(text) },
  ]);
  const request = { intent, documents: new Map(texts), attached: new Map(attached) };
  const { headline, lines } = explainRequest(request, { known: view, now: NOW, sha256 });
  const of = (tone: string) => lines.filter((line) => line.tone === tone).map((line) => line.text);
  return { headline, changes: of("change"), warnings: of("warning"), notes: of("note"), all: lines.map((line) => line.text).join("\n") };
}

describe("a request to publish", () => {
  const { manifest, text } = aManifest("1.4.0", {
    command: "./web",
    arguments: ["--port", "80", "two words"],
    environment: { MODE: "live" },
  });
  const path = `${PRODUCT}/1.4.0.json`;
  const intent = publishIntent("1.4.0", text);
  const name = `5.${PRODUCT}.json`;
  const document = anApplication(5, { ...held, [path]: text });

  it("says what hosts would install and run, from the manifest itself", () => {
    const { headline, changes, warnings, notes } = explain(intent, { [name]: document }, { [path]: text });
    expect(warnings).toEqual([]);
    expect(headline).toBe(`Publish ${PRODUCT} 1.4.0.`);
    expect(changes).toEqual([
      `Adds ${PRODUCT} 1.4.0: manifest sha256 ${sha256(text)}, 1 artifact(s).`,
      `  linux/amd64: web-1.4.0, 5 B, elf, sha256 ${sha256("1.4.0")}`,
      '  runs ./web --port 80 "two words"',
      "  with MODE=live",
      "  without a probe",
      "  on probation for 30 s, 3 crash(es); start within 1 m, stop within 10 s",
    ]);
    expect(notes).toEqual([`${PRODUCT} 5 holds until 2026-12-21 (30 days).`]);
  });

  it.each([
    [
      "an extra release",
      { [name]: anApplication(5, { ...held, [path]: text, [`${PRODUCT}/9.9.9.json`]: "evil" }) },
      /Holds .*9\.9\.9\.json.*does not speak of/,
    ],
    ["a release that goes away", { [name]: anApplication(5, { [path]: text }) }, /Takes .*1\.3\.0\.json away/],
    [
      "other content under an old version",
      { [name]: anApplication(5, { [`${PRODUCT}/1.3.0.json`]: "x", [path]: text }) },
      /Replaces .*1\.3\.0/,
    ],
    ["a version that goes back", { [`3.${PRODUCT}.json`]: anApplication(3, { ...held, [path]: text }) }, /goes back from version 4 to 3/],
    ["other content of the present version", { [`4.${PRODUCT}.json`]: anApplication(4, { ...held, [path]: text }) }, /4 exists already/],
    ["a life of years", { [name]: anApplication(5, { ...held, [path]: text }, inDays(900)) }, /would hold for 900 days/],
    ["a life that is over", { [name]: anApplication(5, { ...held, [path]: text }, inDays(-1)) }, /has expired already/],
    [
      "another application",
      { [name]: document, "1.org.example.other.json": anApplication(1, { "org.example.other/1.0.0.json": "x" }) },
      /org\.example\.other/,
    ],
    [
      "a root with another key",
      { [name]: document, "3.root.json": aRoot({ version: 3, root: [...operators, eve], targets: operators, online, threshold: 2 }) },
      /role root would be signed by/,
    ],
    ["a list without an application", { [name]: document, "4.targets.json": aTargets(4, {}) }, /Ends the role of org\.example\.web/],
    [
      "an application for another key",
      { [name]: document, "4.targets.json": aTargets(4, { [PRODUCT]: { keys: [eve] } }) },
      /would be signed by 1 of key/,
    ],
    [
      "fewer signatures for an application",
      { [name]: document, "4.targets.json": aTargets(4, { [PRODUCT]: { ...byOperators, threshold: 1 } }) },
      /until now 2 of/,
    ],
    [
      "a role over others' releases",
      { [name]: document, "4.targets.json": aTargets(4, { [PRODUCT]: { ...byOperators, paths: ["*"] } }) },
      /would cover \*/,
    ],
    ["nothing of the kind", { [name]: anApplication(5, held) }, /No document of this request does what/],
  ] satisfies readonly (readonly [string, Documents, RegExp])[])("warns of %s", (_what, documents, expected) => {
    const { warnings } = explain(intent, documents, { [path]: text });
    expect(warnings.join("\n")).toMatch(expected);
  });

  it("does not believe a manifest that is not the one which is signed", () => {
    const other = aManifest("1.4.0", { command: "./harmless" }).text;
    const { warnings, all } = explain(intent, { [name]: document }, { [path]: other });
    expect(warnings.join()).toMatch(/does not bring along/);
    expect(all).not.toContain("harmless");
    const swapped = anApplication(5, { ...held, [path]: other });
    expect(explain(intent, { [name]: swapped }, { [path]: other }).warnings.join()).toMatch(/not of the release that the request names/);
  });

  it("does not explain a manifest with fields that it does not know", () => {
    const more = stableJson({ ...z.record(z.string(), z.json()).parse(JSON.parse(text)), hooks: "rm -rf /" });
    const documents = { [name]: anApplication(5, { ...held, [path]: more }) };
    expect(explain(publishIntent("1.4.0", more), documents, { [path]: more }).warnings.join()).toMatch(/what it runs cannot be read/);
  });

  it("computes what others' tools would find, and compares it with the statement", () => {
    const { warnings, notes } = explain(intent, { [name]: document, sigstore: aStatement(manifest, text) }, { [path]: text });
    expect(warnings).toEqual([]);
    expect(notes.join("\n")).toMatch(/Others' tools find it as Web, OCI index sha256 [0-9a-f]{64}\./);
  });

  it.each([
    ["another index", { indexSha256: sha256("evil") }],
    ["another manifest", { manifestSha256: sha256("evil") }],
    ["another release", { manifest: aManifest("9.9.9").manifest }],
    ["another name than the index has", { applicationName: "Other" }],
  ])("warns of a statement about %s", (_what, changed) => {
    const { warnings } = explain(intent, { [name]: document, sigstore: aStatement(manifest, text, changed) }, { [path]: text });
    expect(warnings.join()).toMatch(/vouches for something else than this release/);
  });

  it("warns of a statement that cannot be held against a release", () => {
    const sigstore = aStatement(manifest, text);
    expect(explain(intent, { [name]: document, sigstore }, {}).warnings.join("\n")).toMatch(/cannot be held against a release/);
    expect(explain({ kind: "renew" }, { sigstore }, {}).warnings.join("\n")).toMatch(/cannot be held against a release/);
    expect(explain(intent, { [name]: document, sigstore: "DSSEv1 {" }, {}).warnings.join("\n")).toMatch(/cannot be read/);
  });

  it("takes a new application for what it is when the same operators sign it", () => {
    const view = knowing(root2, { targets: aTargets(3, {}) });
    const documents = {
      "4.targets.json": aTargets(4, { [PRODUCT]: byOperators }),
      [`1.${PRODUCT}.json`]: anApplication(1, { [path]: text }),
    };
    const { warnings, changes } = explain(intent, documents, { [path]: text }, view);
    expect(warnings).toEqual([]);
    expect(changes).toContain(`${PRODUCT} is new: the same operators sign its releases.`);
    const evil = { ...documents, "4.targets.json": aTargets(4, { [PRODUCT]: { keys: [eve] } }) };
    expect(explain(intent, evil, { [path]: text }, view).warnings.join()).toMatch(/not known to be the operators/);
  });

  it("asks a key that knows nothing to compare first", () => {
    expect(explain(intent, { [name]: document }, { [path]: text }, nothing).warnings.join()).toMatch(/1\.3\.0\.json .*has not seen before/);
  });

  it.each([
    ["a field twice", { [name]: signedText(document).replace('"_type":"targets"', '"_type":"targets","_type":"targets"') }],
    ["white space", { [name]: ` ${signedText(document)}` }],
    ["another version in its name", { [`6.${PRODUCT}.json`]: document }],
    ["another kind in its name", { "5.root.json": document }],
    ["a timestamp", { "timestamp.json": document }],
    ["a snapshot", { "5.snapshot.json": document }],
    ["a document for hosts as a statement", { sigstore: signedText(document) }],
    ["a path as a name", { "5.../x.json": document }],
  ] satisfies readonly (readonly [string, Documents])[])("is refused for %s", (_what, documents) => {
    expect(() => explain(intent, documents, { [path]: text })).toThrow(expect.objectContaining({ code: "TRUST_REQUEST_REFUSED" }));
  });

  it("says that a document holds more than can be read here", () => {
    const sorted = stableJson({ ...z.record(z.string(), z.json()).parse(document.toJSON()), "x-more": 1 });
    expect(explain(intent, { [name]: sorted }, { [path]: text }).warnings.join()).toMatch(/fields that are not known/);
  });

  it("lets no text of others act on the terminal", () => {
    const spec = { arguments: ["\u001b[2J\u001b[1;1HPublish nothing", "\u202etxt.exe", "a\nwarning: none"] };
    const evil = aManifest("1.4.0", spec).text;
    const { all } = explain(publishIntent("1.4.0", evil), { [name]: anApplication(5, { ...held, [path]: evil }) }, { [path]: evil });
    expect(all).not.toMatch(/\p{Cf}/u);
    expect(all).not.toContain("\u001b");
    expect(all).not.toMatch(/^warning: none/m);
    expect(all).toContain("Publish nothing");
  });
});

describe("a request to change who signs", () => {
  const quorum = { threshold: 2, keys: [ana, ben, recovery].map(asOperatorKey) };
  const intent: TrustIntent = { kind: "quorum", quorum };
  const root1 = aRoot({ version: 1, root: [server], targets: [server], online });
  const view = knowing(root1, { targets: aTargets(1, { [PRODUCT]: { keys: [server] } }), [PRODUCT]: anApplication(4, held) });
  const documents = {
    "2.root.json": root2,
    "2.targets.json": aTargets(2, { [PRODUCT]: byOperators }),
    [`5.${PRODUCT}.json`]: anApplication(5, held),
  };

  it("names every key that comes and goes, and how many must sign", () => {
    const { headline, changes, warnings } = explain(intent, documents, {}, view);
    expect(warnings).toEqual([]);
    expect(headline).toBe("Let any 2 of 2 operator key(s) sign, with 1 recovery key(s).");
    expect(changes).toEqual([
      expect.stringMatching(/^Root 2 adds "ana" \(key [0-9a-f]{16}\)\.$/),
      expect.stringMatching(/^Root 2 adds "ben" /),
      expect.stringMatching(/^Root 2 adds "safe, recovery" /),
      expect.stringMatching(/^Root 2 removes key [0-9a-f]{16}\.$/),
      "Root 2 asks for 2 signatures instead of 1.",
      "Root 2: any 2 of 3 keys sign it from now on.",
      `Releases of ${PRODUCT} are signed by the new quorum.`,
      `Signs the releases of ${PRODUCT} again, unchanged, for longer.`,
    ]);
  });

  it.each([
    [
      "another key in root",
      { ...documents, "2.root.json": aRoot({ version: 2, root: [...operators, recovery, eve], targets: operators, online, threshold: 2 }) },
      /not what was asked for/,
    ],
    [
      "a key that is left out",
      { ...documents, "2.root.json": aRoot({ version: 2, root: operators, targets: operators, online, threshold: 2 }) },
      /not what was asked for/,
    ],
    [
      "another threshold",
      { ...documents, "2.root.json": aRoot({ version: 2, root: [...operators, recovery], targets: operators, online, threshold: 1 }) },
      /not what was asked for/,
    ],
    [
      "a recovery key that signs releases",
      {
        ...documents,
        "2.root.json": aRoot({ version: 2, root: [...operators, recovery], targets: [...operators, recovery], online, threshold: 2 }),
      },
      /What hosts install would be signed by/,
    ],
    [
      "another online key",
      { ...documents, "2.root.json": aRoot({ version: 2, root: [...operators, recovery], targets: operators, online: eve, threshold: 2 }) },
      /changes who signs snapshot/,
    ],
    [
      "an application left to the server",
      { ...documents, "2.targets.json": aTargets(2, { [PRODUCT]: { keys: [eve], threshold: 1 } }) },
      /would be signed by 1 of key/,
    ],
    [
      "a release on the way",
      { ...documents, [`5.${PRODUCT}.json`]: anApplication(5, { ...held, [`${PRODUCT}/6.6.6.json`]: "x" }) },
      /6\.6\.6/,
    ],
    ["no root at all", { "2.targets.json": documents["2.targets.json"] }, /No document of this request does what/],
  ] satisfies readonly (readonly [string, Documents, RegExp])[])("warns of %s", (_what, all, expected) => {
    expect(explain(intent, all, {}, view).warnings.join("\n")).toMatch(expected);
  });

  it("warns of a root that gives a known id to another key", () => {
    const text = signedText(root2).replace(
      Buffer.from(ana.publicKey, "base64url").toString("hex"),
      Buffer.from(eve.publicKey, "base64url").toString("hex"),
    );
    expect(explain(intent, { ...documents, "2.root.json": text }, {}, view).warnings.join()).toMatch(/calls another key "ana"/);
  });
});

describe("requests about rules", () => {
  const policy = (minimumVersion?: string) =>
    stableJson({ schema: 1, productId: PRODUCT, ...(minimumVersion === undefined ? {} : { minimumVersion }) });
  const path = `${PRODUCT}/policy.json`;
  const name = `5.${PRODUCT}.json`;
  const minimum = (version: string | null): TrustIntent => ({ kind: "minimum", applicationId: APPLICATION_ID, version });
  const withPolicy = knowing(root2, { [PRODUCT]: anApplication(4, { ...held, [path]: policy("1.2.0") }) }, { [path]: policy("1.2.0") });

  it("tell a minimum version, what it was, and when it falls", () => {
    const raised = explain(
      minimum("1.3.0"),
      { [name]: anApplication(5, { ...held, [path]: policy("1.3.0") }) },
      { [path]: policy("1.3.0") },
      withPolicy,
    );
    expect(raised).toMatchObject({ warnings: [], changes: [`No host of ${PRODUCT} goes below 1.3.0 from now on (until now 1.2.0).`] });
    const lowered = explain(
      minimum("1.0.0"),
      { [name]: anApplication(5, { ...held, [path]: policy("1.0.0") }) },
      { [path]: policy("1.0.0") },
      withPolicy,
    );
    expect(lowered.changes.join()).toMatch(/lower than before/);
    const lifted = explain(minimum(null), { [name]: anApplication(5, held) }, {}, withPolicy);
    expect(lifted).toMatchObject({
      warnings: [],
      changes: [`Lifts the minimum version of ${PRODUCT} (until now 1.2.0): hosts may go to any release.`],
    });
  });

  it("warn of a minimum that is not the one spoken of, or cannot be read", () => {
    const document = { [name]: anApplication(5, { ...held, [path]: policy("1.0.0") }) };
    expect(explain(minimum("1.3.0"), document, { [path]: policy("1.0.0") }).warnings.join()).toMatch(
      /speaks of the minimum version 1\.3\.0/,
    );
    expect(explain(minimum("1.0.0"), document, {}).warnings.join()).toMatch(/cannot be read here/);
  });

  const fleet = fleetId.parse("6f4b8f0e-6df5-4c7c-8a7e-444444444444");
  const acceptance = (...products: string[]) => stableJson({ schema: 1, fleetId: fleet, products });
  const accept = (products: "all" | string[]): TrustIntent => ({ kind: "accept", fleetId: fleet, products });
  const fleetPath = `fleets/${fleet}.json`;
  const targets = (files: Files) => ({ "4.targets.json": aTargets(4, { [PRODUCT]: byOperators }, files) });

  it("tell which products a fleet accepts", () => {
    const listed = explain(accept([PRODUCT]), targets({ [fleetPath]: acceptance(PRODUCT) }), { [fleetPath]: acceptance(PRODUCT) });
    expect(listed).toMatchObject({ warnings: [], changes: [`Hosts of the fleet ${fleet} accept ${PRODUCT}, and nothing else.`] });
    const view = knowing(root2, { targets: aTargets(3, { [PRODUCT]: byOperators }, { [fleetPath]: acceptance(PRODUCT) }) });
    const lifted = explain(accept("all"), targets({}), {}, view);
    expect(lifted).toMatchObject({ warnings: [], changes: [`Hosts of the fleet ${fleet} accept every product from now on.`] });
  });

  it("warn of a list with other products, or for another fleet", () => {
    const wider = acceptance(PRODUCT, "org.evil.app");
    expect(explain(accept([PRODUCT]), targets({ [fleetPath]: wider }), { [fleetPath]: wider }).warnings.join()).toMatch(
      /speaks of org\.example\.web/,
    );
    const other = `fleets/${APPLICATION_ID}.json`;
    expect(explain(accept([PRODUCT]), targets({ [other]: wider }), { [other]: wider }).warnings.join()).toMatch(/does not speak of/);
  });

  it("withdraw a release, also before a key that never saw it", () => {
    const intent: TrustIntent = {
      kind: "withdraw",
      applicationId: APPLICATION_ID,
      releaseId: RELEASE_ID,
      productId: PRODUCT,
      version: "1.3.0",
    };
    const line = `Withdraws ${PRODUCT} 1.3.0: no host installs it any more. Hosts that run it go on.`;
    expect(explain(intent, { [name]: anApplication(5, {}) })).toMatchObject({ warnings: [], changes: [line] });
    expect(explain(intent, { [name]: anApplication(5, {}) }, {}, nothing)).toMatchObject({ warnings: [], changes: [line] });
    expect(explain(intent, { [name]: anApplication(5, held) }).warnings.join()).toMatch(/No document of this request/);
  });

  it("renew without changing anything, and warn when they change something", () => {
    const documents = { "4.targets.json": aTargets(4, { [PRODUCT]: byOperators }), [name]: anApplication(5, held) };
    expect(explain({ kind: "renew" }, documents)).toMatchObject({
      warnings: [],
      changes: [
        "Signs the list of applications and fleets again, unchanged, for longer.",
        `Signs the releases of ${PRODUCT} again, unchanged, for longer.`,
      ],
    });
    expect(explain({ kind: "renew" }, { [name]: anApplication(5, { ...held, [`${PRODUCT}/2.0.0.json`]: "x" }) }).warnings).toHaveLength(1);
  });
});
