import type { AgentParts } from "./agent-parts.ts";
import { composeAgent } from "./compose-agent.ts";
import { openLink } from "./open-link.ts";

/** How often an agent that has not heard its control plane yet looks after its logs and its status file. */
const FIRST_INTERVAL_MS = 30_000;

/**
 * Runs the agent until aborted: first what serves is taken over or started, from this disk alone; then the link is
 * opened. Stopping ends the link, then the applications within their deadlines, and leaves the journals as they are.
 *
 * @param onServing called once everything that is to serve was taken over or is being started.
 * @throws AppError ENV_DATA_CORRUPT when a state file is damaged in both copies.
 */
export async function runAgent(parts: AgentParts, signal: AbortSignal, onServing: () => void): Promise<void> {
  const running = await composeAgent(parts);
  const { desired, units, commands, reporter, status, outbox, hostSockets } = running;
  await units.load();
  if (desired.current !== undefined) await units.setDesired(desired.current);
  units.begin();
  onServing();
  reporter.start(FIRST_INTERVAL_MS);
  void units.settled().then(() => commands.resume());
  const ended = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  // A link that is not wanted back ends by itself; the applications are served on until someone stops the agent.
  await Promise.all([openLink(parts, running).run(signal), ended]);
  parts.log.logger.info("The agent stops; its applications are stopped in order.");
  reporter.stop();
  await units.close();
  hostSockets.close();
  await status.close();
  await outbox.close();
}
