import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { auditEntry } from "#shared/domain/audit/audit.ts";
import { filledFixture } from "./cli-fixture.ts";

describe("rollcall audit", () => {
  it("exports the same entries as CSV, JSON and NDJSON, to a file and to standard output", async () => {
    const { rollcall, folder } = await filledFixture();
    const ndjson = (await rollcall("audit", "export", "--format", "ndjson")).out;
    const entries = ndjson
      .trimEnd()
      .split("\n")
      .map((line) => auditEntry.parse(JSON.parse(line)));
    expect(entries.map((one) => one.sequence)).toEqual(entries.map((_, at) => at + 1));
    expect(entries.map((one) => one.action)).toContain("release.published");
    expect(z.array(auditEntry).parse(JSON.parse((await rollcall("audit", "export", "--format", "json")).out))).toEqual(entries);
    const out = join(folder, "audit.csv");
    const written = await rollcall("audit", "export", "--format", "csv", "--out", out);
    expect(written).toMatchObject({ code: 0, out: "" });
    const csv = await readFile(out, "utf8");
    expect(csv).toBe((await rollcall("audit", "export")).out);
    expect(csv.trimEnd().split(/\r?\n/)).toHaveLength(entries.length + 1);
    expect((await rollcall("audit", "list", "--search", "release.published")).out.trimEnd().split("\n")).toHaveLength(1);
  });

  it("proves the record at the control plane and an export without one", async () => {
    const { rollcall, folder } = await filledFixture();
    const online = await rollcall("audit", "verify");
    expect(online).toMatchObject({ code: 0, out: expect.stringMatching(/^Intact: \d+ entries/) });
    const [file, checkpoints] = [join(folder, "audit.ndjson"), join(folder, "checkpoints.json")];
    expect(await rollcall("audit", "export", "--format", "ndjson", "--out", file, "--checkpoints", checkpoints)).toMatchObject({ code: 0 });
    const offline = ["audit", "verify", "--file", file, "--checkpoints", checkpoints];
    const beside = await rollcall(...offline);
    expect(beside).toMatchObject({ code: 0, out: expect.stringMatching(/^Intact: \d+ entries/) });
    expect(beside.out).toContain("the key that lies beside the checkpoints");
  });

  it("believes the key that somebody brings, and not the one that came with the files", async () => {
    const { rollcall, folder, client } = await filledFixture();
    const [file, checkpoints] = [join(folder, "audit.ndjson"), join(folder, "checkpoints.json")];
    const exported = await rollcall("audit", "export", "--format", "ndjson", "--out", file, "--checkpoints", checkpoints);
    const { publicKey } = await client.audit.checkpoints();
    expect(exported.err).toContain(publicKey);
    const verify = (...key: readonly string[]) => rollcall("audit", "verify", "--file", file, "--checkpoints", checkpoints, ...key);
    expect(await verify("--key", publicKey)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`the key that you gave: ${publicKey}`),
    });
    const other = publicKey.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(await verify("--key", other)).toMatchObject({ code: 7, out: expect.stringContaining("not signed") });
    expect(await verify("--key", "short")).toMatchObject({ code: 2 });
    expect(await rollcall("audit", "verify", "--key", publicKey)).toMatchObject({ code: 2 });
    expect(JSON.parse((await verify("--key", publicKey, "--json")).out)).toMatchObject({
      outcome: "intact",
      key: { publicKey, from: "option" },
    });
  });

  it("lists what happened by the names of people, applications and fleets", async () => {
    const { rollcall } = await filledFixture();
    const { out } = await rollcall("audit", "list");
    expect(out).toMatch(/ {2}Published Web 1\.0\.0\n/);
    expect(out).toMatch(/ {2}Made fleet lab with canary, everyone\n/);
    expect(out).toMatch(/ {2}Moved channel stable of Web to 1\.0\.0/);
    expect(out).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it("finds one changed byte, a missing line, a cut end and a checkpoint that nobody signed", async () => {
    const { rollcall, folder, client } = await filledFixture();
    const [file, checkpoints] = [join(folder, "audit.ndjson"), join(folder, "checkpoints.json")];
    await rollcall("audit", "export", "--format", "ndjson", "--out", file, "--checkpoints", checkpoints);
    const offline = () => rollcall("audit", "verify", "--file", file, "--checkpoints", checkpoints);
    const whole = await readFile(file, "utf8");
    const lines = whole.trimEnd().split("\n");
    const damages = [
      whole.replace('"actor":"user:', '"actor":"loser:'),
      lines.toSpliced(1, 1).join("\n"),
      lines.toSpliced(1, 1, "{ torn").join("\n"),
    ];
    for (const damaged of damages) {
      expect(damaged).not.toBe(whole);
      await writeFile(file, damaged);
      const { code, out, err } = await offline();
      expect({ code, said: /BROKEN at entry|AUDIT_BROKEN/.test(out + err) }).toEqual({ code: 7, said: true });
    }
    await writeFile(file, whole);
    const sealed = await client.audit.checkpoints();
    const forged = { ...sealed, publicKey: sealed.publicKey.replace(/^./, (first) => (first === "A" ? "B" : "A")) };
    await writeFile(checkpoints, JSON.stringify(forged));
    expect(sealed.checkpoints.length).toBeGreaterThan(0);
    expect(await offline()).toMatchObject({ code: 7, out: expect.stringContaining("not signed") });
    const last = sealed.checkpoints.at(-1);
    await writeFile(checkpoints, JSON.stringify(sealed));
    await writeFile(file, `${lines.slice(0, (last?.sequence ?? 1) - 1).join("\n")}\n`);
    expect(await offline()).toMatchObject({ code: 7, out: expect.stringContaining("checkpoint says") });
  });

  it("says so when the files to be proved cannot be read", async () => {
    const { rollcall, folder, file } = await filledFixture();
    const missing = await rollcall("audit", "verify", "--file", join(folder, "none.ndjson"), "--checkpoints", join(folder, "none.json"));
    expect({ code: missing.code, hasStack: /\n\s+at /.test(missing.err) }).toEqual({ code: 2, hasStack: false });
    const garbage = await rollcall("audit", "verify", "--file", await file("x.ndjson"), "--checkpoints", await file("x.json"));
    expect(garbage.code).toBe(2);
    expect(await rollcall("audit", "export", "--out", join(folder, "no/such/folder.csv"))).toMatchObject({ code: 2 });
  });
});
