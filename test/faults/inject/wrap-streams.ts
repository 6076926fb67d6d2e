import type * as FsModule from "node:fs";
import { refusal } from "./wrap-disk.ts";
import type { CutPoints } from "./cut-points.ts";

type Done = (error: Error | null, ...results: readonly unknown[]) => void;
type Call = (...args: readonly unknown[]) => void;

function isDone(value: unknown): value is Done {
  return typeof value === "function";
}

/** Puts a cut point before and behind each opening and each reading of a stream: how whole files are read. */
export function wrapStreams(module: typeof FsModule, points: CutPoints): void {
  const paths = new Map<unknown, string>();
  // Why the casts: two functions that streams call with a callback behind whatever else they are called with.
  const calls = module as unknown as Record<"open" | "read", Call>;
  for (const name of ["open", "read"] as const) {
    const original = calls[name].bind(module);
    calls[name] = (...args) => {
      const done = args.at(-1);
      if (!isDone(done)) return original(...args);
      const path = name === "open" ? String(args[0]) : (paths.get(args[0]) ?? "");
      const { kind } = points.meet("disk", `stream.${name}`, path);
      if (kind === "eio" || kind === "enospc") return process.nextTick(done, refusal(kind, name, path));
      original(...args.slice(0, -1), (error: Error | null, ...results: readonly unknown[]) => {
        points.over(kind);
        if (name === "open") paths.set(results[0], path);
        done(error, ...results);
      });
    };
  }
}
