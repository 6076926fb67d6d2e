import { describe, expect, it } from "vitest";
import { explainManifest } from "#shared/domain/trust/reading/explain-manifest.ts";
import { aManifest, publishIntent, sha256 } from "#test/builders/signing-requests.ts";

describe("what hosts would run", () => {
  it("is told with every field, as the manifest has it, so that none is signed unseen", () => {
    const { manifest, text } = aManifest("1.4.0", {
      probe: { kind: "exec", command: "/bin/check", arguments: ["a b"], intervalMs: 2000, timeoutMs: 1000, failureThreshold: 3 },
      user: "web:www",
      restart: { policy: "never", maxDelayMs: 5000 },
    });
    const lines = explainManifest(manifest, sha256(text), publishIntent("1.4.0", text)).map((line) => line.text);
    expect(lines.slice(-5)).toEqual([
      '  well when /bin/check "a b" exits with 0; asks every 2 s, waits 1 s, bad after 3 misses',
      "  on probation for 30 s, 3 crash(es); start within 1 m, stop within 10 s",
      "  restart.policy: never",
      "  restart.maxDelayMs: 5 s",
      "  user: web:www",
    ]);
  });
});
