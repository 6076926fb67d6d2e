import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { runCliProcess, type Ended } from "#test/builders/cli-run.ts";
import { systemWorld, type SystemWorld } from "#test/builders/system-world.ts";

const WRONG_PIN = "0".repeat(64);

function cli(world: SystemWorld, args: readonly string[], input = ""): Promise<Ended> {
  return runCliProcess(args, { home: join(world.folder, "home"), input });
}

function expectRefusedCertificate(ended: Ended): void {
  expect({ code: ended.code, out: ended.out }).toEqual({ code: 7, out: "" });
  expect(ended.err).toContain("(TRUST_CERTIFICATE_REFUSED)");
}

describe("a control plane that others reach, with a certificate of its own", () => {
  it("is known by its pin to agents, to calls and to uploads, and nobody believes another certificate", async () => {
    const world = await systemWorld({ groups: { everyone: 1 }, serverArgs: ["--listen", "0.0.0.0"] });
    const { token } = world.server.running;
    const [url = ""] = (await world.client.system.status()).urls;
    expect(url).toMatch(/^https:/);
    const { certificatePin = "" } = decodeEnrolmentToken((await world.token("everyone")).text);
    expect(world.server.output).toContain(`Its certificate has the SHA-256 ${certificatePin}`);
    const misled = await world.prepareHost("misled", "everyone");
    misled.agent.run({ ...decodeEnrolmentToken((await world.token("everyone")).text), urls: [url], certificatePin: WRONG_PIN });
    expect(await misled.agent.exited()).toBe(7);
    expect(misled.agent.output).toContain("another certificate");

    await mkdir(join(world.folder, "home"));
    expectRefusedCertificate(await cli(world, ["login", "--url", url], token));
    expectRefusedCertificate(await cli(world, ["login", "--url", url, "--pin", WRONG_PIN], token));
    const written = certificatePin.toUpperCase().replaceAll(/(..)(?=.)/g, "$1:");
    expect(await cli(world, ["login", "--url", url, "--pin", written], token)).toMatchObject({ code: 0 });
    const kept: unknown = JSON.parse(await readFile(join(world.folder, "home/.config/rollcall/cli.json"), "utf8"));
    expect(kept).toEqual({ url, token, certificatePin });
    const published = await cli(world, ["publish", "org.example.web", `${await world.writeService("1.1.0")}@any`]);
    expect(published).toMatchObject({ code: 0, out: "Published org.example.web 1.1.0: any.\n" });
    expect(await cli(world, ["app", "list", "--data", world.server.dataFolder])).toMatchObject({ code: 0 });
  });
});
