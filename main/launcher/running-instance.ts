import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";

/** A control plane that runs on the data folder already. `link` logs a browser in, once. */
export type RunningInstance = { readonly url: string; readonly link: string; readonly shell: "desktop" | "server" };

/**
 * Finds the control plane that runs on a data folder, and asks it for a login link. What it announced is not believed
 * until it answers: a killed process leaves its file behind, and its number may be another program's by now.
 */
export async function findRunningInstance(dataFolder: string): Promise<RunningInstance | undefined> {
  const running = await readRunningFile(dataFolder);
  if (running === undefined) return undefined;
  try {
    const client = contractClient(running);
    const [{ shell }, { url: link }] = await Promise.all([client.system.status(), client.access.createLoginLink()]);
    return { url: running.url, link, shell };
  } catch {
    // It does not answer, or is another program by now. If it still holds the data folder, the start itself will say so.
    return undefined;
  }
}
