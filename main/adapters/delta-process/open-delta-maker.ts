import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import type { DeltaMaker, DeltaOutcome } from "#main/control-plane/ports/delta-maker.ts";
import type { DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { DeltaTask, StartDeltaProcess } from "./delta-messages.ts";
import { fetchSide } from "./fetch-side.ts";
import { findUpx } from "./find-upx.ts";
import { runDeltaProcess } from "./run-delta-process.ts";

/** What making deltas goes by. */
export type DeltaMakerOptions = {
  /** Below the data folder; whatever lies there from before is removed. */
  readonly folder: string;
  readonly start: StartDeltaProcess;
  readonly logger: Logger;
  /** Where the program that undoes UPX is; it is looked for in the usual places. */
  readonly upx?: () => Promise<string | undefined>;
};

type DeltaTurn = (
  codec: DeltaTask["codec"],
  memoryBytes: number,
  stop: AbortSignal,
  onProgress?: (progress: DeltaProgress) => void,
) => Promise<DeltaOutcome>;

/**
 * Makes deltas in processes of their own, over copies of both files in a folder that is emptied at every start.
 *
 * @throws AppError ENV_DISK_FULL.
 */
export async function openDeltaMaker({ folder, start, logger, upx = findUpx }: DeltaMakerOptions): Promise<DeltaMaker> {
  // What was unpacked may not be written to.
  await removeTree(folder);
  const turns = new OneAtATime();
  return {
    availableMemoryBytes: () => process.availableMemory(),
    canUndo: async (packing) => packing !== "upx" || (await upx()) !== undefined,
    prepare: async (old, fresh, signal) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const bench = await mkdtemp(join(folder, "pair-"));
      const close = (): Promise<void> => removeTree(bench);
      const [oldPath, newPath] = [join(bench, "old"), join(bench, "new")];
      try {
        await fetchSide(old, oldPath, signal);
        await fetchSide(fresh, newPath, signal);
      } catch (thrown) {
        await close();
        throw signal.aborted ? new AppError("CANCELLED", "The making of the delta was stopped.") : thrown;
      }
      const run: DeltaTurn = async (codec, memoryBytes, stop, onProgress = () => undefined) => {
        const upxProgram = codec === "measure" ? await upx() : undefined;
        const task = { oldPath, newPath, outPath: join(bench, `${codec}.rcdelta`), codec, memoryBytes, upxProgram };
        return turns.run(() => runDeltaProcess(start, { task, logger, signal: stop, onProgress }));
      };
      return { close, make: run, measureUnpacked: (memoryBytes, stop) => run("measure", memoryBytes, stop) };
    },
  };
}
