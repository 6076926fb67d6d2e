import { describe, expect, it } from "vitest";
import { inertJson, inertText, shownText } from "#shared/lib/shown-text.ts";

const ESCAPE = "\u001b";

describe("somebody else's text", () => {
  it("shows what does not print, on one line", () => {
    expect(shownText(`a${ESCAPE}[2Jb\nc\u202ed\u200be`)).toBe("a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{200b}e");
    expect(shownText("Grüße, 日本 🙂")).toBe("Grüße, 日本 🙂");
    expect(shownText("\ud800")).toBe("\\u{d800}");
  });

  it("is cut, which shows", () => {
    expect(shownText("abcdef", 4)).toBe("abc…");
    expect(shownText("abcd", 4)).toBe("abcd");
  });

  it("acts on no terminal, and keeps the lines of a longer text", () => {
    expect(inertText(`a\n\tb${ESCAPE}[1m\u009b1m\r\u2028`)).toBe("a\n\tb\\u{1b}[1m\\u{9b}1m\\u{d}\\u{2028}");
    expect(inertText("👩‍💻")).toBe("👩‍💻");
  });

  it("stays the same value as JSON", () => {
    const value = { a: "\u009b2J\u202e\u2066x", b: ["\n"] };
    const text = inertJson(JSON.stringify(value, undefined, 2));
    expect(text).not.toMatch(/[\u0080-\u009f\u202e\u2066]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
