import { describe, expect, it } from "vitest";
import type { Root } from "@tufjs/models";
import { explainRequest } from "#shared/domain/trust/reading/explain-request.ts";
import { readRoot } from "#shared/domain/trust/reading/tuf-documents.ts";
import { aRoot, NOW, sha256, signedText, testKey } from "#test/builders/signing-requests.ts";

const [ana, ben, eve, recovery] = [testKey("ana"), testKey("ben"), testKey("eve"), testKey("safe", "recovery")];
const [online, next] = [testKey("online"), testKey("next")];
const people = { version: 3, root: [ana, ben, recovery], targets: [ana, ben], threshold: 2 } as const;
const before = readRoot("root", signedText(aRoot({ ...people, version: 2, online }))).document;

function explain(documents: Readonly<Record<string, Root>>) {
  const texts = new Map(Object.entries(documents).map(([name, root]) => [name, signedText(root)] as const));
  const known = { root: before, roles: new Map(), files: new Map(), labels: new Map() };
  const { headline, lines } = explainRequest(
    { intent: { kind: "online-keys" }, documents: texts, attached: new Map() },
    { known, now: NOW, sha256 },
  );
  const of = (tone: string) => lines.filter((line) => line.tone === tone).map((line) => line.text);
  return { headline, changes: of("change"), warnings: of("warning"), notes: of("note") };
}

describe("a request to replace the control plane's own keys", () => {
  it("names the keys that sign from now on, and those that did until now", () => {
    const { headline, changes, warnings, notes } = explain({ "3.root.json": aRoot({ ...people, online: next }) });
    expect(warnings).toEqual([]);
    expect(headline).toBe("Replace the control plane's own keys, those of snapshot and timestamp.");
    const [is, was] = [next.keyId.slice(0, 16), online.keyId.slice(0, 16)];
    expect(changes).toEqual([
      `Root 3 replaces the control plane's own keys: snapshot key ${is} (until now key ${was}), timestamp key ${is} (until now key ${was}).`,
    ]);
    expect(notes).toHaveLength(1);
  });

  it.each([
    ["a key that was in use before", aRoot({ ...people, online }), /lets a key sign snapshot that was in use before/],
    ["another operator", aRoot({ ...people, root: [ana, ben, eve], online: next }), /The role root would be signed by/],
    ["a lower threshold", aRoot({ ...people, threshold: 1, online: next }), /The role targets would be signed by/],
  ])("warns of %s", (_what, root, expected) => {
    expect(explain({ "3.root.json": root }).warnings.join("\n")).toMatch(expected);
  });

  it("warns of a second key for a role, and of a request without a root", () => {
    const root = aRoot({ ...people, online: next });
    root.addKey(eve.tuf, "timestamp");
    expect(explain({ "3.root.json": root }).warnings.join("\n")).toMatch(/gives timestamp more than one key/);
    expect(explain({}).warnings.join("\n")).toMatch(/No document of this request does what/);
  });
});
