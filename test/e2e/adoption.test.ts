import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uploadFile } from "#main/client/upload-file.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { startSlowRegistry, type SlowRegistry } from "#test/fakes/slow-registry.ts";
import { violationsInBothThemes } from "./world/audit-page.ts";
import { visit } from "./world/browser.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";
import type { World } from "./world/world.ts";

/** Large enough to be in the middle of by a thin line. */
const SIZE = 3_000_000;

/** Publishes 1.0.0 to a registry, and knows the same registry by a thin line as `far`. */
async function fill({ client, target }: World, registry: SlowRegistry): Promise<string> {
  const settings = { kind: "oci" as const, allowHttp: true, credentials: "anonymous" as const };
  const near = await client.stores.create({ name: "near", settings: { ...settings, registry: registry.url }, unchecked: true });
  await client.stores.create({ name: "far", settings: { ...settings, registry: registry.slowUrl }, unchecked: true });
  const { id: applicationId } = await client.applications.create({ productId: "org.acme.web", name: "Web" });
  const folder = await mkdtemp(join(tmpdir(), "rollcall-e2e-"));
  try {
    const path = join(folder, "web-1.0.0");
    await writeFile(path, "#!/bin/sh\n".padEnd(SIZE, "# a program\n"));
    const upload = await uploadFile({ client, target, signal: AbortSignal.timeout(60_000), onProgress: () => undefined }, path);
    const artifacts = [{ uploadId: upload.id, platform: "any" as const }];
    const draft = await client.releases.create({ applicationId, version: "1.0.0", runSpec: runSpec.parse({}), artifacts });
    const events = await client.system.events({});
    await client.releases.publish({ releaseId: draft.id, storeIds: [near.id] });
    while ((await client.releases.get({ releaseId: draft.id })).state !== "published") await events.next();
    await events.return(undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return applicationId;
}

describe.skipIf(!HAS_BROWSER)("a release that is brought in from far", () => {
  const { world, window } = useWorld(false);
  const held: { registry?: SlowRegistry; applicationId?: string } = {};
  beforeAll(async () => {
    if (!HAS_BROWSER) return;
    held.registry = await startSlowRegistry();
    held.applicationId = await fill(world(), held.registry);
  });
  afterAll(() => held.registry?.close());

  const page = () => `/applications/${held.applicationId}`;
  const card = (at: Page) => at.getByRole("region", { name: "Adoption of 1.0.0 from far" });
  const share = async (at: Page) => Number(await card(at).getByRole("progressbar").getAttribute("aria-valuenow"));

  it("shows how far it is after leaving and reloading the page, in another browser, and to its end", async () => {
    const first = (await window()).page;
    await visit(first, `${page()}?open=adopt`);
    await first.getByRole("combobox", { name: "Store" }).click();
    await first.getByRole("option", { name: "far" }).click();
    await first.getByRole("button", { name: /^1\.0\.0/ }).click();
    const dialog = first.getByRole("dialog", { name: "Web 1.0.0" });
    await dialog.getByRole("textbox", { name: "Version of the draft" }).fill("1.0.1");
    await dialog.getByRole("button", { name: "Adopt as a draft" }).click();
    await dialog.waitFor({ state: "detached" });
    await card(first).getByText("Bringing in", { exact: true }).waitFor();
    await expect.poll(() => share(first), { timeout: 60_000 }).toBeGreaterThan(0);
    await first.getByText("you may leave this page or close the window").waitFor();
    expect(await violationsInBothThemes(first)).toEqual([]);

    await visit(first, "/");
    const row = first.getByRole("listitem").filter({ has: first.getByText("from far", { exact: true }) });
    await row.getByText("Bringing in", { exact: true }).waitFor();
    await first.reload();
    await row.getByRole("link", { name: "Web 1.0.0" }).click();
    const before = await share(first);
    expect(before).toBeGreaterThan(0);
    await first.reload();
    expect(await share(first)).toBeGreaterThanOrEqual(before);

    const second = (await window()).page;
    await visit(second, page());
    expect(await share(second)).toBeGreaterThanOrEqual(before);
    await card(second).getByRole("button", { name: "Pause the adoption of 1.0.0 from far" }).click();
    await card(first).getByText("Paused", { exact: true }).waitFor();
    held.registry?.widen();
    await card(first).getByRole("button", { name: "Resume the adoption of 1.0.0 from far" }).click();
    await second.getByText("1.0.1", { exact: true }).first().waitFor();
    await card(second).waitFor({ state: "detached" });
  });

  it("says of each release why it could not be adopted, and tries again when asked", async () => {
    const { client } = world();
    const storeId = (await client.stores.list()).find((one) => one.name === "near")!.id;
    const { id: applicationId } = (await client.applications.list())[0]!;
    const file = (name: string) => ({ files: [{ name, platform: "any" as const }] });
    const releases = [
      { reference: "1.0.0", version: "1.0.2", ...file("web-1.0.0") },
      { reference: "1.0.0", version: "1.0.3", ...file("attic") },
    ];
    const { id } = await client.adoptions.create({ storeId, applicationId, releases });
    const at = (await window()).page;
    await visit(at, `${page()}?adoption=${id}`);
    const own = at.getByRole("region", { name: "Adoption of 1.0.0 and 1.0.0 from near" });
    await own.getByText("1 of 2 were not adopted. 1 is here as a draft and stays.").waitFor();
    await own.getByRole("alert").getByText("1.0.0 has no file attic; no draft was made.").waitFor();
    expect(await violationsInBothThemes(at)).toEqual([]);
    await own.getByRole("link", { name: "Open 1.0.2" }).waitFor();
    await own.getByRole("button", { name: /^Try again/ }).click();
    await own.getByRole("alert").waitFor();
    await own.getByRole("button", { name: /^Cancel/ }).click();
    await own.getByText("Cancelled", { exact: true }).waitFor();
    await own.getByRole("button", { name: "Hide" }).click();
    await own.waitFor({ state: "detached" });
  });
});
