import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { signingRequest } from "#shared/domain/trust/signing-request.ts";
import { trustStatus } from "#shared/contract/trust.ts";
import { cliFixture, PRODUCT } from "./cli-fixture.ts";

const outcome = z.object({ request: signingRequest, missing: z.array(z.object({ needed: z.number(), of: z.array(z.string()) })) });

/** A control plane, with two operators who have key files in folders of their own and a safe. */
async function operators() {
  const fixture = await cliFixture();
  const at = (name: string): string => join(fixture.folder, name);
  for (const folder of ["ana", "ben", "safe"]) await mkdir(at(folder));
  await writeFile(at("pass"), "correct horse\n");
  const passphrase = ["--passphrase-file", at("pass")];
  await writeFile(at("safe/pass"), "battery staple\n");
  const both = [...passphrase, "--recovery-passphrase-file", at("safe/pass")];
  const rollcall = (...args: readonly string[]) => fixture.rollcall(...args);
  const must = async (...args: readonly string[]): Promise<string> => {
    const ended = await rollcall(...args);
    if (ended.code !== 0) throw new Error(`rollcall ${args.join(" ")}: ${ended.err}`);
    return ended.out;
  };
  const status = async () => trustStatus.parse(JSON.parse(await must("trust", "status", "--json")));
  return { ...fixture, at, must, passphrase, both, status };
}
type Operators = Awaited<ReturnType<typeof operators>>;

/** Signed by any one of ana and ben. */
async function handedOver(threshold = "1"): Promise<Operators> {
  const world = await operators();
  const { at, must, both } = world;
  await must("app", "create", PRODUCT, "Web");
  const keys = ["--key", at("ana/ana.key"), "--key", at("ben/ben.key")];
  await must("trust", "init", "--threshold", threshold, ...keys, "--recovery", at("safe/safe.key"), ...both);
  return world;
}

