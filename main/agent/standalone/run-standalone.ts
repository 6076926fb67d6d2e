import { access } from "node:fs/promises";
import { hostname } from "node:os";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_VERSION } from "../agent-version.ts";
import type { AgentLog } from "../logger.ts";
import { readStamp } from "../process/process-identity.ts";
import type { AgentStatus } from "../state/status-file.ts";
import { StatusWriter } from "../state/status-writer.ts";
import { composeStandalone, type RunningStandalone, type StandaloneParts } from "./compose-standalone.ts";

/** How often a stand-alone agent looks after its logs and its status file when nothing happens. */
const HOUSEKEEPING_MS = 30_000;
/** Changes that come close together are written together. */
const SOON_MS = 300;

/** What whoever supervises the agent wants to know of it. */
export type StandaloneNotices = {
  /** Everything that is to serve was taken over or is being started. */
  readonly serving: () => void;
  /** The agent ends by itself; its applications are stopped after this. */
  readonly ending: () => void;
};

type Parts = Omit<StandaloneParts, "logger"> & { readonly log: AgentLog };

/**
 * Runs the agent without a control plane until aborted: first what serves is taken over or started, from this disk alone;
 * then the sources are looked at. Ends as a managed agent does, and by itself where the configuration wants a new version
 * to come with a start.
 *
 * @throws AppError CONFLICT_STATE when the folder belongs to a control plane's host, ENV_DATA_CORRUPT.
 */
export async function runStandalone(parts: Parts, aborted: AbortSignal, notices: StandaloneNotices): Promise<void> {
  const { paths, log, config } = parts;
  await requireUnmanaged(paths.identity);
  warnOfUnsigned(parts);
  const ending = new AbortController();
  const signal = AbortSignal.any([aborted, ending.signal]);
  let isServing = false;
  let soon: NodeJS.Timeout | undefined;
  const onChange = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void status.write();
      if (!isServing || signal.aborted || !desired.isToEnd) return;
      log.logger.info("A new version is here: the agent ends, and goes to it when it is started again.");
      notices.ending();
      ending.abort();
    }, SOON_MS);
  };
  const running = await composeStandalone({ ...parts, logger: log.logger }, onChange);
  const { units, hostSockets, desired, followers } = running;
  const status = await openStatus(parts, running);
  await units.load();
  await desired.restore();
  units.begin();
  isServing = true;
  notices.serving();
  const housekeeping = setInterval(() => void Promise.allSettled([status.write(), units.rotateLogs(), log.rotate()]), HOUSEKEEPING_MS);
  log.logger.info({ products: config.applications.map((one) => one.productId) }, "Running stand-alone.");
  await Promise.all([...followers.map((one) => one.run(signal)), untilAborted(signal)]);
  log.logger.info("The agent stops; its applications are stopped in order.");
  clearInterval(housekeeping);
  await units.close();
  hostSockets.close();
  clearTimeout(soon);
  await status.close();
}

async function requireUnmanaged(identity: string): Promise<void> {
  const isManaged = await access(identity).then(
    () => true,
    () => false,
  );
  if (isManaged)
    throw new AppError(
      "CONFLICT_STATE",
      "This state folder belongs to a host of a control plane; give stand-alone mode one of its own. Nothing was started.",
    );
}

/** Said at each start: whoever can write to such a source runs programs here. */
function warnOfUnsigned({ config, log }: Parts): void {
  for (const { productId, trust, plain } of config.applications) {
    const what = plain === undefined ? "is installed without any signature" : "is a plain file without manifest or signature";
    if ("unsigned" in trust)
      log.logger.warn({ productId }, `UNSIGNED: ${productId} ${what}; whoever can write to its source runs programs on this host.`);
  }
}

async function openStatus({ config, paths, log }: Parts, { units, followers }: RunningStandalone): Promise<StatusWriter> {
  const sources = (): NonNullable<AgentStatus["sources"]> =>
    followers.map(({ config: { productId, trust }, place, last: { at, error, note } }) => ({
      productId,
      place,
      unsigned: "unsigned" in trust,
      ...(at !== undefined && { checkedAt: at }),
      ...(error !== undefined && { error: error.slice(0, 500) }),
      ...(note !== undefined && { note }),
    }));
  const self = { pid: process.pid, stamp: (await readStamp(process.pid)) ?? "unknown" };
  const fixed = { process: self, name: config.name ?? hostname().slice(0, 80), agentVersion: AGENT_VERSION };
  const now = (): number => Date.now();
  return new StatusWriter({ path: paths.status, logger: log.logger, fixed, describe: () => units.describeForPeople(), sources, now });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}
