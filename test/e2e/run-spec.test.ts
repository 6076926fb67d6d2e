import { describe, expect, it } from "vitest";
import { violationsInBothThemes } from "./world/audit-page.ts";
import { visit } from "./world/browser.ts";
import { dropFiles } from "./world/drop-files.ts";
import { useProgramFolder } from "./world/programs.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

describe.skipIf(!HAS_BROWSER)("what a host runs", () => {
  const { window } = useWorld(false);
  const folder = useProgramFolder();

  it("is edited in a form, and every field of it as JSON, with what is wrong at its line", async () => {
    const { page, complaints } = await window();
    await visit(page, "/publish");
    await dropFiles(page, [await folder().program("web-1.0.0-linux-amd64", "amd64", 1_000_000)]);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("combobox", { name: "Is it well?" }).click();
    await page.getByRole("option", { name: "Connect to a port" }).click();
    await page.getByRole("textbox", { name: "Port on the host itself" }).fill("9000");
    await page.getByRole("textbox", { name: "Runs as" }).fill("web");
    await page.getByRole("combobox", { name: "A crash loop after probation" }).click();
    await page.getByRole("option", { name: "Reverts" }).click();
    expect(await violationsInBothThemes(page)).toEqual([]);

    await page.getByRole("button", { name: "All fields as JSON" }).click();
    const json = page.getByRole("textbox", { name: "All fields as JSON" });
    expect(JSON.parse(await json.inputValue())).toMatchObject({
      user: "web",
      probe: { kind: "tcp", port: 9000 },
      restart: { policy: "always", afterProbation: "revert" },
    });
    await json.fill('{\n  "user": "web",\n  "log": { "files": 3 }\n}');
    await page.getByText("Line 3, log: There is no such field.").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await json.fill('{\n  "user": "web",\n  "logs": { "files": 3 }\n}');
    await json.fill('{\n  "user": "web",\n  "logs": { "files": 3 },\n  "sockets": [{ "name": "http", "kind": "tcp", "port": 8080 }]\n}');
    await page.getByText("Zero downtime cannot be promised.").waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.getByRole("button", { name: "As a form" }).click();
    expect(await page.getByRole("textbox", { name: "Runs as" }).inputValue()).toBe("web");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("No probe: only an exit counts as a failure.").waitFor();
    expect(complaints).toEqual([]);
  });
});
