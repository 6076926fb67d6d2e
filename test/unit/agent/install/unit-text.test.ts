import { describe, expect, it } from "vitest";
import { LAUNCHER_TEXT } from "#main/agent/self-update/launcher-text.ts";
import { unitText } from "#main/agent/install/unit-text.ts";

const valuesOf = (text: string, key: string): string[] =>
  text.split("\n").flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));

describe("the systemd unit of the agent", () => {
  it("starts the launcher, which runs the copied runtime with the copied program through the link that an upgrade moves", () => {
    expect(valuesOf(unitText(), "ExecStart")).toEqual(["/usr/local/libexec/rollcall-agent/launch run --state /var/lib/rollcall-agent"]);
    expect(LAUNCHER_TEXT).toMatch(/\nexec "\$library\/current\/node" --\S.* "\$library\/current\/rollcall-agent\.mjs" "\$@"\n$/);
  });

  it("is started again however often the agent ends, and when it hangs", () => {
    expect(valuesOf(unitText(), "Restart")).toEqual(["always"]);
    expect(valuesOf(unitText(), "StartLimitIntervalSec")).toEqual(["0"]);
    expect(valuesOf(unitText(), "Type")).toEqual(["notify"]);
    expect(valuesOf(unitText(), "WatchdogSec")).toEqual(["3min"]);
  });

  it("leaves applications running when the agent is killed, restarted, or one of them runs out of memory", () => {
    expect(valuesOf(unitText(), "KillMode")).toEqual(["process"]);
    expect(valuesOf(unitText(), "RestartKillSignal")).toEqual(["SIGUSR2"]);
    expect(valuesOf(unitText(), "OOMPolicy")).toEqual(["continue"]);
  });

  it("imposes nothing that applications would inherit", () => {
    const inherited =
      /^(?:NoNewPrivileges|Private\w+|Protect\w+|Restrict\w+|SystemCall\w+|Capability\w+|Ambient\w+|MemoryDeny\w+|Memory\w+|CPU\w+|IO\w+|Limit\w+|UMask|Nice|OOMScoreAdjust|LockPersonality|ReadOnlyPaths|InaccessiblePaths|NoExecPaths|RemoveIPC|IPAddress\w+|Device\w+)=/m;
    expect(unitText()).not.toMatch(inherited);
    expect(valuesOf(unitText(), "TasksMax")).toEqual(["infinity"]);
  });

  it("stops within a time that lets every application have its longest deadline", () => {
    expect(valuesOf(unitText(), "TimeoutStopSec")).toEqual(["11min"]);
  });

  it("does not run on a host that has neither identity nor token", () => {
    expect(valuesOf(unitText(), "ConditionPathExists")).toEqual([
      "|/var/lib/rollcall-agent/identity.json",
      "|/var/lib/rollcall-agent/identity.twin.json",
      "|/var/lib/rollcall-agent/enrolment.token",
    ]);
  });

  it("takes a name by the letter, whatever systemd would make of it", () => {
    expect(unitText('100% "$HOME" \\n edge')).toContain(' --name "100%% \\"$$HOME\\" \\\\n edge"\n');
  });
});
