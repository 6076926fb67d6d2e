import { describe, expect, it } from "vitest";
import { violationsInBothThemes } from "./world/audit-page.ts";
import { visit } from "./world/browser.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

describe.skipIf(!HAS_BROWSER)("the log of an application on a host", () => {
  const { seeded, window } = useWorld();

  it("is followed on the host's page for as long as somebody looks", async () => {
    const { page, complaints } = await window();
    await visit(page, `/hosts/${seeded().hostId}`);
    await page.getByRole("button", { name: /^Follow log/ }).click();
    await page.getByRole("menuitem", { name: "Gateway" }).click();
    const drawer = page.getByRole("dialog", { name: /^Log of / });
    await drawer.getByText("a line of its log").waitFor();
    await drawer.getByText("Over. Open it again to follow on.").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await drawer.getByRole("button", { name: "Close" }).click();
    await drawer.waitFor({ state: "hidden" });
    expect(complaints).toEqual([]);
  });
});
