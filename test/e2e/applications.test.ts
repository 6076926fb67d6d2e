import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { visit } from "./world/browser.ts";
import { makeSmallFleet, type SmallFleet } from "./world/small-fleet.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

const dialog = (page: Page, name: string | RegExp) => page.getByRole("dialog", { name });

describe.skipIf(!HAS_BROWSER)("applications in the console", () => {
  const { world, window } = useWorld(false);
  let small: SmallFleet;
  beforeAll(async () => {
    if (HAS_BROWSER) small = await makeSmallFleet(world(), "shop");
  });

  const open = async (page: Page, version: string) => {
    await visit(page, `/applications/${small.application.id}`);
    await page.getByRole("row").filter({ hasText: version }).click();
    await dialog(page, `shop ${version}`).waitFor();
    return dialog(page, `shop ${version}`);
  };
  const stateOf = async (version: string) =>
    (await world().client.releases.list({ applicationId: small.application.id })).find((one) => one.version === version);

  it("are registered by two keys and a name that follows the product id", async () => {
    const { page } = await window();
    await visit(page, "/applications");
    await page.keyboard.press("c");
    await page.keyboard.press("a");
    const register = dialog(page, "Register an application");
    await register.getByLabel("Product id").fill("org.acme.web-front");
    expect(await register.getByLabel("Name").inputValue()).toBe("Web front");
    await register.getByRole("button", { name: "Register it" }).click();
    await page.getByRole("heading", { name: "Web front", level: 1 }).waitFor();
    await page.getByText("No release yet").waitFor();
  });

  it("move a channel after saying whom that reaches, and lead to the rollout that it starts", async () => {
    const { page } = await window();
    await visit(page, `/applications/${small.application.id}`);
    await page.getByRole("button", { name: "Move", exact: true }).click();
    const move = dialog(page, "Move a channel of shop");
    await move.getByRole("combobox", { name: "Release" }).click();
    await page.getByRole("option", { name: "1.1.0" }).click();
    await move.getByText("1 rollout starts at once, for 5 hosts").waitFor();
    await move.getByRole("button", { name: "Move stable to 1.1.0" }).click();
    await page.getByRole("heading", { name: "shop 1.1.0", level: 1 }).waitFor();
    const application = await world().client.applications.get({ applicationId: small.application.id });
    expect(application.channels).toMatchObject([{ name: "stable", version: "1.1.0" }]);
    await world().client.rollouts.abort({ rolloutId: new URL(page.url()).pathname.split("/").at(-1) ?? "" });
  });

  it("block a release at once with a reason, and unblock it with another", async () => {
    const { page } = await window();
    const drawer = await open(page, "1.2.0");
    await drawer.getByRole("button", { name: "Block", exact: true }).click();
    const block = dialog(page, "Block shop 1.2.0");
    expect(await block.getByRole("button", { name: "Block 1.2.0" }).isDisabled()).toBe(true);
    await block.getByLabel("Reason").fill("Leaks memory");
    await block.getByRole("button", { name: "Block 1.2.0" }).click();
    await drawer.getByText("Leaks memory").waitFor();
    expect((await stateOf("1.2.0"))?.blocked?.reason).toBe("Leaks memory");
    await drawer.getByRole("button", { name: "Unblock" }).click();
    await dialog(page, "Unblock shop 1.2.0").getByLabel("Reason").fill("It was the test");
    await dialog(page, "Unblock shop 1.2.0").getByRole("button", { name: "Unblock 1.2.0" }).click();
    await drawer.getByRole("button", { name: "Block", exact: true }).waitFor();
    expect((await stateOf("1.2.0"))?.blocked).toBeUndefined();
  });

  it("withdraw a release only by typing its version, and never at once", async () => {
    const { page } = await window();
    const drawer = await open(page, "2.0.0");
    await drawer.getByRole("button", { name: "Withdraw" }).click();
    const withdraw = dialog(page, "Withdraw shop 2.0.0");
    await withdraw.getByLabel("Reason").fill("Crashes on start");
    await withdraw.getByLabel("Type 2.0.0 to confirm").fill("2.0");
    const confirm = withdraw.getByRole("button", { name: "Withdraw it for good" });
    expect(await confirm.isDisabled()).toBe(true);
    await withdraw.getByLabel("Type 2.0.0 to confirm").fill("2.0.0");
    await confirm.click();
    await drawer.getByText("It is never offered again").waitFor();
    expect((await stateOf("2.0.0"))?.state).toBe("withdrawn");
  });

  it("publish a draft, and discard another", async () => {
    const draft = async (version: string) => {
      const { sha256 } = small.release("1.0.0").artifacts[0]!.digests;
      const upload = await world().client.uploads.adopt({ sha256, fileName: "shop" });
      const artifacts = [{ uploadId: upload!.id, platform: "any" }];
      await world().client.releases.create({ applicationId: small.application.id, version, runSpec: runSpec.parse({}), artifacts });
    };
    await draft("3.0.0");
    await draft("3.1.0");
    const { page } = await window();
    const kept = await open(page, "3.0.0");
    await kept.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog(page, "Publish shop 3.0.0").getByRole("button", { name: "Publish 3.0.0 to the local store" }).click();
    await kept.getByText("Published", { exact: true }).first().waitFor();
    const lost = await open(page, "3.1.0");
    await lost.getByRole("button", { name: "Discard the draft" }).click();
    await dialog(page, "Discard the draft of 3.1.0").getByRole("button", { name: "Discard the draft" }).click();
    await lost.waitFor({ state: "hidden" });
    expect([(await stateOf("3.0.0"))?.state, await stateOf("3.1.0")]).toEqual(["published", undefined]);
  });
});
