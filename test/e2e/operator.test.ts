import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { visit } from "./world/browser.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

const heading = (page: Page) => page.locator("main h1");

describe.skipIf(!HAS_BROWSER)("an operator in the console", () => {
  const { world, seeded, window } = useWorld();

  it("creates a fleet and lands on its page", async () => {
    const { page } = await window();
    await visit(page, "/fleets?new=fleet");
    await page.getByLabel("Name").fill("kiosks");
    await page.getByRole("button", { name: "Create the fleet" }).click();
    await heading(page).filter({ hasText: "kiosks" }).waitFor();
    const fleets = await world().client.fleets.list();
    expect(fleets.find((fleet) => fleet.name === "kiosks")?.groups.map((group) => group.name)).toEqual(["canary", "early", "everyone"]);
  });

  it("is told in place, with the code, when the name is taken", async () => {
    const { page } = await window();
    await visit(page, "/fleets?new=fleet");
    await page.getByLabel("Name").fill("edge-eu");
    await page.getByRole("button", { name: "Create the fleet" }).click();
    const error = page.getByRole("dialog").getByRole("alert");
    await error.waitFor();
    expect(await error.textContent()).toContain("CONFLICT_EXISTS");
    expect(await error.textContent()).toContain("The fleet was not created.");
  });

  it("pauses a subscription with one click, and resumes it with a reason", async () => {
    const { page } = await window();
    await visit(page, `/fleets/${seeded().fleet.id}`);
    await page.getByRole("button", { name: "Actions for Gateway in early" }).click();
    await page.getByRole("menuitem", { name: "Pause: stop offering" }).click();
    await page.getByText("Paused: nothing is offered").waitFor();
    await page.getByRole("button", { name: "Actions for Gateway in early" }).click();
    await page.getByRole("menuitem", { name: "Resume" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Checked with Ana");
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await page.getByText("Paused: nothing is offered").waitFor({ state: "hidden" });
    const { rows } = await world().client.audit.list({ action: "subscription.resumed" });
    expect(rows[0]?.reason).toBe("Checked with Ana");
  });

  it("saves a policy", async () => {
    const { page } = await window();
    await visit(page, `/fleets/${seeded().fleet.id}?subscription=${seeded().subscriptionId}`);
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("At the same time").fill("7");
    await drawer.getByRole("button", { name: "Save the policy" }).click();
    await drawer.waitFor({ state: "hidden" });
    const fleet = await world().client.fleets.get({ fleetId: seeded().fleet.id });
    const saved = fleet.groups.flatMap((group) => group.subscriptions).find((one) => one.id === seeded().subscriptionId);
    expect(saved?.policy.concurrency).toBe(7);
  });

  it("revokes a host only by typing its name, and never at once", async () => {
    const { page } = await window();
    await visit(page, `/hosts/${seeded().hostId}`);
    const name = (await heading(page).textContent()) ?? "";
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Revoke the host" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("Sold");
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name.slice(0, -1));
    const confirm = dialog.getByRole("button", { name: "Revoke the host" });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await confirm.click();
    await page.getByText("This host is revoked.").waitFor();
  });

  it("exports the audit as CSV and JSON, and verifies it", async () => {
    const { page } = await window();
    await visit(page, "/audit");
    for (const format of ["CSV", "JSON"] as const) {
      await page.getByRole("button", { name: "Export" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: new RegExp(`^${format},`) }).click();
      const text = await readFile(await (await download).path(), "utf8");
      expect(text).toContain("fleet.created");
      expect(format === "CSV" ? text.split("\n")[0] : typeof JSON.parse(text)).toMatch(/sequence|object/);
    }
    await page.getByRole("button", { name: "Verify the chain" }).click();
    await page.getByText("Intact.").waitFor();
  });

  it("makes an API token whose secret is shown once and works", async () => {
    const { page } = await window();
    await visit(page, "/settings/access?new=token");
    await page.getByRole("dialog").getByLabel("Label").fill("ci");
    await page.getByRole("button", { name: "Create the token" }).click();
    const secret = await page.getByRole("dialog", { name: "The token ci" }).locator("code").textContent();
    const answer = await fetch(new URL("/api/v1/whoami", world().target.url), { headers: { authorization: `Bearer ${secret}` } });
    expect(await answer.json()).toMatchObject({ name: "token:ci", role: "publisher" });
    await page.getByRole("button", { name: "I have stored it" }).click();
    expect(await page.content()).not.toContain(secret ?? "nothing");
  });

  it("saves settings, and keeps a draft that somebody else overtook until it is decided about", async () => {
    const { page } = await window();
    await visit(page, "/settings");
    const name = page.getByLabel("Name");
    const save = page.getByRole("button", { name: "Save the settings" });
    await name.fill("Acme production");
    await save.click();
    await page.getByText("Settings saved").waitFor();
    await name.fill("Acme mine");
    const { revision } = await world().client.settings.get();
    await world().client.settings.update({ revision, name: "Acme theirs" });
    await page.getByText("These settings changed meanwhile.").waitFor();
    expect(await name.inputValue()).toBe("Acme mine");
    expect(await save.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Keep mine" }).click();
    await save.click();
    await expect.poll(async () => (await world().client.settings.get()).name).toBe("Acme mine");
  });
});
