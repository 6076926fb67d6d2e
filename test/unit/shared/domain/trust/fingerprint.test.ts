import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { fingerprintText } from "#shared/domain/trust/fingerprint.ts";

it("can be computed with sha256sum over the documents in their order", () => {
  const documents = ["2.root.json", "3.targets.json"].map((name) => ({ name, sha256: createHash("sha256").update(name).digest("hex") }));
  expect(fingerprintText(documents)).toBe(documents.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(""));
  expect(fingerprintText(documents)).not.toBe(fingerprintText(documents.toReversed()));
});
