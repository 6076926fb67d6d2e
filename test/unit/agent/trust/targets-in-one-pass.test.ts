import { canonicalize } from "@tufjs/canonical-json";
import { Metadata, MetadataKind } from "@tufjs/models";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readTargetsInOnePass } from "#main/agent/trust/targets-in-one-pass.ts";
import { DAY_MS, makeKeys, writeTargets } from "#test/fakes/tuf-documents.ts";

const draft = { version: 3, lifetimeMs: DAY_MS, signers: makeKeys(2).keys };
const files = new Map([["org.example.web/1.0.0.json", Buffer.from("one")] as const, ["fleets/of-all.json", Buffer.from("two")] as const]);
const { bytes } = writeTargets("targets", draft, files, new Map([["org.example.web", makeKeys(2)]]));

const document = z.record(z.string(), z.json());

function parsed(text: string) {
  return Metadata.fromJSON(MetadataKind.Targets, document.parse(JSON.parse(text)));
}

describe("reading targets in one pass", () => {
  it("gives the very document that the library reads, members that nobody knows included", () => {
    const odd = bytes
      .toString("utf8")
      .replace('"length":3', '"custom":{"x":[1]},"length":3')
      .replace('"version":3', '"version":3,"x-own":{"a":1}');
    const before = parsed(odd);
    readTargetsInOnePass();
    readTargetsInOnePass();
    const after = parsed(odd);
    expect(canonicalize(after.signed.toJSON())).toBe(canonicalize(before.signed.toJSON()));
    expect(canonicalize(after.signed.toJSON())).toBe(canonicalize(document.parse(JSON.parse(odd))["signed"]));
    expect(after.signed.equals(before.signed)).toBe(true);
  });

  it.each(['"targets":[]', '"targets":{"a":1}', '"targets":{"a":{"length":1}}', '"targets":"none"'])(
    "refuses %s as the library does",
    (wrong) => {
      readTargetsInOnePass();
      const text = `{"signatures":[],"signed":{"_type":"targets","version":1,"spec_version":"1.0.31","expires":"2030-01-01T00:00:00Z",${wrong}}}`;
      expect(() => parsed(text)).toThrow();
    },
  );
});