describe("rollcall trust init", () => {
  it("hands signing to two of three, who need not meet, one of them offline", async () => {
    const { at, must, rollcall, passphrase, both, status } = await operators();
    await must("app", "create", PRODUCT, "Web");
    await must("publish", PRODUCT, `${await writeNew(at("web-1.0.0"))}@any`);
    expect((await status()).mode).toBe("server-held");
    await must("trust", "key", "create", at("ben/ben.key"), ...passphrase);
    await must("trust", "key", "create", at("ben/cem.key"), ...passphrase);
    const others = ["--public-key", at("ben/ben.key.pub"), "--public-key", at("ben/cem.key.pub")];
    const init = ["trust", "init", "--threshold", "2", "--key", at("ana/ana.key"), ...others];
    const begun = await must(...init, "--recovery", at("safe/safe.key"), ...both, "--out", at("request.json"));
    expect(begun).toMatch(/Waits for signatures .*\n {2}1 more of "ben" \([0-9a-f]{16}\), "cem" \([0-9a-f]{16}\)/);
    expect(begun).toContain(`rollcall trust sign ${at("request.json")} --key THEIR-KEY-FILE`);
    expect((await status()).mode).toBe("server-held");
    expect(await rollcall("trust", "status", "--check")).toMatchObject({ code: 6, out: expect.stringContaining("1 request(s) wait") });

    await must("trust", "export", "--out", at("export"));
    const sign = ["trust", "sign", at("request.json"), "--key", at("ben/ben.key"), ...passphrase, "--yes", "--out", at("signed.json")];
    const unknown = await rollcall(...sign);
    expect(unknown).toMatchObject({ code: 6, err: expect.stringMatching(/1\.0\.0\.json .*has not seen before/) });
    const signed = await rollcall(...sign, "--against", at("export"));
    expect(signed).toMatchObject({ code: 0, err: expect.stringContaining('Root 2 adds "ben"') });
    expect(await must("trust", "submit", at("signed.json"))).toContain("Signed by enough operators.");

    const after = await status();
    expect(after).toMatchObject({ mode: "operator-held", threshold: 2, rootVersion: 2, openRequests: 0 });
    expect(after.keys.map(({ label, use }) => `${label} ${use}`)).toEqual([
      "ana operator",
      "ben operator",
      "cem operator",
      "safe recovery",
    ]);
    expect(await rollcall("trust", "status", "--check")).toMatchObject({
      code: 0,
      out: expect.stringContaining("any 2 of 3 operator(s) sign"),
    });
    expect(await rollcall(...init, "--recovery", at("safe/safe.key"), ...both)).toMatchObject({ code: 5 });
  });

  it("goes on with the request and the keys of an earlier try", async () => {
    const { at, json, must, passphrase, both } = await operators();
    await must("trust", "key", "create", at("ben/ben.key"), ...passphrase);
    const init = ["trust", "init", "--threshold", "2", "--key", at("ana/ana.key"), "--public-key", at("ben/ben.key.pub"), "--recovery"];
    const first = outcome.parse(await json(...init, at("safe/safe.key"), ...both));
    const second = outcome.parse(await json(...init, at("safe/safe.key"), ...both));
    expect(second.request.id).toBe(first.request.id);
    expect(second.missing.map(({ needed }) => needed)).toEqual([1, 1]);
  });

  it("makes a recovery key in a place of its own, or refuses", async () => {
    const { at, dataFolder, must, rollcall, passphrase, status } = await operators();
    const init = ["trust", "init", "--threshold", "1", "--key", at("ana/ana.key"), ...passphrase];
    expect(await rollcall(...init)).toMatchObject({ code: 6, err: expect.stringContaining("TRUST_RECOVERY_MISSING") });
    const beside = await rollcall(...init, "--recovery", at("ana/safe.key"));
    expect(beside).toMatchObject({ code: 6, err: expect.stringContaining("beside an operator's key") });
    const inside = await rollcall(...init, "--recovery", join(dataFolder, "new/safe.key"), "--data", dataFolder);
    expect(inside).toMatchObject({ code: 6, err: expect.stringContaining("data folder") });
    expect(await readdir(at("ana"))).toEqual([]);
    await must("trust", "key", "create", at("ana/safe.key"), "--recovery", ...passphrase);
    const made = await rollcall(...init, "--recovery", at("ana/safe.key"));
    expect(made).toMatchObject({ code: 6, err: expect.stringContaining("beside an operator's key") });
    expect((await status()).mode).toBe("server-held");
    expect(await rollcall(...init, "--recovery", at("ana/safe.key.pub"))).toMatchObject({ code: 0 });
    expect((await status()).mode).toBe("operator-held");
  });

  it("gives the recovery key a passphrase of its own, or makes nothing", async () => {
    const { at, must, rollcall, passphrase, both, status } = await operators();
    const init = ["trust", "init", "--threshold", "1", "--key", at("ana/ana.key"), "--recovery", at("safe/safe.key")];
    const refused = await rollcall(...init, ...passphrase);
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining("wants a passphrase of its own") });
    for (const same of [["--recovery-passphrase-file", at("pass")], passphrase])
      expect(await rollcall(...init, ...passphrase, ...same)).toMatchObject({
        code: 2,
        err: expect.stringContaining("would open with an operator's passphrase"),
      });
    expect([...(await readdir(at("ana"))), ...(await readdir(at("safe")))]).toEqual(["pass"]);
    await must(...init, ...both);
    const lost = ["trust", "renew", "--key", at("safe/safe.key"), "--yes"];
    expect(await rollcall(...lost, ...passphrase)).toMatchObject({ err: expect.stringContaining("TRUST_KEY_LOCKED") });
    expect((await status()).mode).toBe("operator-held");
  });

  it("makes the recovery key here when somebody insists", async () => {
    const { at, must, both, status } = await operators();
    const init = ["trust", "init", "--threshold", "1", "--key", at("ana/ana.key"), ...both];
    await must(...init, "--recovery", at("ana/safe.key"), "--recovery-here");
    expect((await status()).keys.map(({ label, use }) => `${label} ${use}`)).toEqual(["ana operator", "safe recovery"]);
  });

  it.each([
    { what: "without a threshold", args: ["--key", "a.key", "--recovery", "r.key"], code: 2 },
    { what: "without a key", args: ["--threshold", "1", "--recovery", "r.key"], code: 2 },
    { what: "with fewer keys than must sign", args: ["--threshold", "2", "--key", "a.key", "--recovery", "r.key"], code: 2 },
  ])("is refused $what, and makes no key", async ({ args, code }) => {
    const { at, rollcall } = await operators();
    const placed = args.map((one) => (one.endsWith(".key") ? at(one) : one));
    expect(await rollcall("trust", "init", ...placed)).toMatchObject({ code });
    expect((await readdir(at("."))).filter((name) => name.endsWith(".key"))).toEqual([]);
  });
});

