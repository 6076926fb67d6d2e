import { BAD_WAVE_ENTRIES } from "./entries/bad-wave.ts";
import { checkInHttp } from "./entries/check-in-http.ts";
import { checkInLink } from "./entries/check-in-link.ts";
import { commandFanOut } from "./entries/command-fan-out.ts";
import { CRASH_DECISIONS } from "./entries/crash-decision.ts";
import { AGENT_IDLE } from "./entries/agent-idle.ts";
import { deltaUpdate } from "./entries/delta-update.ts";
import { DELTA_ENTRIES } from "./entries/deltas.ts";
import { TREE_DELTA_ENTRIES } from "./entries/tree-deltas.ts";
import { LARGE_UPDATE_ENTRIES } from "./entries/large-update.ts";
import { ociPushMemory, ociPushRate } from "./entries/oci-push.ts";
import { linkMemory } from "./entries/link-memory.ts";
import { pauseInBurst } from "./entries/pause-in-burst.ts";
import { publishPlatforms } from "./entries/publish-platforms.ts";
import { serverStart, serverStartFromSources } from "./entries/server-start.ts";
import { SWAP_ENTRIES } from "./entries/swaps.ts";
import { verifyTrust } from "./entries/verify-trust.ts";
import { revertServing, rollbackWithoutNetwork } from "./entries/way-back.ts";
import type { BenchEntry } from "./entry.ts";

/** Every entry, in the order of the report. Adding one is adding a file and a line here. */
export const ENTRIES: readonly BenchEntry[] = [
  checkInLink,
  checkInHttp,
  commandFanOut,
  pauseInBurst,
  linkMemory,
  serverStart,
  serverStartFromSources,
  ociPushRate,
  ociPushMemory,
  publishPlatforms,
  ...AGENT_IDLE,
  ...CRASH_DECISIONS,
  revertServing,
  rollbackWithoutNetwork,
  verifyTrust,
  ...LARGE_UPDATE_ENTRIES,
  ...DELTA_ENTRIES,
  ...TREE_DELTA_ENTRIES,
  deltaUpdate,
  ...SWAP_ENTRIES,
  ...BAD_WAVE_ENTRIES,
];
