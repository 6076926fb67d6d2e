import { describe, expect, it } from "vitest";
import { MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import { parseControlFrame } from "#main/agent/link/parse-control-frame.ts";

const access = { type: "access", accessToken: "t", accessTokenTtlMs: 1000 };

describe("a frame of the control plane", () => {
  it("is taken with the fields that this version knows", () => {
    expect(parseControlFrame(JSON.stringify({ ...access, mood: "fine" }))).toEqual({ kind: "frame", frame: access });
  });

  it("of an unknown type is passed over, of a known type must hold", () => {
    expect(parseControlFrame('{"type":"weather"}')).toEqual({ kind: "unknown", type: "weather" });
    expect(parseControlFrame('{"type":"access"}')).toMatchObject({ kind: "invalid" });
  });

  it.each(["", "nonsense", "[]", "null", '{"type":7}', '"go"'])("that reads %j is invalid", (text) => {
    expect(parseControlFrame(text)).toMatchObject({ kind: "invalid" });
  });

  it("is bounded before it is parsed", () => {
    expect(parseControlFrame(`"${"x".repeat(MAX_FRAME_BYTES)}"`)).toEqual({
      kind: "invalid",
      reason: `larger than ${MAX_FRAME_BYTES} bytes`,
    });
  });
});