describe("rules that operators sign", () => {
  it("set and lift a minimum version and what a fleet accepts, and sign everything for longer", async () => {
    const { at, must, passphrase, status } = await handedOver();
    await must("fleet", "create", "lab");
    const key = ["--key", at("ben/ben.key"), ...passphrase];
    expect(await must("trust", "minimum", PRODUCT, "1.2.0", ...key)).toContain(`No host of ${PRODUCT} goes below 1.2.0.`);
    expect(await must("trust", "accept", "lab", PRODUCT, ...key)).toContain(`Hosts of lab install ${PRODUCT}.`);
    const [before, shown] = [await status(), await must("trust", "status")];
    expect(before).toMatchObject({ minimumVersions: [{ productId: PRODUCT, version: "1.2.0" }], acceptance: [{ products: [PRODUCT] }] });
    expect(shown).toContain(`No host of ${PRODUCT} goes below 1.2.0.\nHosts of lab accept ${PRODUCT}.`);
    await must("trust", "minimum", PRODUCT, "none", ...key);
    await must("trust", "accept", "lab", "all", ...key);
    await must("trust", "renew", ...key);
    expect(await status()).toMatchObject({ minimumVersions: [], acceptance: [] });
    const requests = await must("trust", "requests");
    expect(requests).toContain("Sign everything again for longer.");
    expect(requests).toContain(`Let the fleet lab accept only ${PRODUCT}.`);
    expect(requests).toMatch(/Set the minimum version of .+ to 1\.2\.0\./);
  });

  it("replace the control plane's own keys, told in words before they are signed", async () => {
    const { at, must, json, passphrase, status } = await handedOver();
    const before = await status();
    await json("trust", "renew-online-keys", "--out", at("keys.json"));
    await must("trust", "export", "--out", at("mirror"));
    const told = await must("trust", "explain", at("keys.json"), "--against", at("mirror"));
    expect(told).toContain("Replace the control plane's own keys, those of snapshot and timestamp.");
    expect(told).toMatch(/Root 3 replaces the control plane's own keys: snapshot key \S+ \(until now key \S+\), timestamp key /);
    const done = await must("trust", "renew-online-keys", "--key", at("ben/ben.key"), ...passphrase);
    expect(done).toContain("signs snapshot and timestamp with new keys");
    const after = await status();
    expect(after.rootVersion).toBe(before.rootVersion + 1);
    expect(after.keys).toEqual(before.keys);
  });

  it("replace the control plane's own keys at once with server-held keys, and say that this is no defence there", async () => {
    const { rollcall } = await operators();
    const { code, out, err } = await rollcall("trust", "renew-online-keys");
    expect({ code, text: out + err }).toMatchObject({ code: 0, text: expect.stringContaining("can still sign anything") });
    expect(out).toContain("signs snapshot and timestamp with new keys");
  });

  it("wait for signatures without a key, and can be given up", async () => {
    const { at, must, json, rollcall } = await handedOver();
    const { request } = outcome.parse(await json("trust", "minimum", PRODUCT, "1.0.0", "--out", at("minimum.json")));
    expect(request.state).toBe("open");
    expect(await must("trust", "explain", at("minimum.json"))).toContain(`No host of ${PRODUCT} goes below 1.0.0 from now on.`);
    await must("trust", "request", request.id, "--out", at("again.json"));
    expect(await readFile(at("again.json"), "utf8")).toBe(await readFile(at("minimum.json"), "utf8"));
    expect(await must("trust", "cancel", request.id)).toContain("Given up");
    expect(await rollcall("trust", "request", request.id, "--out", at("late.json"))).toMatchObject({ code: 5 });
    expect(await rollcall("trust", "cancel", "no-id")).toMatchObject({ code: 2 });
  });
});

describe("changing who signs", () => {
  it("adds, replaces and revokes keys, each signed by those who sign until then", async () => {
    const { at, must, rollcall, passphrase, status } = await handedOver();
    await must("trust", "key", "create", at("ben/dia.key"), ...passphrase);
    const ana = ["--key", at("ana/ana.key"), ...passphrase, "--yes"];
    expect(await must("trust", "add-key", at("ben/dia.key.pub"), ...ana)).toContain('"dia" may sign from now on.');
    await must("trust", "key", "create", at("ana/ana-2.key"), ...passphrase);
    await must("trust", "rotate", "ana", "--new", at("ana/ana-2.key.pub"), ...ana, "--key", at("ana/ana-2.key"));
    const anew = ["--key", at("ana/ana-2.key"), ...passphrase, "--yes"];
    await must("trust", "revoke", "ben", ...anew);
    expect((await status()).keys.map(({ label }) => label).toSorted()).toEqual(["ana-2", "dia", "safe"]);
    const gone = await rollcall("trust", "renew", "--key", at("ben/ben.key"), ...passphrase);
    expect(gone).toMatchObject({ code: 7, err: expect.stringContaining("does not ask for") });
    expect(await rollcall("trust", "revoke", "nobody", ...anew)).toMatchObject({ code: 4, err: expect.stringContaining("dia (") });
    expect(await rollcall("trust", "revoke", "safe", ...anew)).toMatchObject({
      code: 6,
      err: expect.stringContaining("TRUST_RECOVERY_MISSING"),
    });
  });

  it("survives a lost laptop with the recovery key, and the lost one signs nothing any more", async () => {
    const { at, must, rollcall, passphrase, both, status } = await operators();
    const init = ["trust", "init", "--threshold", "1", "--key", at("ana/ana.key"), "--recovery", at("safe/safe.key"), ...both];
    await must("app", "create", PRODUCT, "Web");
    await must(...init);
    await must("trust", "minimum", PRODUCT, "1.0.0", "--key", at("ana/ana.key"), ...passphrase);
    await must("trust", "key", "create", at("ben/new.key"), ...passphrase);
    const files = ["--passphrase-file", at("safe/pass"), ...passphrase];
    const keys = ["--key", at("safe/safe.key"), "--key", at("ben/new.key"), ...files, "--yes"];
    expect(await must("trust", "rotate", "ana", "--new", at("ben/new.key.pub"), ...keys)).toContain('"new" signs in the place of "ana".');
    expect(await status()).toMatchObject({ mode: "operator-held", rootVersion: 3, minimumVersions: [{ version: "1.0.0" }] });
    await must("trust", "renew", "--key", at("ben/new.key"), ...passphrase);
    const thief = await rollcall("trust", "minimum", PRODUCT, "none", "--key", at("ana/ana.key"), ...passphrase);
    expect(thief).toMatchObject({ code: 7, err: expect.stringContaining("TRUST_SIGNATURE_REFUSED") });
    expect((await status()).minimumVersions).toHaveLength(1);
  });

  it("is refused before operators sign, and for keys that make no quorum", async () => {
    const { at, must, rollcall, passphrase } = await operators();
    await must("trust", "key", "create", at("ben/ben.key"), ...passphrase);
    expect(await rollcall("trust", "add-key", at("ben/ben.key.pub"))).toMatchObject({
      code: 5,
      err: expect.stringContaining("trust init"),
    });
    const world = await handedOver();
    const twice = await world.rollcall("trust", "add-key", world.at("ana/ana.key.pub"));
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining("a key stands twice") });
  });
});

