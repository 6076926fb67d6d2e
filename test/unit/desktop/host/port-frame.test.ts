import { describe, expect, it } from "vitest";
import { isPortFrame, MAX_FRAME_LENGTH } from "#main/desktop/host/port-frame.ts";

const call = { i: "1", p: { u: "/fleets/list", h: { "x-orpc": "1" }, b: { json: {} } } };

describe("a frame of the window's port", () => {
  it.each([
    ["a call", call],
    ["a call with a number for its id", { ...call, i: 7 }],
    ["a call by GET", { ...call, p: { u: "/system/status", m: "GET" } }],
    ["an abort", { i: "1", t: 4 }],
  ])("is %s", (_what, frame) => {
    expect(isPortFrame(JSON.stringify(frame))).toBe(true);
  });

  it.each([
    ["nothing", undefined],
    ["an object", call],
    ["bytes", new Uint8Array([1, 2, 3])],
    ["text that is no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["no path", JSON.stringify({ i: "1", p: {} })],
    ["a whole address", JSON.stringify({ i: "1", p: { u: "https://evil.example/" } })],
    ["a stream into the control plane", JSON.stringify({ i: "1", t: 3, p: { e: "message", d: 1 } })],
    ["an unknown kind", JSON.stringify({ i: "1", t: 9 })],
    ["an extra field", JSON.stringify({ ...call, x: 1 })],
    ["headers without end", JSON.stringify({ ...call, p: { u: "/x", h: { a: "x".repeat(1001) } } })],
    ["too much", JSON.stringify({ ...call, p: { u: "/x", b: "x".repeat(MAX_FRAME_LENGTH) } })],
  ])("is not %s", (_what, message) => {
    expect(isPortFrame(message)).toBe(false);
  });
});
