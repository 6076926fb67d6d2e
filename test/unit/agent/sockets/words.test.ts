import { describe, expect, it } from "vitest";
import { placeKey, type HeldPlace } from "#main/agent/sockets/held-place.ts";
import { refusalWords } from "#main/agent/sockets/refusal-words.ts";
import { listenText, toWantedSockets } from "#main/agent/sockets/wanted-sockets.ts";
import { overlapObstacle } from "#main/agent/process/overlap-obstacle.ts";
import { describeListening, HOLDER_GONE } from "#main/agent/process/listening.ts";

const tcp = (host: string, port: number): HeldPlace => ({ kind: "tcp", host, port });
const web: HeldPlace = tcp("127.0.0.1", 80);
const none = { overrides: undefined, workFolder: "/state/work", user: undefined };

describe("the words for a socket that cannot be had", () => {
  it.each([
    ["EADDRINUSE", web, { pid: 812, command: "nginx", group: 812 }, "127.0.0.1:80 is in use by nginx (process 812)."],
    ["EADDRINUSE", web, undefined, "127.0.0.1:80 is in use by another program."],
    ["EACCES", web, undefined, "127.0.0.1:80 is a privileged port, and this agent runs neither as root nor with CAP_NET_BIND_SERVICE."],
    ["EADDRNOTAVAIL", tcp("203.0.113.9", 80), undefined, "203.0.113.9:80 is no address of this host."],
    ["EWHATEVER", web, undefined, "127.0.0.1:80 cannot be listened on (EWHATEVER)."],
  ] as const)("for %s begin with the address", (code, place, owner, words) => {
    expect(refusalWords({ key: placeKey(place), code }, place, owner)).toBe(words);
  });

  it("name the application that has it", () => {
    expect(refusalWords({ key: "127.0.0.1:80", code: "HELD", by: "id" }, web, undefined)).toContain(
      "another application of this host (id)",
    );
  });
});

describe("the sockets that a version wants here", () => {
  it("are this machine's own unless a host is named, and files belong to whom it runs as", () => {
    const user = { name: "web", uid: 33, gid: 34, home: "/", groups: [] };
    const sockets = toWantedSockets(
      [
        { name: "http", kind: "tcp", port: 8080 },
        { name: "admin", kind: "unix", path: "{work}/a.sock" },
      ],
      { ...none, user },
    );
    expect(sockets).toEqual([
      { name: "http", place: tcp("127.0.0.1", 8080) },
      { name: "admin", place: { kind: "unix", path: "/state/work/a.sock", mode: 0o660, uid: 33, gid: 34 } },
    ]);
    expect(listenText(sockets)).toBe("http=127.0.0.1:8080 admin=/state/work/a.sock");
  });

  it("go where the host's own file moves them, by their names", () => {
    const overrides = { http: { host: "::", port: 90 }, other: { port: 1 } };
    expect(toWantedSockets([{ name: "http", kind: "tcp", port: 8080 }], { ...none, overrides })).toEqual([
      { name: "http", place: tcp("::", 90) },
    ]);
  });
});

describe("whether two versions can run side by side", () => {
  const wanted = [{ name: "http", place: web }];
  const before = { process: {}, wanted };
  const able = { obstacle: undefined, isHeld: () => true };

  it("takes that both name sockets, that something serves, and that the sockets are held", () => {
    expect(overlapObstacle(before, wanted, able)).toBeUndefined();
    expect(overlapObstacle(undefined, wanted, able)).toContain("Nothing runs");
    expect(overlapObstacle({ ...before, process: undefined }, wanted, able)).toContain("Nothing runs");
    expect(overlapObstacle(before, [], able)).toContain("names no sockets");
    expect(overlapObstacle({ ...before, wanted: [] }, wanted, able)).toContain("by itself");
    expect(overlapObstacle(before, wanted, { ...able, isHeld: () => false })).toBe(HOLDER_GONE);
    expect(overlapObstacle(before, wanted, { ...able, obstacle: "an old Node" })).toBe("an old Node");
  });

  it("is told with the addresses", () => {
    const sockets = [{ name: "http", address: "127.0.0.1:80" }];
    expect(describeListening([], able)).toBeUndefined();
    expect(describeListening(wanted, able)).toEqual({ sockets, swap: "overlap" });
    expect(describeListening(wanted, { ...able, isHeld: () => false })).toEqual({ sockets, swap: "stop-start", reason: HOLDER_GONE });
  });
});
