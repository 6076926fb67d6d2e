import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsInBothThemes } from "./world/audit-page.ts";
import { visit } from "./world/browser.ts";
import { dropFiles } from "./world/drop-files.ts";
import { openOperators, type Operators } from "./world/operator-keys.ts";
import { publishApplication } from "./world/releases.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

/** Downloads the request that is open and answers the path of the file. */
async function download(page: Page): Promise<string> {
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the request" }).click();
  const file = await downloading;
  const path = join(tmpdir(), `${crypto.randomUUID()}.json`);
  await file.saveAs(path);
  return path;
}

describe.skipIf(!HAS_BROWSER)("trust", () => {
  const { world, window } = useWorld(false);
  let operators: Operators;
  beforeAll(async () => {
    operators = await openOperators();
    if (HAS_BROWSER) await publishApplication(world(), "org.acme.web", "Web", [{ version: "1.0.0", notes: "" }]);
  });
  afterAll(() => operators.remove());

  it("says plainly what server-held keys do not protect against, and signs a rule at once", async () => {
    const { page } = await window();
    await visit(page, "/settings/trust");
    await page.getByText("A stolen or taken-over control plane: there is no protection at all.").waitFor();
    await page.getByRole("button", { name: "Minimum version" }).click();
    const dialog = page.getByRole("dialog", { name: "Minimum version of Web" });
    await dialog.getByRole("combobox", { name: "Not below" }).click();
    await page.getByRole("option", { name: "1.0.0" }).click();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Sign the rule" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("not below").waitFor();
    expect((await world().client.trust.status()).minimumVersions).toMatchObject([{ version: "1.0.0" }]);
  });

  it("exchanges the control plane's own keys at once while it holds all of them, and says what that is worth", async () => {
    const { page } = await window();
    const keyOf = async (role: string) => (await world().client.trust.status()).roles.find((one) => one.role === role)?.keyIds;
    const before = await keyOf("timestamp");
    await visit(page, "/settings/trust");
    await page.getByRole("button", { name: "Replace online keys" }).click();
    const dialog = page.getByRole("dialog", { name: "Replace the control plane’s own keys" });
    await dialog.getByText("That is no defence here").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Replace the keys" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await keyOf("timestamp")).not.toEqual(before);
    await page.getByText("Replace the control plane's own keys").first().waitFor();
  });

  it("is handed over to operators: keys are collected, the request compared, signed elsewhere, and brought back", async () => {
    const { page } = await window();
    await visit(page, "/settings/trust");
    await page.getByRole("button", { name: "Hand signing over to operators" }).click();
    await page.locator("[data-public-keys-input]").setInputFiles([...operators.publicFiles]);
    const people = page.getByRole("list", { name: "Keys of those who will sign" });
    await people.getByText("recovery, offline").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole("button", { name: "Draft the hand-over" }).click();
    const drawer = page.getByRole("dialog", { name: /^Hand signing over to operators/ });
    const [request] = await world().client.trust.listRequests();
    await drawer.getByRole("img", { name: request!.fingerprint.match(/.{8}/g)!.join(" ") }).waitFor();
    await drawer.getByRole("listitem").filter({ hasText: "boris" }).first().waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    const file = await download(page);
    await page.locator("[data-signatures-input]").setInputFiles(await operators.sign(file, "ana"));
    await drawer.getByText("waits for 1 more signature").waitFor();
    await dropFiles(page, [await operators.sign(file, "boris")]);
    await drawer.getByText("signed and in force").waitFor();
    expect((await world().client.trust.status()).mode).toBe("operator-held");
    await drawer.getByRole("button", { name: "Close" }).click();
    await page.getByText("any 2 of 2 operator keys").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it("makes a release wait for its signatures, and publishes it with the last one", async () => {
    const { page } = await window();
    const { client } = world();
    const [application] = await client.applications.list();
    await visit(page, "/publish");
    const path = join(tmpdir(), `web-2.0.0-${crypto.randomUUID().slice(0, 4)}.sh`);
    await writeFile(path, "#!/bin/sh\nexit 0\n");
    await dropFiles(page, [path]);
    await page.getByRole("textbox", { name: "Version" }).fill("2.0.0");
    await page.getByRole("button", { name: /^Publish 2\.0\.0/ }).click();
    await page.getByRole("link", { name: "Open what must be signed" }).click();
    const drawer = page.getByRole("dialog", { name: /^Publish org\.acme\.web 2\.0\.0/ });
    const file = await download(page);
    await page.locator("[data-signatures-input]").setInputFiles(await operators.sign(file, "ana"));
    await drawer.getByText("waits for 1 more signature").waitFor();
    const [release] = (await client.releases.list({ applicationId: application!.id })).filter((one) => one.version === "2.0.0");
    await visit(page, `/applications/${application!.id}?release=${release!.id}`);
    await page.getByText("Waits for 1 more signature.").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole("link", { name: "Open the request" }).click();
    await page.locator("[data-signatures-input]").setInputFiles(await operators.sign(file, "boris"));
    await drawer.getByText("signed and in force").waitFor();
    await expect.poll(async () => (await client.releases.get({ releaseId: release!.id })).state).toBe("published");
  });

  it("refuses signatures of another request, with the reason, and keeps none of them", async () => {
    const { page } = await window();
    const { client } = world();
    await visit(page, "/settings/trust");
    await page.getByRole("button", { name: "Renew everything" }).click();
    await page.getByRole("button", { name: /^Sign: / }).click();
    const first = await download(page);
    const signatures = await operators.sign(first, "ana");
    await page.getByRole("button", { name: "Give the request up" }).click();
    await page.getByText("given up").first().waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Renew everything" }).click();
    await page.getByRole("button", { name: /^Sign: / }).click();
    await page.locator("[data-signatures-input]").setInputFiles(signatures);
    await page.getByText("These signatures are of another request").waitFor();
    const open = (await client.trust.listRequests()).find((one) => one.state === "open");
    expect(open?.documents.flatMap((one) => one.signedBy)).toEqual([]);
  });

  it("drafts the exchange of the control plane's own keys for those who sign", async () => {
    const { page } = await window();
    await visit(page, "/settings/trust?open=online-keys");
    const dialog = page.getByRole("dialog", { name: "Replace the control plane’s own keys" });
    await dialog.getByText("which operators sign").waitFor();
    await dialog.getByRole("button", { name: "Draft the replacement" }).click();
    await page.getByRole("button", { name: "Download the request" }).waitFor();
    const open = (await world().client.trust.listRequests()).filter((one) => one.state === "open");
    expect(open.map((one) => one.intent.kind)).toContain("online-keys");
  });
});
