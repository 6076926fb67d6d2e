import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aFolderSigner } from "#test/builders/release-folder.ts";
import { TufRepository } from "#test/fakes/tuf-repository.ts";
import { versionAt } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { clientAt, serves, setUpStandalone, until } from "./standalone-agent.ts";

describe("an agent without a control plane", () => {
  it("follows a folder of signed releases, and takes a bad one back for good", async () => {
    const { agent, port, shelf, folder, signer, run } = await setUpStandalone();
    const good = { runSpec: QUICK_RUN, signers: [signer] };
    await folder.publish({ ...good, version: "1.0.0", bytes: serviceArtifact("1.0.0") });
    await run({ source: { kind: "file", path: shelf } });
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    expect(await client.state()).toMatchObject({ authority: "stand-alone" });

    await folder.publish({ ...good, version: "1.1.0", bytes: serviceArtifact("1.1.0") });
    await serves(port, "1.1.0");
    await until(async () => ((await client.history())[0]?.outcome === "healthy" ? true : undefined));
    await folder.publish({ ...good, version: "1.2.0", bytes: serviceArtifact("1.2.0", { crash: 3 }) });
    const bad = await until(async () => (await client.history()).find((one) => one.outcome === "reverted"));
    expect(bad).toMatchObject({ release: { version: "1.2.0" }, failure: { cause: "exit" } });
    await serves(port, "1.1.0");
    // Looked at again and again, and never tried again.
    await client.check();
    await client.check();
    expect((await client.history()).filter((one) => one.release.version === "1.2.0")).toHaveLength(1);
    expect((await client.state()).hold).toContain("took 1.2.0 back before");
    const status = await agent.print("status", "--state", agent.folder);
    expect(status).toContain(`source of org.example.web: ${shelf}`);
    expect(status).toContain("running stand-alone");
  });

  it("installs nothing that its keys have not signed, and says why", async () => {
    const { agent, port, shelf, folder, signer, run } = await setUpStandalone();
    const stranger = aFolderSigner();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer] });
    await run({ source: { kind: "file", path: shelf } });
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    const why = async (version: string): Promise<string> => {
      await expect(client.updateTo(version)).rejects.toMatchObject({ code: "TRUST_SIGNATURE_INVALID" });
      return until(async () => {
        const { checkError } = await client.versions();
        return checkError?.includes(version) === true ? checkError : undefined;
      });
    };
    await folder.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN, signers: [stranger] });
    expect(await why("1.1.0")).toContain("0 of the 1 signatures");
    // Signed, and changed afterwards.
    const forge = { forge: (manifest: object) => ({ ...manifest, publishedAt: 1 }) as never };
    await folder.publish({ version: "1.2.0", bytes: serviceArtifact("1.2.0"), runSpec: QUICK_RUN, signers: [signer], ...forge });
    expect(await why("1.2.0")).toContain("Version 1.2.0 has 0");
    // The signature of another version beside it.
    await folder.publish({ version: "1.3.0", bytes: serviceArtifact("1.3.0"), runSpec: QUICK_RUN, signers: [] });
    const bundle = await readFile(join(shelf, "1.0.0", `${signer.keyId}.sigstore.json`));
    await writeFile(join(shelf, "1.3.0", `${signer.keyId}.sigstore.json`), bundle);
    expect(await why("1.3.0")).toContain("0 of the 1 signatures");
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await agent.print("status", "--state", agent.folder)).toContain("signatures that this host asks for");
  });

  it("asks for as many signatures as it is told", async () => {
    const { port, shelf, folder, signer, run } = await setUpStandalone();
    const second = aFolderSigner();
    const trust = { keys: [signer.publicKey, second.publicKey], threshold: 2 };
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer, second] });
    await run({ source: { kind: "file", path: shelf }, trust });
    await serves(port, "1.0.0");
    await folder.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN, signers: [second] });
    const client = await clientAt(port);
    expect(await until(async () => (await client.versions()).checkError)).toContain("Version 1.1.0 has 1 of the 2 signatures");
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("takes the quorum of a pinned root, and a root that has ended for none", async () => {
    const { agent, port, root, shelf, folder, run } = await setUpStandalone();
    const repository = new TufRepository({ count: 3, threshold: 2 });
    const signers = repository.operatorKeys.map((one) => aFolderSigner(one));
    const pinned = join(root, "root.json");
    await writeFile(pinned, repository.rootBytes);
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: signers.slice(1) });
    await run({ source: { kind: "file", path: shelf }, trust: { root: pinned } });
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await folder.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN, signers: signers.slice(2) });
    expect(await until(async () => (await client.versions()).checkError)).toContain("has 1 of the 2 signatures");
    await writeFile(pinned, repository.rootBytes.toString("utf8").replace(/"expires":"[^"]+"/, '"expires":"2020-01-01T00:00:00Z"'));
    await until(async () => ((await agent.log()).includes("TRUST_METADATA_EXPIRED") ? true : undefined));
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("serves on without its source, over a kill, and knows what it was following", async () => {
    const { agent, port, shelf, folder, signer, run } = await setUpStandalone();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [signer] });
    await run({ source: { kind: "file", path: shelf } });
    await serves(port, "1.0.0");
    await until(async () => ((await (await clientAt(port)).state()).phase === "healthy" ? true : undefined));
    await agent.end("SIGKILL");
    await rm(shelf, { recursive: true });
    await run({ source: { kind: "file", path: shelf } });
    const client = await clientAt(port);
    expect(await until(async () => (await client.versions()).checkError)).toContain("has no index.json");
    expect(await client.state()).toMatchObject({ current: { version: "1.0.0" } });
  });

  it("lets the application choose, go back, and stay there", async () => {
    const { port, shelf, folder, signer, run } = await setUpStandalone();
    const good = { runSpec: QUICK_RUN, signers: [signer] };
    await folder.publish({ ...good, version: "1.0.0", bytes: serviceArtifact("1.0.0") });
    await run({ source: { kind: "file", path: shelf } });
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    await folder.publish({ ...good, version: "2.0.0", bytes: serviceArtifact("2.0.0") });
    expect(await until(async () => (await client.check(), await client.updateTo("2.0.0").catch(() => undefined)))).toMatchObject({
      outcome: "healthy",
    });
    expect(await client.rollback({ reason: "too new" })).toMatchObject({ outcome: "healthy", release: { version: "1.0.0" } });
    await client.check();
    await client.check();
    expect(await versionAt(port)).toBe("1.0.0");
    await expect(client.updateTo("2.0.0")).rejects.toMatchObject({ code: "POLICY_QUARANTINED" });
    await expect(client.updateTo("7.0.0")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("brings releases and leaves the switch to the next start where it is told to", async () => {
    const { agent, port, shelf, folder, signer, run } = await setUpStandalone();
    const good = { runSpec: QUICK_RUN, signers: [signer] };
    const quiet = { source: { kind: "file", path: shelf }, afterFetch: "wait" };
    await folder.publish({ ...good, version: "1.0.0", bytes: serviceArtifact("1.0.0") });
    await run(quiet);
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    await folder.publish({ ...good, version: "1.1.0", bytes: serviceArtifact("1.1.0") });
    await until(async () => ((await client.state()).phase === "staged" ? true : undefined));
    await client.check();
    expect(await client.state()).toMatchObject({ phase: "staged", current: { version: "1.0.0" } });
    await agent.end("SIGTERM");
    await run(quiet);
    await serves(port, "1.1.0");
    // The application may ask for it without a start.
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    await folder.publish({ ...good, version: "1.2.0", bytes: serviceArtifact("1.2.0") });
    await until(async () => ((await client.state()).phase === "staged" ? true : undefined));
    expect(await client.updateTo("1.2.0")).toMatchObject({ outcome: "healthy" });
  });

  it("ends when a release is here, where whoever watches over it is to start it again", async () => {
    const { agent, port, shelf, folder, signer, run } = await setUpStandalone();
    const good = { runSpec: QUICK_RUN, signers: [signer] };
    const ending = { source: { kind: "file", path: shelf }, afterFetch: "end" };
    await folder.publish({ ...good, version: "1.0.0", bytes: serviceArtifact("1.0.0") });
    await run(ending);
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    const lock = await client.notNow("a long job", 600_000);
    await folder.publish({ ...good, version: "1.1.0", bytes: serviceArtifact("1.1.0") });
    await until(async () => ((await client.state()).phase === "staged" ? true : undefined));
    await client.check();
    expect(await versionAt(port)).toBe("1.0.0");
    await client.allowUpdates(lock);
    expect(await agent.exited()).toBe(0);
    expect(await versionAt(port)).toBeUndefined();
    await run(ending);
    await serves(port, "1.1.0");
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
  });

  it("runs unsigned releases when it is told to, and never quietly", async () => {
    const { agent, port, shelf, folder, run } = await setUpStandalone();
    await folder.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN, signers: [] });
    await run({ source: { kind: "file", path: shelf }, trust: { unsigned: true } });
    await serves(port, "1.0.0");
    expect(await agent.log()).toContain("UNSIGNED: org.example.web is installed without any signature");
    const status = await until(async () => {
      const text = await agent.print("status", "--state", agent.folder);
      return text.includes("UNSIGNED") ? text : undefined;
    });
    expect(status).toContain("UNSIGNED: whoever can write to it runs programs on this host");
  });

  it("refuses a configuration that it does not understand, and a folder that belongs to a control plane", async () => {
    const { agent, shelf, run } = await setUpStandalone();
    await run({ source: { kind: "file", path: shelf }, surprise: 1 });
    expect(await agent.exited()).toBe(2);
    expect(agent.output).toContain("Nothing was started");
    await writeFile(agent.paths.identity, "{}");
    await run({ source: { kind: "file", path: shelf } });
    expect(await agent.exited()).toBe(5);
    expect(agent.output).toContain("belongs to a host of a control plane");
  });
});
