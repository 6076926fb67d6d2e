import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import { AccessService, LOGIN_LINK_MS, SESSION_MS } from "#main/control-plane/access/service.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { fleetId } from "#shared/lib/ids.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const FLEET = fleetId.parse("0195a000-0000-4000-8000-000000000001");
const admin: Principal = { name: "user:ana", role: "administrator", fleets: "all", local: true };
const clock = fakeClock();
let folder: string;
let store: Store;
let access: AccessService;

beforeEach(async () => {
  folder = await tempFolder();
  store = await openTestStore(folder, clock);
  access = new AccessService(store, clock, systemIds);
});
afterEach(() => store.close());

describe("a login link", () => {
  it("opens one session, once", async () => {
    const link = await access.createLoginLink(admin);
    const [first, second] = await Promise.allSettled([access.redeemLoginLink(link.secret), access.redeemLoginLink(link.secret)]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(second).toMatchObject({ reason: { code: "ACCESS_LINK_USED" } });
    const session = first.status === "fulfilled" ? first.value : undefined;
    expect(await access.principalOfSession(session?.secret ?? "")).toEqual({ ...admin, local: false });
  });

  it("is worth nothing when it is too old, and its session ends by itself", async () => {
    const old = await access.createLoginLink(admin);
    clock.advance(LOGIN_LINK_MS);
    await expect(access.redeemLoginLink(old.secret)).rejects.toMatchObject({ code: "ACCESS_LINK_USED" });
    const session = await access.redeemLoginLink((await access.createLoginLink(admin)).secret);
    clock.advance(SESSION_MS);
    expect(await access.principalOfSession(session.secret)).toBeUndefined();
  });

  it("ends when its owner logs out, which the audit tells once", async () => {
    const session = await access.redeemLoginLink((await access.createLoginLink(admin)).secret);
    await access.endSession(session.secret);
    await access.endSession(session.secret);
    expect(await access.principalOfSession(session.secret)).toBeUndefined();
    const ended = await store.read.selectFrom("auditEntries").selectAll().where("action", "=", "session.ended").execute();
    expect(ended.map(({ actor }) => actor)).toEqual([admin.name]);
  });

  it("is not a session itself", async () => {
    const link = await access.createLoginLink(admin);
    expect(await access.principalOfSession(link.secret)).toBeUndefined();
  });
});

describe("an API token", () => {
  it("acts with its own role and fleets until it is revoked", async () => {
    const made = await access.createToken(admin, { label: "ci", role: "publisher", fleets: [FLEET] });
    expect(await access.principalOfApiToken(made.secret)).toEqual({ name: "token:ci", role: "publisher", fleets: [FLEET], local: false });
    await access.revokeToken(admin, made.token.id);
    expect(await access.principalOfApiToken(made.secret)).toBeUndefined();
  });

  it("takes the sessions with it that its login links opened", async () => {
    const made = await access.createToken(admin, { label: "contractor", role: "operator", fleets: "all" });
    const owner = await access.principalOfApiToken(made.secret);
    const { secret } = await access.redeemLoginLink((await access.createLoginLink(owner ?? admin)).secret);
    const mine = await access.redeemLoginLink((await access.createLoginLink(admin)).secret);
    const unused = await access.createLoginLink(owner ?? admin);
    expect(await access.principalOfSession(secret)).toMatchObject({ name: "token:contractor" });
    await access.revokeToken(admin, made.token.id);
    expect(await access.principalOfSession(secret)).toBeUndefined();
    await expect(access.redeemLoginLink(unused.secret)).rejects.toMatchObject({ code: "ACCESS_LINK_USED" });
    expect(await access.principalOfSession(mine.secret)).toMatchObject({ name: admin.name });
  });

  it("is not ended by somebody who does not reach its fleets", async () => {
    const made = await access.createToken(admin, { label: "ci", role: "viewer", fleets: "all" });
    const bounded: Principal = { ...admin, fleets: [FLEET] };
    await expect(access.revokeToken(bounded, made.token.id)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(await access.principalOfApiToken(made.secret)).toBeDefined();
  });

  it("ends with its lifetime", async () => {
    const made = await access.createToken(admin, { label: "ci", role: "viewer", fleets: "all", lifetimeMs: 60_000 });
    clock.advance(60_000);
    expect(await access.principalOfApiToken(made.secret)).toBeUndefined();
  });

  it("never reaches further than its maker", async () => {
    const bounded: Principal = { ...admin, fleets: [FLEET] };
    await expect(access.createToken(bounded, { label: "ci", role: "viewer", fleets: "all" })).rejects.toMatchObject({
      code: "ACCESS_DENIED",
    });
  });

  it("leaves no secret in the database or the audit", async () => {
    const made = await access.createToken(admin, { label: "ci", role: "viewer", fleets: "all" });
    const link = await access.createLoginLink(admin);
    const rows = JSON.stringify([
      await store.read.selectFrom("apiTokens").selectAll().execute(),
      await store.read.selectFrom("sessions").selectAll().execute(),
      await store.read.selectFrom("auditEntries").selectAll().execute(),
    ]);
    expect(rows).not.toContain(made.secret);
    expect(rows).not.toContain(link.secret);
  });
});