describe("releases that operators sign", () => {
  it("are published in one step by who holds enough keys, and withdrawn the same way", async () => {
    const { at, must, rollcall, passphrase } = await handedOver("2");
    const keys = ["--key", at("ana/ana.key"), "--key", at("ben/ben.key"), ...passphrase];
    const spec = at("run.json");
    await writeFile(spec, JSON.stringify({ arguments: ["--port", "80"] }));
    const published = await rollcall(
      "publish",
      PRODUCT,
      `${await writeNew(at("web-1.0.0"))}@any`,
      "--run-spec",
      spec,
      "--channel",
      "stable",
      ...keys,
    );
    expect(published).toMatchObject({ code: 0, out: expect.stringContaining(`Published ${PRODUCT} 1.0.0: any.`) });
    expect(published.err).toContain("runs {artifact} --port 80");
    expect(published.err).not.toContain("WARNING");
    expect(await must("app", "withdraw", PRODUCT, "1.0.0", "--reason", "bad", ...keys)).toContain("is withdrawn");
    expect(await must("trust", "requests")).toMatch(/completed +- +[0-9a-f]{16} +Withdraw org\.example\.web 1\.0\.0\./);
    await must("trust", "export", "--out", at("export"));
    const names = await readdir(at("export"));
    const newest = names.filter((name) => name.endsWith(`.${PRODUCT}.json`)).at(-1) ?? "";
    expect(await readFile(join(at("export"), newest), "utf8")).not.toContain("1.0.0.json");
  });

  it("wait for the second operator, who signs from a key file elsewhere", async () => {
    const { at, must, rollcall, passphrase } = await handedOver("2");
    const file = `${await writeNew(at("web-1.0.0"))}@any`;
    const begun = await must("publish", PRODUCT, file, "--key", at("ana/ana.key"), ...passphrase, "--out", at("request.json"));
    expect(begun).toMatch(/1 more of "ben" \([0-9a-f]{16}\), for 3\.targets\.json, 1\.org\.example\.web\.json, sigstore/);
    expect(await must("app", "show", PRODUCT)).toMatch(/1\.0\.0 +waits for signatures \(1 of 2\)/);
    const sign = ["trust", "sign", at("request.json"), "--key", at("ben/ben.key"), ...passphrase, "--yes", "--out", at("signed.json")];
    const signed = await rollcall(...sign);
    expect(signed).toMatchObject({ code: 0, err: expect.stringContaining(`Adds ${PRODUCT} 1.0.0: manifest sha256`) });
    expect(signed.err).not.toContain("WARNING");
    await must("trust", "submit", at("signed.json"));
    await expect.poll(() => must("app", "show", PRODUCT)).toMatch(/1\.0\.0 +published/);
  });
});

