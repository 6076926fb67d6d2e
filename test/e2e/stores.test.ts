import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { violationsInBothThemes } from "./world/audit-page.ts";
import { visit } from "./world/browser.ts";
import { dropFiles } from "./world/drop-files.ts";
import { useProgramFolder } from "./world/programs.ts";
import { publishApplication } from "./world/releases.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

/** Nothing listens there: a store that is down. */
const NOWHERE = {
  kind: "oci" as const,
  registry: "http://127.0.0.1:9",
  allowHttp: true,
  repositoryPrefix: "",
  credentials: "anonymous" as const,
};

describe.skipIf(!HAS_BROWSER)("stores", () => {
  const { world, window } = useWorld(false);
  const folder = useProgramFolder();
  beforeAll(async () => {
    if (HAS_BROWSER) await publishApplication(world(), "org.acme.web", "Web", [{ version: "1.0.0", notes: "" }]);
  });

  const applicationId = async () => (await world().client.applications.list())[0]!.id;

  it("are added after a look at them, and refused with the reason when they cannot be used", async () => {
    const { page } = await window();
    await visit(page, "/settings/stores");
    await page.getByText("Only the embedded store so far").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole("button", { name: "Add a store" }).click();
    await page.getByRole("menuitem", { name: /^Folder/ }).click();
    const dialog = page.getByRole("dialog", { name: "Add a folder" });
    await dialog.getByRole("button", { name: "Check and add" }).click();
    await dialog.getByText("A folder on the control plane’s machine.").waitFor();
    await dialog.getByRole("textbox", { name: "Name" }).fill("shelf");
    await dialog.getByRole("textbox", { name: "Folder" }).fill(join(folder().path, "shelf"));
    await dialog.getByRole("button", { name: "Check and add" }).click();
    await dialog.getByRole("button", { name: "Add it unchecked" }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mkdir(join(folder().path, "shelf"));
    await dialog.getByRole("button", { name: "Check and add" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("listitem").filter({ hasText: "shelf" }).getByText("Usable").waitFor();
    await page.getByRole("button", { name: "Check shelf" }).click();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it("get a release that is published to them, and the embedded store does not", async () => {
    const { page } = await window();
    await visit(page, `/publish?application=${await applicationId()}`);
    await dropFiles(page, [await folder().program("web-2.0.0-linux-amd64", "amd64", 4_000_000)]);
    await page.getByRole("checkbox", { name: /^shelf/ }).check();
    await page.getByRole("checkbox", { name: /^local/ }).uncheck();
    await page.getByRole("button", { name: "Publish 2.0.0 to shelf" }).click();
    await page.getByRole("heading", { name: "Web 2.0.0 is published" }).waitFor();
    await page.getByRole("link", { name: "Look at the release" }).click();
    await page.getByRole("region", { name: "Publication to shelf" }).getByText("Published", { exact: true }).waitFor();
    expect(await readdir(join(folder().path, "shelf"), { recursive: true })).toEqual(
      expect.arrayContaining([expect.stringContaining("web-2.0.0-linux-amd64")]),
    );
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it("that are down are tried again by themselves, and a person can pause, resume and give up", async () => {
    await world().client.stores.create({ name: "far", settings: { ...NOWHERE, hostAccess: "proxy" }, unchecked: true });
    const { page } = await window();
    await visit(page, `/publish?application=${await applicationId()}`);
    await dropFiles(page, [await folder().program("web-3.0.0-linux-amd64", "amd64", 4_000_000)]);
    await page.getByRole("checkbox", { name: /^far/ }).check();
    // They are made at the lowest priority: on a busy machine that takes as long as it takes.
    await page.getByRole("checkbox", { name: "Make deltas before it is signed" }).uncheck();
    await page.getByRole("button", { name: "Publish 3.0.0 to 2 stores" }).click();
    const far = page.getByRole("region", { name: "Publication to far" });
    await far.getByText("Tries again by itself in").waitFor();
    await page.getByText("you may leave this page or close the window").waitFor();
    await page.getByRole("region", { name: "Publication to shelf" }).getByText("Waiting").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await far.getByRole("button", { name: /^Pause/ }).click();
    await far.getByText("Paused", { exact: true }).waitFor();
    await visit(page, "/");
    const row = page.getByRole("listitem").filter({ has: page.getByText("to far", { exact: true }) });
    await row.getByText("Paused", { exact: true }).waitFor();
    await row.getByRole("link", { name: "Web 3.0.0" }).click();
    await far.getByRole("button", { name: /^Resume/ }).click();
    await far.getByText("Tries again by itself in").waitFor();
    await far.getByRole("button", { name: /^Cancel/ }).click();
    await far.waitFor({ state: "detached" });
    await page.getByRole("region", { name: "Publication to shelf" }).getByText("Published", { exact: true }).waitFor();
  });

  it("give back what lies in them: a release is brought in as a draft", async () => {
    const { page } = await window();
    await visit(page, `/applications/${await applicationId()}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Bring in a release from a store" }).click();
    await page.getByRole("combobox", { name: "Store" }).click();
    await page.getByRole("option", { name: "shelf" }).click();
    const found = page.getByRole("list", { name: "Releases in this store" });
    await found.getByRole("button").first().waitFor();
    expect(await found.getByRole("button").allInnerTexts()).toMatchObject([
      expect.stringMatching(/^3\.0\.0/),
      expect.stringMatching(/^2\.0\.0/),
    ]);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await found.getByRole("button", { name: /^2\.0\.0/ }).click();
    const dialog = page.getByRole("dialog", { name: "Web 2.0.0" });
    await dialog.getByRole("textbox", { name: "Version of the draft" }).fill("2.0.1");
    expect(await violationsInBothThemes(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Adopt as a draft" }).click();
    const adoption = page.getByRole("region", { name: "Adoption of 2.0.0 from shelf" });
    await adoption.getByText("Adopted", { exact: true }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await adoption.getByRole("link", { name: "Open 2.0.1" }).click();
    await page.getByRole("dialog", { name: "Web 2.0.1" }).getByText("Draft", { exact: true }).waitFor();
  });

  it("are removed only by typing their name, and not while releases lie in them", async () => {
    const { page } = await window();
    await visit(page, "/settings/stores");
    await page.getByRole("button", { name: "More for shelf" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove shelf" });
    await dialog.getByRole("textbox").fill("shelf");
    await dialog.getByRole("button", { name: "Remove the store" }).click();
    await dialog.getByText("CONFLICT_IN_USE").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });
});
