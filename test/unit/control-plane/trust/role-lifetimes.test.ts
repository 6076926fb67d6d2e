import { describe, expect, it } from "vitest";
import { expiryText, isRenewalDue, lifetimeMs } from "#main/control-plane/trust/role-lifetimes.ts";

const DAY_MS = 86_400_000;
const now = Date.UTC(2026, 10, 21);

describe("role lifetimes", () => {
  it("gives application roles the life of targets", () => {
    expect(lifetimeMs("org.example.web", "server-held")).toBe(365 * DAY_MS);
    expect(lifetimeMs("timestamp", "server-held")).toBe(7 * DAY_MS);
  });

  it("lets what operators sign live 30 days, and root and the online roles as long as ever", () => {
    expect(lifetimeMs("targets", "operator-held")).toBe(30 * DAY_MS);
    expect(lifetimeMs("org.example.web", "operator-held")).toBe(30 * DAY_MS);
    expect(lifetimeMs("root", "operator-held")).toBe(730 * DAY_MS);
    expect(lifetimeMs("snapshot", "operator-held")).toBe(7 * DAY_MS);
  });

  it("renews at half of the life, not before", () => {
    expect(isRenewalDue("timestamp", "server-held", now + 3.5 * DAY_MS + 1, now)).toBe(false);
    expect(isRenewalDue("timestamp", "server-held", now + 3.5 * DAY_MS, now)).toBe(true);
    expect(isRenewalDue("root", "operator-held", now - 1, now)).toBe(true);
  });

  it("writes expiry as UTC in whole seconds", () => {
    expect(expiryText("timestamp", "operator-held", now + 999)).toBe("2026-11-28T00:00:00Z");
  });
});
