import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";

const CHANGES = ["open", "rename", "link", "mkdir", "rm"] as const;

/**
 * The file system of a process that is killed before its `step`th change of the disk: that one and all later ones do
 * not happen. `died` says whether it came so far.
 */
export function dyingFs(step: number): { readonly fs: NodeFs; readonly died: () => boolean } {
  let changes = 0;
  const alive = (): void => {
    changes += 1;
    if (changes >= step) throw new Error("killed");
  };
  const guarded = Object.fromEntries(
    CHANGES.map((name) => [
      name,
      async (...args: readonly unknown[]) => {
        alive();
        // Why the cast: each call is handed on with the arguments that it came with.
        return (nodeFs[name] as (...all: readonly unknown[]) => Promise<unknown>)(...args);
      },
    ]),
  );
  return { fs: { ...nodeFs, ...guarded }, died: () => changes >= step };
}
