import { describe, expect, it } from "vitest";
import { isOwnPage } from "#main/desktop/protocol/app-origin.ts";

describe("a page of ours", () => {
  it.each(["app://rollcall/", "app://rollcall/rollouts/42?tab=log", "app://rollcall", "APP://rollcall/x"])("is %s", (address) => {
    expect(isOwnPage(address)).toBe(true);
  });

  it.each([
    "app://rollcall.evil/",
    "app://evil/",
    "app://ROLLCALL/",
    "app://user@rollcall/",
    "app://user:secret@rollcall/",
    "app://rollcall:8080/",
    "app:rollcall/",
    "https://rollcall/",
    "file:///rollcall/",
    "javascript:app://rollcall/",
    "about:blank",
    "",
    "rollcall",
  ])("is not %s", (address) => {
    expect(isOwnPage(address)).toBe(false);
  });
});
