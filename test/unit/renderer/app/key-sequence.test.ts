import { describe, expect, it } from "vitest";
import { matchStroke } from "#renderer/app/key-sequence.ts";

const bindings = new Map([
  ["g h", "go.home"],
  ["g f", "go.fleets"],
  ["mod+k", "view.palette"],
  ["?", "view.help"],
]);
const plain = (key: string) => ({ key, mod: false });

describe("keys", () => {
  it("run a command on one stroke", () => {
    expect(matchStroke(bindings, "", plain("?"))).toEqual({ kind: "command", id: "view.help" });
  });

  it("wait for the second letter of a sequence", () => {
    expect(matchStroke(bindings, "", plain("g"))).toEqual({ kind: "prefix", pressed: "g" });
    expect(matchStroke(bindings, "g", plain("f"))).toEqual({ kind: "command", id: "go.fleets" });
  });

  it("begin anew when the second letter continues nothing", () => {
    expect(matchStroke(bindings, "g", plain("x"))).toEqual({ kind: "none" });
    expect(matchStroke(bindings, "g", plain("?"))).toEqual({ kind: "command", id: "view.help" });
    expect(matchStroke(bindings, "g", plain("g"))).toEqual({ kind: "prefix", pressed: "g" });
  });

  it("tell Ctrl and ⌘ from the bare letter", () => {
    expect(matchStroke(bindings, "", { key: "k", mod: true })).toEqual({ kind: "command", id: "view.palette" });
    expect(matchStroke(bindings, "", plain("k"))).toEqual({ kind: "none" });
  });

  it("do not care about capitals", () => {
    expect(matchStroke(bindings, "", { key: "K", mod: true })).toEqual({ kind: "command", id: "view.palette" });
  });
});
