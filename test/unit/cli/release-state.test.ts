import { describe, expect, it } from "vitest";
import { releaseStateText } from "#main/cli/release-state.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import { aRequest, testKey } from "#test/builders/signing-requests.ts";

const [ana, ben] = [testKey("ana"), testKey("ben")];
const ID = releaseId.parse("0195a000-0000-4000-8000-000000000001");
const about = { applicationId: applicationId.parse("0195a000-0000-4000-8000-000000000002"), releaseId: ID, productId: "org.example.web" };
const publish: TrustIntent = { kind: "publish", ...about, version: "1.0.0", manifestSha256: "ab".repeat(32) };
const withdraw: TrustIntent = { kind: "withdraw", ...about, version: "1.0.0" };

function asked(intent: TrustIntent, ...signers: readonly { readonly keyId: string }[]) {
  const { request } = aRequest({ intent, documents: { "2.org.example.web.json": "a", sigstore: "b" } });
  const operators = { label: "operators", threshold: 2, keyIds: [ana.keyId, ben.keyId] };
  const documents = request.documents.map((one, index) => ({
    ...one,
    quorums: [index === 0 ? operators : { ...operators, threshold: 1 }],
    signedBy: signers.map((key) => key.keyId),
  }));
  return { ...request, state: "open" as const, documents };
}

const draft = { id: ID, state: "draft", blocked: undefined, publishing: undefined } as const;
const onItsWay = (state: "running" | "waiting" | "failed" | "cancelled") => ({
  ...draft,
  publishing: { state, doneBytes: 0, totalBytes: 1 },
});

describe("the state of a release", () => {
  it("says how many signatures are there while it waits for them", () => {
    expect(releaseStateText(onItsWay("waiting"), [asked(publish)])).toBe("waits for signatures (0 of 2)");
    expect(releaseStateText(onItsWay("waiting"), [asked(publish, ana)])).toBe("waits for signatures (1 of 2)");
    expect(releaseStateText({ ...draft, state: "withdrawn" }, [asked(withdraw, ana)])).toBe("withdrawn, waits for signatures (1 of 2)");
  });

  it("says that it is on its way, or what keeps it", () => {
    expect(releaseStateText(onItsWay("running"), [])).toBe("publishing");
    expect(releaseStateText(onItsWay("failed"), [])).toBe("publishing (failed)");
    expect(releaseStateText(onItsWay("cancelled"), [])).toBe("draft");
  });

  it("is its own word when nothing is under way, whatever others wait for", () => {
    const ended = { ...asked(publish), state: "completed" as const };
    const other = asked({ ...withdraw, releaseId: releaseId.parse("0195a000-0000-4000-8000-000000000009") });
    expect(releaseStateText(draft, [ended, other])).toBe("draft");
    expect(releaseStateText({ ...draft, state: "published" }, [ended])).toBe("published");
    expect(releaseStateText({ ...draft, state: "published", blocked: { at: 0, by: "user:ana", reason: "" } }, [])).toBe("blocked");
  });
});
