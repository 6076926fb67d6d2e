import { describe, expect, it } from "vitest";
import { certificateNames, planListen, reachableUrls } from "#main/server/listen-address.ts";

const machine = { hostname: "box", addresses: ["10.0.0.5", "2001:db8::5"] };

describe("where a server listens", () => {
  it("is loopback, in plain HTTP, unless somebody asks for more", () => {
    for (const listen of [undefined, "127.0.0.1", "127.1.2.3", "localhost", "::1"]) expect(planListen(listen).isPublic).toBe(false);
    expect(reachableUrls(planListen(undefined), 80, machine)).toEqual(["http://127.0.0.1:80"]);
    expect(reachableUrls(planListen("::1"), 80, machine)).toEqual(["http://[::1]:80"]);
    expect(reachableUrls(planListen(undefined, true), 80, machine)).toEqual(["https://127.0.0.1:80"]);
  });

  it("is told to hosts as addresses that they can reach, best first", () => {
    expect(reachableUrls(planListen("0.0.0.0"), 7420, machine)).toEqual([
      "https://10.0.0.5:7420",
      "https://[2001:db8::5]:7420",
      "https://box:7420",
      "https://127.0.0.1:7420",
    ]);
    expect(reachableUrls(planListen("10.0.0.5"), 7420, machine)).toEqual(["https://10.0.0.5:7420"]);
  });

  it("never gives a token more addresses than it can carry", () => {
    const many = { hostname: "box", addresses: Array.from({ length: 20 }, (_, index) => `10.0.0.${index}`) };
    expect(reachableUrls(planListen("::"), 1, many)).toHaveLength(8);
  });

  it("is named in the certificate, each name once", () => {
    expect(certificateNames(planListen("10.0.0.5"), machine)).toEqual(["10.0.0.5", "box", "localhost", "127.0.0.1", "2001:db8::5"]);
  });
});
