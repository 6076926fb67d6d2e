import { mkdir, readFile, rename } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { visit } from "./world/browser.ts";
import { violationsInBothThemes, violationsOf } from "./world/audit-page.ts";
import { dragFiles, dropFiles } from "./world/drop-files.ts";
import { useProgramFolder } from "./world/programs.ts";
import { publishApplication } from "./world/releases.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

const MB = 1_000_000;
const row = (page: Page, name: string) => page.getByRole("listitem").filter({ hasText: name }).first();
const ready = (page: Page, name: string) =>
  row(page, name)
    .getByText(/^Ready/)
    .waitFor();
const publishButton = (page: Page) => page.getByRole("button", { name: /^Publish .* to the local store$/ });

/** Lets files out of the page no faster than this, so that there is something to see and to interrupt. */
async function throttle(page: Page, bytesPerSecond: number): Promise<void> {
  const debugging = await page.context().newCDPSession(page);
  const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
  await debugging.send("Network.enable");
  await debugging.send("Network.emulateNetworkConditions", limits);
}

describe.skipIf(!HAS_BROWSER)("publishing from dropped files", () => {
  const { world, window } = useWorld(false);
  const folder = useProgramFolder();
  beforeAll(async () => {
    if (HAS_BROWSER) await publishApplication(world(), "org.acme.web", "Web", [{ version: "1.0.0", notes: "" }]);
  });

  const releaseOf = async (version: string) => {
    const [application] = await world().client.applications.list();
    return (await world().client.releases.list({ applicationId: application!.id })).find((one) => one.version === version);
  };

  it("takes a file that is dropped on any screen, guesses what it is, signs it and offers the rollout", async () => {
    const { page, complaints } = await window();
    const path = await folder().program("web-1.4.2-linux-amd64", "amd64", 3 * MB);
    await visit(page, "/fleets");
    const drag = await dragFiles(page, [path]);
    await page.getByText("Drop to publish").waitFor();
    await drag.release();
    await ready(page, "web-1.4.2-linux-amd64");
    expect(new URL(page.url()).pathname).toBe("/publish");
    expect(await page.getByRole("textbox", { name: "Version" }).inputValue()).toBe("1.4.2");
    await page.getByText("from the file header").waitFor();
    await page.getByRole("textbox", { name: "Notes" }).fill("Faster.");
    await publishButton(page).click();
    await page.getByRole("heading", { name: "Web 1.4.2 is published" }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const sha256 = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    expect(await releaseOf("1.4.2")).toMatchObject({
      state: "published",
      notes: "Faster.",
      artifacts: [{ platform: "linux/amd64", digests: { sha256 } }],
    });
    await page.getByRole("link", { name: "Start a rollout" }).click();
    await page.getByRole("dialog", { name: "Start a rollout" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("sends nothing when the bytes are stored already", async () => {
    const { page } = await window();
    const sent: string[] = [];
    page.on("request", (request) => new URL(request.url()).pathname.startsWith("/uploads") && sent.push(request.method()));
    const path = await folder().program("tool", "arm64", MB);
    await visit(page, "/publish");
    await dropFiles(page, [path]);
    await ready(page, "tool");
    expect(sent).toContain("PATCH");
    sent.length = 0;
    await rename(path, join(folder().path, "tool-renamed"));
    await dropFiles(page, [join(folder().path, "tool-renamed")]);
    await row(page, "tool-renamed").getByText("Ready: these bytes were stored already").waitFor();
    expect(sent).toEqual([]);
  });

  it("pauses, goes on and finishes while another screen is shown, and asks before the page is left meanwhile", async () => {
    const { page } = await window();
    const path = await folder().program("web-2.0.0-linux-amd64", "amd64", 12 * MB);
    await visit(page, "/publish");
    await throttle(page, 4 * MB);
    await dropFiles(page, [path]);
    await page.getByRole("button", { name: "Pause web-2.0.0-linux-amd64" }).click();
    await page.getByText(/^Paused at/).waitFor();
    await page.getByRole("button", { name: "Resume web-2.0.0-linux-amd64" }).click();
    await page.getByText(/^Uploading/).waitFor();
    const asked = page.waitForEvent("dialog");
    await page.evaluate(() => void setTimeout(() => location.reload(), 0));
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await page.getByRole("link", { name: "Fleets" }).click();
    await throttle(page, -1);
    await page.getByRole("link", { name: "Publish" }).click();
    await ready(page, "web-2.0.0-linux-amd64");
  });

  it("goes on where a closed page broke off when the same file is dropped again", async () => {
    const { page, context } = await window();
    const path = await folder().program("web-3.0.0-linux-amd64", "amd64", 60 * MB);
    await visit(page, "/publish");
    await throttle(page, 3 * MB);
    await dropFiles(page, [path]);
    await page.getByText(/^Uploading/).waitFor();
    const received = async () =>
      (await world().client.uploads.list()).find((one) => one.fileName === "web-3.0.0-linux-amd64")?.receivedBytes ?? 0;
    await expect.poll(received, { timeout: 20_000 }).toBeGreaterThan(2 * MB);
    await page.close({ runBeforeUnload: false });
    const again = await context.newPage();
    const asked: string[] = [];
    again.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await again.goto(new URL("/publish", world().target.url).href);
    await again.getByText("Drop files anywhere on this window").waitFor();
    await dropFiles(again, [path]);
    await ready(again, "web-3.0.0-linux-amd64");
    expect(asked.some((request) => request.startsWith("HEAD /uploads/"))).toBe(true);
    expect(asked).not.toContain("POST /uploads");
  });

  it("takes a dropped folder with two platforms, says what it left out, and names bytes that a release has already", async () => {
    const { page } = await window();
    const bundle = join(folder().path, "bundle");
    for (const name of ["linux-amd64", "linux-arm64"]) await mkdir(join(bundle, name), { recursive: true });
    await folder().program(join("bundle", "linux-amd64", "deep"), "amd64", 5000);
    const arm = await folder().program(join("bundle", "linux-arm64", "deep"), "arm64", 5000);
    await folder().file(join("bundle", ".DS_Store"), "junk");
    await visit(page, "/publish?application=" + (await world().client.applications.list())[0]!.id);
    await dropFiles(page, [bundle]);
    await page.getByText("in bundle/linux-amd64").waitFor();
    await page.getByText("1 was left out because it is hidden: .DS_Store.").waitFor();
    await page.getByRole("status").filter({ hasText: "2 ready" }).waitFor();
    await page.getByRole("textbox", { name: "Version" }).fill("5.0.0");
    await publishButton(page).click();
    await page.getByRole("heading", { name: "Web 5.0.0 is published" }).waitFor();
    expect((await releaseOf("5.0.0"))?.artifacts.map((one) => one.platform).toSorted()).toEqual(["linux/amd64", "linux/arm64"]);
    await page.getByRole("button", { name: "Publish another" }).click();
    await dropFiles(page, [arm]);
    await page.getByText("the same bytes as Web 5.0.0 linux/arm64").waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it("compares what is about to be published with what hosts have, from one key", async () => {
    const { page } = await window();
    const [application] = await world().client.applications.list();
    await visit(page, `/publish?application=${application!.id}`);
    await dropFiles(page, [await folder().program("web-6.0.0-linux-amd64", "amd64", 2 * MB)]);
    await ready(page, "web-6.0.0-linux-amd64");
    const panel = page.getByRole("region", { name: /^Compare/ });
    await panel.getByText("run spec unchanged").waitFor();
    await page.getByRole("heading", { name: "Publish a release" }).click();
    await page.keyboard.press("=");
    await panel.getByRole("rowheader", { name: "Size" }).first().waitFor();
    expect(new URL(page.url()).searchParams.get("compare")).toBe("newest");
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it("shows two files for one platform, and lets a person choose with one click", async () => {
    const { page } = await window();
    await visit(page, "/publish");
    await dropFiles(page, [await folder().program("first", "amd64", 6000), await folder().program("second", "amd64", 7000)]);
    await row(page, "second").getByText("Another file is for linux/amd64 as well.").waitFor();
    await row(page, "second").getByRole("button", { name: "Use this one" }).click();
    await page.getByRole("status").filter({ hasText: "1 file," }).waitFor();
    expect(await row(page, "second").count()).toBe(1);
  });

  it("says beside each thing what is wrong with it, and beside the button what is missing", async () => {
    const { page } = await window();
    await visit(page, "/publish");
    await dropFiles(page, [
      await folder().file("empty.bin", ""),
      await folder().file("web-1.4.2.tar.gz", Buffer.from([0x1f, 0x8b, 8, 0, 1])),
    ]);
    await row(page, "empty.bin").getByText("ARTIFACT_EMPTY").waitFor();
    await row(page, "web-1.4.2.tar.gz")
      .getByText(/This is a gzip archive/)
      .waitFor();
    await row(page, "web-1.4.2.tar.gz").getByText("Say which platform it runs on").waitFor();
    const missing = page.getByRole("region", { name: "Before it can be published" });
    await missing.getByText("A file failed").waitFor();
    await missing.getByText("1.4.2 exists already").waitFor();
    expect(await publishButton(page).count()).toBe(0);
    await page.getByRole("button", { name: "Take empty.bin out" }).click();
    await missing.getByText("A file failed").waitFor({ state: "hidden" });
  });

  it.each(["light", "dark"] as const)("passes axe with files in every state and every field open, %s", async (theme) => {
    const { page } = await window({ theme, width: 1440, height: 900 });
    await visit(page, "/publish");
    await dropFiles(page, [
      await folder().file("empty.bin", ""),
      await folder().file("notes.txt", "words\n"),
      await folder().program("big", "amd64", 9 * MB),
    ]);
    await ready(page, "notes.txt");
    await throttle(page, MB);
    await dropFiles(page, [await folder().program(`slow-${theme}`, "arm64", 40 * MB)]);
    await page.getByRole("button", { name: `Pause slow-${theme}` }).click();
    await page.getByRole("button", { name: "Change" }).click();
    await page.getByRole("combobox", { name: "Application" }).click();
    await page.getByRole("option", { name: "Register a new application" }).click();
    await page.getByLabel("Product id").fill("Wrong");
    expect(await violationsOf(page)).toEqual([]);
  });

  it("registers the application along with its first release, and moves a channel to it", async () => {
    const { page } = await window();
    await visit(page, "/publish");
    await dropFiles(page, [await folder().program("relay-0.1.0-linux-amd64", "amd64", 9000)]);
    await page.getByRole("combobox", { name: "Application" }).click();
    await page.getByRole("option", { name: "Register a new application" }).click();
    expect(await page.getByLabel("Product id").inputValue()).toBe("org.example.relay");
    await page.getByLabel("Product id").fill("org.acme.relay");
    await page.getByRole("combobox", { name: "Move a channel to it" }).click();
    await page.getByRole("option", { name: "stable (new)" }).click();
    await page.getByText("Relay is registered as").waitFor();
    await publishButton(page).click();
    await page.getByRole("heading", { name: "Relay 0.1.0 is published" }).waitFor();
    const relay = (await world().client.applications.list()).find((one) => one.productId === "org.acme.relay");
    expect(relay?.channels).toMatchObject([{ name: "stable", version: "0.1.0" }]);
  });
});