describe("signatures on their way back", () => {
  it("are refused when they are none, or of a request that has moved on", async () => {
    const { at, must, json, rollcall, passphrase } = await handedOver();
    await writeFile(at("none.json"), "{}");
    expect(await rollcall("trust", "submit", at("none.json"))).toMatchObject({ code: 2 });
    const { request } = outcome.parse(await json("trust", "minimum", PRODUCT, "1.0.0", "--out", at("one.json")));
    await must("trust", "sign", at("one.json"), "--key", at("ben/ben.key"), ...passphrase, "--yes", "--out", at("signed.json"));
    await must("trust", "renew", "--key", at("ana/ana.key"), ...passphrase);
    const late = await rollcall("trust", "submit", at("signed.json"));
    expect(late).toMatchObject({ code: 7, err: expect.stringContaining("TRUST_SIGNATURE_REFUSED") });
    await must("trust", "request", request.id, "--out", at("two.json"));
    await must("trust", "export", "--out", at("export"));
    const again = ["trust", "sign", at("two.json"), "--key", at("ben/ben.key"), ...passphrase, "--yes", "--out", at("signed-2.json")];
    await must(...again, "--against", at("export"));
    expect(await must("trust", "submit", at("signed-2.json"))).toContain("Signed by enough operators.");
  });
});

async function writeNew(path: string): Promise<string> {
  await writeFile(path, "#!/bin/sh\n");
  return path;
}
