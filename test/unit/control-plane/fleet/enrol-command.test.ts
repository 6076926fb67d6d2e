import { describe, expect, it } from "vitest";
import { enrolCommand } from "#main/control-plane/fleet/enrol-command.ts";

const TOKEN_ID = "0195a000-0000-4000-8000-000000000001";

describe("the line to run on a host", () => {
  it("starts the installed agent where other machines can come in", () => {
    expect(enrolCommand("rcl1.abc", TOKEN_ID, undefined)).toBe(
      "printf '%s' 'rcl1.abc' | rollcall-agent run --token-file - --state /var/lib/rollcall-agent",
    );
  });

  it("starts this machine's own agent, each in a folder of its own, while nobody else can come in", () => {
    const line = enrolCommand("rcl1.abc", TOKEN_ID, "'/opt/node' '/opt/agent.js'");
    expect(line).toBe(`printf '%s' 'rcl1.abc' | '/opt/node' '/opt/agent.js' run --token-file - --state "$HOME/.rollcall-agents/0195a000"`);
  });

  it("never puts the token among the arguments", () => {
    expect(enrolCommand("rcl1.abc", TOKEN_ID, undefined).split("|")[1]).not.toContain("rcl1.abc");
  });
});
