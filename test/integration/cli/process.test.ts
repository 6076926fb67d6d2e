import { once } from "node:events";
import { access, readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rolloutRow } from "#shared/contract/rollouts.ts";
import { runCliProcess, startCli } from "#test/builders/cli-run.ts";
import { stallingRelay } from "./stalling-relay.ts";
import { cliFixture, filledFixture, PRODUCT, type CliFixture } from "./cli-fixture.ts";

/** The environment of a program that has been told nothing of a control plane. */
function untold({ environment }: CliFixture): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("XDG_")));
}

const around = (fixture: CliFixture) => ({ home: fixture.folder, environment: fixture.environment });

describe("logging in", () => {
  it("keeps a token for its owner alone, uses it at its origin alone, and keeps none that is refused", async () => {
    const fixture = await cliFixture();
    const environment = untold(fixture);
    const cli = (args: readonly string[], input = "") => runCliProcess(args, { home: fixture.folder, environment, input });
    const kept = join(fixture.folder, "config/rollcall/cli.json");

    expect(await cli(["whoami"])).toMatchObject({ code: 3 });
    expect(await cli(["login", "--url", fixture.url], "rct_not-a-token-of-ours-at-all-0123456789012")).toMatchObject({ code: 3 });
    await expect(access(kept)).rejects.toThrow("ENOENT");
    const login = await cli(["login", "--url", fixture.url], `${fixture.token}\n`);
    expect(login).toMatchObject({ code: 0, out: expect.stringContaining("administrator") });
    expect(login.out).not.toContain(fixture.token);
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect(await cli(["whoami"])).toMatchObject({ code: 0, out: expect.stringContaining(fixture.url) });
    const elsewhere = await cli(["whoami", "--url", "http://127.0.0.1:9"]);
    expect(elsewhere).toMatchObject({ code: 3, err: expect.stringContaining("There is no token for http://127.0.0.1:9") });
  });
});

describe("the program on its own", () => {
  it("answers 8 for a control plane that is not there, and 2 for a pin without a certificate", async () => {
    const fixture = await cliFixture();
    const environment = { ...fixture.environment, ROLLCALL_URL: "http://127.0.0.1:9" };
    const { code, out, err } = await runCliProcess(["app", "list"], { home: fixture.folder, environment });
    expect({ code, out }).toEqual({ code: 8, out: "" });
    expect(err).toContain("There is no control plane at http://127.0.0.1:9; nothing was done.");
    const pinned = { ...environment, ROLLCALL_PIN: "0".repeat(64) };
    expect(await runCliProcess(["app", "list"], { home: fixture.folder, environment: pinned })).toMatchObject({ code: 2 });
  });

  it("ends without a word when whoever reads its output goes away", async () => {
    const fixture = await filledFixture();
    const { child, ended } = startCli(["audit", "export", "--format", "ndjson"], around(fixture));
    child.stdout.destroy();
    expect(await ended.catch(() => once(child, "close").then(() => undefined))).toBeUndefined();
    expect(child.exitCode).toBe(0);
  });

  it("answers 130 to Ctrl-C while it watches, and leaves the rollout as it is", async () => {
    const fixture = await filledFixture();
    await fixture.rollcall("publish", PRODUCT, `${await fixture.file("web-1.1.0")}@any`);
    await fixture.agents("lab/canary", 1, { outcomeOf: () => "silent" });
    const { id } = rolloutRow.parse(await fixture.json("rollout", "start", "lab", `${PRODUCT}@1.1.0`));
    const { child, ended } = startCli(["rollout", "status", id, "--watch"], around(fixture));
    await once(child.stderr, "readable");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, out: "" });
    expect(await fixture.json("rollout", "status", id)).toMatchObject({ rollout: { state: "running" } });
  });

  it("goes on with an upload that it was killed in, on the next publish", async () => {
    const fixture = await cliFixture();
    await fixture.rollcall("app", "create", PRODUCT, "Web");
    const path = await fixture.file("big-1.0.0");
    await truncate(path, 30_000_000);
    const relay = await stallingRelay(fixture.url, 20_000_000);
    const told = { home: fixture.folder, environment: { ...fixture.environment, ROLLCALL_URL: relay.url } };
    const args = ["publish", PRODUCT, `${path}@any`];
    const { child, ended } = startCli(args, told);
    const journal = join(fixture.folder, "state/rollcall/uploads");
    const received = async (): Promise<number> => (await fixture.client.uploads.list())[0]?.receivedBytes ?? 0;
    await expect.poll(received, { timeout: 30_000 }).toBeGreaterThan(0);
    child.kill("SIGKILL");
    expect((await ended).code).toBeNull();
    const [begun] = await fixture.client.uploads.list();
    expect(begun).toMatchObject({ state: "receiving" });
    relay.open();
    expect(await readdir(journal)).toHaveLength(1);
    expect(await readFile(join(journal, (await readdir(journal))[0] ?? ""), "utf8")).not.toContain(fixture.token);

    const again = await runCliProcess(args, told);
    expect(again).toMatchObject({ code: 0, out: `Published ${PRODUCT} 1.0.0: any.\n` });
    expect(again.err).toMatch(/big-1\.0\.0: \[#/);
    expect(await fixture.client.uploads.get({ uploadId: begun?.id ?? "" })).toMatchObject({ state: "consumed" });
    expect(await readdir(journal)).toEqual([]);
  });
});
