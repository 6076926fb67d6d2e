import { describe, expect, it } from "vitest";
import { listeningNote } from "#shared/domain/host/listening-note.ts";

const sockets = [
  { name: "http", address: "0.0.0.0:8080" },
  { name: "admin", address: "/run/admin.sock" },
];

describe("what people are told about held sockets", () => {
  it("is nothing where an application listens by itself", () => {
    expect(listeningNote(undefined)).toBeUndefined();
  });

  it("is what is held, and whether a change of versions has a gap, with the reason", () => {
    expect(listeningNote({ sockets, swap: "overlap" })).toBe(
      "Holds sockets http 0.0.0.0:8080, admin /run/admin.sock. Versions change without a gap.",
    );
    expect(listeningNote({ sockets: sockets.slice(0, 1), swap: "stop-start", reason: "Because." })).toBe(
      "Listens on http 0.0.0.0:8080. The next change of versions has a gap: Because.",
    );
  });
});
