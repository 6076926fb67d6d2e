import { describe, expect, it } from "vitest";
import { endedSessionCookie, readSessionCookie, sessionCookie } from "#main/server/http/session-cookie.ts";

const secret = "s".repeat(43);
const sending = (cookie: string) => ({ cookie });

describe("the session cookie", () => {
  it("is out of reach of scripts and other sites, and of plain HTTP where there is TLS", () => {
    const plain = sessionCookie(secret, 60_000, { port: 7420, isSecure: false });
    expect(plain).toBe(`rollcall-7420=${secret}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict`);
    expect(sessionCookie(secret, 60_000, { port: 7420, isSecure: true })).toBe(`${plain}; Secure`);
    expect(endedSessionCookie({ port: 7420, isSecure: false })).toContain("Max-Age=0");
  });

  it("is found among others, and is this port's own", () => {
    const terms = { port: 7420, isSecure: false };
    expect(readSessionCookie(sending(`a=b; rollcall-7420=${secret}; c=d`), terms)).toBe(secret);
    expect(readSessionCookie(sending(`rollcall-7421=${secret}`), terms)).toBeUndefined();
    expect(readSessionCookie(sending("rollcall-7420=<script>"), terms)).toBeUndefined();
  });
});
