import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gate } from "#shared/domain/rollout/rollout.ts";
import { violationsOf } from "./world/audit-page.ts";
import { visit } from "./world/browser.ts";
import { BAD_VERSION, makeSmallFleet, NO_BAKE, startRollout, type SmallFleet } from "./world/small-fleet.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

const SLOW = gate.parse({ bakeMs: 600_000 });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
const state = (page: Page, word: string) => page.locator("main header").getByText(word, { exact: true }).waitFor();
const dialog = (page: Page) => page.getByRole("dialog");

describe.skipIf(!HAS_BROWSER)("a rollout in the console", () => {
  const { world, window } = useWorld(false);
  let small: SmallFleet;
  beforeAll(async () => {
    if (HAS_BROWSER) small = await makeSmallFleet(world(), "shop");
  });

  it("is planned with a dry run beside it, started, paused, resumed and taken back", async () => {
    const { page, complaints } = await window();
    await visit(page, `/rollouts?new=rollout&fleet=${small.fleet.id}&release=${small.release("1.1.0").id}`);
    await button(page, "Start: 2 waves, 5 hosts").waitFor();
    await button(page, "Change the gate of wave 1").click();
    await dialog(page).getByLabel("Bake time").fill("0");
    await dialog(page).getByText("all must succeed · no failure tolerated · no bake time").waitFor();
    await dialog(page).getByLabel("Reason").fill("OPS-1");
    await button(page, "Start: 2 waves, 5 hosts").click();
    await page.getByText(/^everyone is baking, .* left$/).waitFor();
    await page.getByText("Gate held: all 2 succeeded").waitFor();
    expect(await small.versions()).toEqual(["1.1.0"]);

    await button(page, "Pause").click();
    await page.getByText("Nothing is offered and no host switches until someone resumes it.").waitFor();
    await state(page, "Paused");
    await button(page, "Resume").click();
    await dialog(page).getByLabel("Reason").fill("Looks well");
    await button(page, "Resume rollout").click();
    await page.getByText(/^everyone is baking/).waitFor();

    await button(page, "Roll back").click();
    await dialog(page).getByText("The rollout that runs now ends.").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await button(page, "Roll back 5 hosts").click();
    await page.getByRole("heading", { name: "Back to shop 1.0.0" }).waitFor();
    await state(page, "Completed");
    expect(await small.versions()).toEqual(["1.0.0"]);
    expect(complaints).toEqual([]);
  });

  it("stops at a bad release, shows why, and goes on only with a reason", async () => {
    const id = await startRollout(world(), small, BAD_VERSION, NO_BAKE);
    const { page } = await window();
    await visit(page, `/rollouts/${id}`);
    await state(page, "Tripped");
    await page.getByText("3 hosts of later waves were not touched and wait for your decision.").waitFor();
    const choices = page.getByRole("list", { name: "What you can decide" });
    await choices.getByRole("button", { name: "Continue anyway" }).click();
    const confirm = dialog(page).getByRole("button", { name: "Continue rollout" });
    expect(await confirm.isDisabled()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    await dialog(page).getByLabel("Reason").fill("Known");
    expect(await confirm.isEnabled()).toBe(true);
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await choices.getByRole("button", { name: "Abort" }).click();
    await dialog(page).getByRole("button", { name: "Abort rollout" }).click();
    await state(page, "Aborted");
    expect(await button(page, "Pause").count()).toBe(0);
    expect(await small.versions()).toEqual(["1.0.0"]);
  });

  it("ends another one only when that is said, and leads from there to what took over", async () => {
    const held = await startRollout(world(), small, "1.1.0", SLOW);
    const { page } = await window();
    await visit(page, `/rollouts?new=rollout&fleet=${small.fleet.id}&release=${small.release("1.2.0").id}`);
    const start = button(page, /^Start: 2 waves, 5 hosts$/);
    await start.waitFor();
    expect(await start.isDisabled()).toBe(true);
    await dialog(page).getByLabel("End it where it stands").check();
    await start.click();
    await page.getByRole("heading", { name: "shop 1.2.0" }).waitFor();
    const successor = new URL(page.url()).pathname;
    await visit(page, `/rollouts/${held}`);
    await state(page, "Superseded");
    await page.getByRole("link", { name: "Go to the rollout that took over" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe(successor);
    await world().client.rollouts.abort({ rolloutId: successor.split("/").at(-1) ?? "" });
  });

  it("waits for a person where its gate asks for one", async () => {
    const id = await startRollout(world(), small, "1.2.0", gate.parse({ bakeMs: 0, approval: true }));
    const { page } = await window();
    await visit(page, `/rollouts/${id}`);
    await page.getByText("canary is done and waits for approval.").waitFor();
    await button(page, "Approve").click();
    await dialog(page).getByLabel("Reason").fill("Seen it");
    await dialog(page).getByRole("button", { name: "Approve" }).click();
    await state(page, "Completed");
    expect(await small.versions()).toEqual(["1.2.0"]);
  });

  it("pauses by its key, from wherever the focus is, and never asks", async () => {
    const id = await startRollout(world(), small, "1.2.0", SLOW);
    const { page } = await window();
    await visit(page, `/rollouts/${id}`);
    await state(page, "Running");
    await page.keyboard.press("Control+.");
    await state(page, "Paused");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await world().client.rollouts.abort({ rolloutId: id });
    await state(page, "Aborted");
  });

  it("is found in the list by state and words, which stand in the URL", async () => {
    const { page } = await window();
    await visit(page, "/rollouts");
    await page.getByRole("button", { name: /^Superseded/ }).click();
    await expect.poll(() => new URL(page.url()).search).toBe("?state=superseded");
    await page.getByRole("row").filter({ hasText: "Superseded" }).first().waitFor();
    await page.getByRole("textbox", { name: "Filter rollouts" }).fill("nothing like this");
    await page.getByText("No rollouts match this filter").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await expect.poll(() => new URL(page.url()).search).toBe("");
    await page.getByRole("row").filter({ hasText: "OPS-1" }).click();
    await page.getByRole("heading", { name: "shop 1.1.0" }).waitFor();
  });
});
