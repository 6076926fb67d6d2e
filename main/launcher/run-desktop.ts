import { spawn } from "node:child_process";

/** How a run of the desktop application ended. `neverStarted` says why, in the middle of a sentence. */
export type DesktopEnd = { readonly kind: "ended"; readonly code: number } | { readonly kind: "neverStarted"; readonly reason: string };

/** A program that fails within this time never showed a window: a missing library, a wrong display, no permission. */
const EARLY_MS = 5000;

/** Runs the desktop application until it ends, or until `signal` asks it to. */
export async function runDesktop(program: string, args: readonly string[], signal: AbortSignal): Promise<DesktopEnd> {
  const startedMs = performance.now();
  const child = spawn(program, [...args], { stdio: ["ignore", "inherit", "inherit"] });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  try {
    const end = await new Promise<{ readonly code: number | null; readonly problem: string }>((settle) => {
      child.once("error", (cause) => settle({ code: null, problem: "code" in cause ? String(cause.code) : "error" }));
      child.once("exit", (code, killer) => settle({ code, problem: killer ?? `exit ${code}` }));
    });
    const isEarly = performance.now() - startedMs < EARLY_MS && !signal.aborted;
    if (end.code !== 0 && isEarly) return { kind: "neverStarted", reason: `Electron ended at once (${end.problem})` };
    return { kind: "ended", code: signal.aborted ? 0 : (end.code ?? 1) };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
