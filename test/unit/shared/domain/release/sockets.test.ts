import { describe, expect, it } from "vitest";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { socketAddress, type HeldSocket } from "#shared/domain/release/sockets.ts";

const http = { name: "http", kind: "tcp", port: 8080 };
const local = { name: "admin", kind: "unix", path: "{work}/admin.sock" };

function problems(sockets: readonly object[]): readonly string[] {
  const read = runSpec.safeParse({ sockets });
  return read.success ? [] : read.error.issues.map(({ message }) => message);
}

describe("the sockets of a run spec", () => {
  it("are left out of a spec that names none, so that what was signed keeps its bytes", () => {
    expect(runSpec.parse({})).not.toHaveProperty("sockets");
    expect(runSpec.parse({})).not.toHaveProperty("drainDeadlineMs");
    expect(runSpec.parse({ sockets: [http] }).sockets).toEqual([http]);
  });

  it("are written as people write addresses, this machine's own when no host is named", () => {
    const tcp = (host: string): HeldSocket => ({ name: "http", kind: "tcp", host, port: 80 });
    expect(socketAddress({ name: "http", kind: "tcp", port: 8080 })).toBe("127.0.0.1:8080");
    expect([tcp("0.0.0.0"), tcp("::1")].map(socketAddress)).toEqual(["0.0.0.0:80", "[::1]:80"]);
    expect(socketAddress({ name: "admin", kind: "unix", path: "/run/a.sock" })).toBe("/run/a.sock");
  });

  it("have names and addresses of their own", () => {
    expect(problems([http, { ...http, name: "https", port: 8443 }, local])).toEqual([]);
    expect(problems([http, { ...http, port: 8443 }])).toEqual(["two sockets have the same name"]);
    expect(problems([http, { ...http, name: "again", host: "127.0.0.1" }])).toEqual(["two sockets have the same address"]);
  });

  it("do not hold a port of IPv4 beside the same one of both families", () => {
    const wide = { ...http, name: "wide", host: "::" };
    expect(problems([http, wide])).toEqual(["`::` takes connections of IPv4 on its port, too; leave the other one out"]);
    expect(
      problems([
        { ...http, host: "::1" },
        { ...wide, port: 8081 },
      ]),
    ).toEqual([]);
  });

  it.each([
    { ...http, name: "has:colon" },
    { ...http, host: "localhost" },
    { ...http, port: 0 },
    { ...http, port: 65_536 },
    { ...local, path: "relative.sock" },
    { ...local, path: `/${"x".repeat(100)}` },
    { ...local, mode: "888" },
  ])("refuse %o", (socket) => {
    expect(runSpec.safeParse({ sockets: [socket] }).success).toBe(false);
  });

  it("are sixteen at most", () => {
    const many = Array.from({ length: 17 }, (_, index) => ({ name: `s${index}`, kind: "tcp", port: 1000 + index }));
    expect(runSpec.safeParse({ sockets: many }).success).toBe(false);
    expect(runSpec.safeParse({ sockets: many.slice(1) }).success).toBe(true);
  });
});
