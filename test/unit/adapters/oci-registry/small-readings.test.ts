import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextPageLink } from "#main/node/next-page-link.ts";
import { referrersTag } from "#main/node/oci/client/referrers.ts";
import { retryAfterMs } from "#main/node/retry-after.ts";
import { BlobWhereabouts } from "#main/adapters/oci-registry/store/blob-whereabouts.ts";
import { foundPlatform } from "#shared/domain/artifact/found-platform.ts";
import { expiryOf } from "#main/adapters/oci-registry/store/short-lived-url.ts";
import { RunningHash } from "#main/adapters/oci-registry/upload/running-hash.ts";
import { readUploadNote, toUploadNote } from "#main/adapters/oci-registry/upload/upload-note.ts";

describe("a Retry-After header", () => {
  const now = Date.parse("2026-11-21T04:00:00Z");
  it.each([
    ["7", 7000],
    ["Sat, 21 Nov 2026 04:01:00 GMT", 60_000],
    ["Sat, 21 Nov 2026 03:00:00 GMT", 0],
    ["99999999", 86_400_000],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s means %s ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe("the next page of a list", () => {
  it.each([
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', "/v2/a/tags/list?n=2&last=b"],
    ['<https://r.example/x>; title="a"; rel=next', "https://r.example/x"],
    ['</first>; rel="first", </second>; rel="next"', "/second"],
    ['</first>; rel="previous"', undefined],
    ["", undefined],
  ])("of %s is %s", (header, expected) => {
    expect(nextPageLink(header)).toBe(expected);
  });
});

describe("the hash of what was sent", () => {
  it("is that of the whole, however often parts of it were sent again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.array(fc.nat(199), { maxLength: 20 }), (bytes, restarts) => {
        const running = new RunningHash();
        let at = 0;
        for (const restart of [...restarts, bytes.length]) {
          const end = Math.min(bytes.length, at + 1 + (restart % 50));
          running.take(at, bytes.subarray(at, end));
          at = Math.min(end, restart);
        }
        for (; at < bytes.length; at += 7) running.take(at, bytes.subarray(at, at + 7));
        expect(running.digest(bytes.length)).toBe(hash("sha256", bytes));
      }),
    );
  });

  it("is not known when the first bytes never came by", () => {
    const running = new RunningHash();
    running.take(5, Buffer.from("later"));
    expect(running.digest(10)).toBeUndefined();
  });
});

describe("the note of an upload", () => {
  const session = { url: new URL("https://r.example/v2/a/blobs/uploads/1?state=x"), minChunkBytes: 5 };

  it("brings back the session, for the same registry", () => {
    const note = toUploadNote("https://r.example", session);
    expect(readUploadNote(note, "https://r.example")).toMatchObject({ session: session.url.href, minChunkBytes: 5 });
    expect(readUploadNote(note, "https://other.example")).toBeUndefined();
  });

  it("is none when it is another step's, or its address is too long to keep", () => {
    expect(readUploadNote({ kind: "github-upload", session: "x" }, "https://r.example")).toBeUndefined();
    expect(readUploadNote(undefined, "https://r.example")).toBeUndefined();
    expect(toUploadNote("https://r.example", { ...session, url: new URL(`https://r.example/?${"x".repeat(9000)}`) })).toBeUndefined();
  });
});

describe("a platform as others write it", () => {
  it.each([
    [{ platform: { os: "linux", architecture: "amd64" } }, "linux/amd64"],
    [{ platform: { os: "linux", architecture: "arm64", variant: "v8" } }, "linux/arm64"],
    [{ platform: { os: "linux", architecture: "arm", variant: "v7" } }, "linux/arm/v7"],
    [{ platform: { os: "linux", architecture: "amd64", variant: "v3" } }, "linux/amd64"],
    [{ platform: { os: "unknown", architecture: "unknown" } }, undefined],
    [
      { platform: { os: "linux", architecture: "amd64" }, annotations: { "vnd.rollcall.platform": "linux/amd64+musl" } },
      "linux/amd64+musl",
    ],
    [{ annotations: { "vnd.rollcall.platform": "toaster" } }, undefined],
    [{}, undefined],
  ])("%j is %s to us", (said, expected) => {
    expect(foundPlatform(said)).toBe(expected);
  });
});

describe("the end of a signed address", () => {
  it.each([
    ["https://s3.example/x?X-Amz-Date=20261121T040000Z&X-Amz-Expires=300", "2026-11-21T04:05:00Z"],
    ["https://gcs.example/x?X-Goog-Date=20261121T040000Z&X-Goog-Expires=60", "2026-11-21T04:01:00Z"],
    ["https://s3.example/x?Expires=1795233600&Signature=y", "2026-11-21T04:00:00Z"],
    ["https://azure.example/x?se=2026-11-21T04%3A10%3A00Z&sig=y", "2026-11-21T04:10:00Z"],
  ])("of %s is %s", (url, expected) => {
    expect(expiryOf(new URL(url))).toBe(Date.parse(expected));
  });

  it("is unknown where the address does not say", () => {
    expect(expiryOf(new URL("https://cdn.example/x?token=y&Expires=soon"))).toBeUndefined();
  });
});

describe("where blobs are known to be", () => {
  it("is another repository than the one that asks, and the last that was seen", () => {
    const whereabouts = new BlobWhereabouts();
    whereabouts.note("one", "a");
    expect([whereabouts.otherThan("one", "a"), whereabouts.otherThan("two", "a"), whereabouts.otherThan("two", "b")]).toEqual([
      undefined,
      "one",
      undefined,
    ]);
  });

  it("is forgotten after ten thousand others", () => {
    const whereabouts = new BlobWhereabouts();
    for (let index = 0; index <= 10_000; index += 1) whereabouts.note("one", String(index));
    expect([whereabouts.otherThan("two", "0"), whereabouts.otherThan("two", "1")]).toEqual([undefined, "one"]);
  });
});

describe("the tag that lists referrers", () => {
  it("is the digest with a dash, of at most 128 characters", () => {
    expect(referrersTag(`sha256:${"a".repeat(64)}`)).toBe(`sha256-${"a".repeat(64)}`);
    expect(referrersTag(`sha512:${"a".repeat(128)}`)).toHaveLength(128);
  });
});
