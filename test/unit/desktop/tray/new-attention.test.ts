import { describe, expect, it } from "vitest";
import { newAttention } from "#main/desktop/tray/new-attention.ts";

const entry = (href: string, title = "Gate tripped", detail = "") => ({ href, title, detail });

describe("new attention", () => {
  it("is what was not there before", () => {
    expect(newAttention([entry("/a")], [entry("/a"), entry("/b")])).toEqual([entry("/b")]);
  });

  it("is not an old entry with another count in its detail", () => {
    expect(newAttention([entry("/a", "3 hosts silent", "since 10:00")], [entry("/a", "3 hosts silent", "since 10:01")])).toEqual([]);
  });

  it("is an old place with a new reason", () => {
    expect(newAttention([entry("/a", "Paused")], [entry("/a", "Tripped")])).toEqual([entry("/a", "Tripped")]);
  });
});
