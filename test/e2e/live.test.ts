import { describe, expect, it } from "vitest";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { visit } from "./world/browser.ts";
import { enrolByToken } from "./world/simulated-hosts.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

describe.skipIf(!HAS_BROWSER)("what happens elsewhere", () => {
  const { world, seeded, window } = useWorld();

  it("shows a host that enrols the moment it does", async () => {
    const { page } = await window();
    await visit(page, `/fleets/${seeded().fleet.id}?enrol=host`);
    await page.getByRole("button", { name: "Create the command" }).click();
    await page.getByText("Waiting for the host to appear…").waitFor();
    const command = await page.getByRole("dialog").locator("code").textContent();
    const text = /rcl1\.[A-Za-z0-9_-]+/.exec(command ?? "")?.[0] ?? "";
    expect(decodeEnrolmentToken(text).groupId).toBe(seeded().fleet.groups.find((group) => group.name === "canary")?.id);
    await enrolByToken(world(), text, "edge-fresh");
    await page.getByRole("dialog").getByRole("link", { name: "edge-fresh" }).waitFor();
    await page.getByText("Waiting for the host to appear…").waitFor({ state: "hidden" });
  });

  it("shows a rollout that was paused without a reload", async () => {
    const { page } = await window();
    await visit(page, "/");
    await world().client.rollouts.pause({ rolloutId: seeded().rollout.id, reason: "Lunch" });
    await expect.poll(() => page.locator("main").textContent()).toContain("Lunch");
  });

  it("keeps rows under the pointer where they are, and offers the new order", async () => {
    const { page } = await window();
    await visit(page, `/fleets/${seeded().fleet.id}?sort=group&q=edge-early`);
    const first = page.locator("[role=row][aria-rowindex='2']");
    await first.hover();
    const host = (await world().client.hosts.list({ fleetId: seeded().fleet.id, search: "edge-early-01" })).rows[0]!;
    const canary = seeded().fleet.groups.find((group) => group.name === "canary")!;
    expect(await first.textContent()).toContain("edge-early-01");
    const last = (await world().client.hosts.list({ fleetId: seeded().fleet.id, search: "edge-early-08" })).rows[0]!;
    await world().client.hosts.move({ hostId: last.id, groupId: canary.id });
    await page.getByRole("button", { name: /updates? to the order/ }).waitFor();
    expect(await first.textContent()).toContain(host.name);
    await page.getByRole("button", { name: /updates? to the order/ }).click();
    await expect.poll(() => first.textContent()).toContain("edge-early-08");
  });
});

describe.skipIf(!HAS_BROWSER)("a control plane that stops", () => {
  const { world, window } = useWorld(false);

  it("is said in the header, and nothing that was read is lost", async () => {
    const { page } = await window();
    await visit(page, "/fleets");
    await page.getByText("Live", { exact: true }).waitFor();
    await world().stop();
    await page.getByText(/^Reconnecting · last event/).waitFor();
    await page.getByText("No fleet yet").waitFor();
    await page.getByRole("button", { name: "Create a fleet" }).click();
    await page.getByLabel("Name").fill("late");
    await page.getByRole("button", { name: "Create the fleet" }).click();
    const error = page.getByRole("dialog").getByRole("alert");
    await error.waitFor();
    expect(await error.textContent()).toContain("REMOTE_UNREACHABLE");
  });
});

describe.skipIf(!HAS_BROWSER)("a browser without a session", () => {
  const { world, window } = useWorld(false);

  it("is told how to get in, and a link opens the console once", async () => {
    const { page, context } = await window();
    await context.clearCookies();
    await page.goto(world().target.url);
    await page.getByRole("heading", { name: "You are logged out" }).waitFor();
    const link = await world().loginUrl();
    await page.goto(link);
    await page.locator("nav[aria-label=Places]").waitFor();
    await context.clearCookies();
    await page.goto("about:blank");
    await page.goto(link);
    await expect.poll(() => page.locator("body").textContent()).toContain("rollcall login --link");
  });
});
