import type { Page } from "playwright-core";

/** Drags files of this machine over the middle of the window, as a person does; `release` drops them. */
export async function dragFiles(page: Page, files: readonly string[]): Promise<{ readonly release: () => Promise<void> }> {
  const { width, height } = page.viewportSize() ?? { width: 800, height: 600 };
  const debugging = await page.context().newCDPSession(page);
  const at = { x: width / 2, y: height / 2, data: { items: [], files: [...files], dragOperationsMask: 1 } };
  const dispatch = async (type: "dragEnter" | "dragOver" | "drop"): Promise<void> => {
    await debugging.send("Input.dispatchDragEvent", { type, ...at });
  };
  await dispatch("dragEnter");
  await dispatch("dragOver");
  return {
    release: async () => {
      await dispatch("drop");
      await debugging.detach();
    },
  };
}

/** Drops files of this machine on the middle of the window. */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  await (await dragFiles(page, files)).release();
}
