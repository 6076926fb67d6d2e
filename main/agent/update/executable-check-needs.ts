import { readElfHeader } from "#shared/domain/artifact/elf-header.ts";
import { readMachOHeader } from "#shared/domain/artifact/mach-o-header.ts";
import { readPeHeader } from "#shared/domain/artifact/pe-header.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { readScriptInterpreter, type ScriptInterpreter } from "#shared/domain/artifact/script-interpreter.ts";

/** What a host must have to start a file, as far as its first bytes tell. */
export type ExecutableNeeds =
  /** Another machine's, or another system's. `madeFor` is for people. */
  | { readonly kind: "foreign"; readonly madeFor: string }
  /** A program with a loader, which the kernel starts first. */
  | { readonly kind: "loader"; readonly path: string; readonly libc: "glibc" | "musl" | undefined; readonly isOtherLibc: boolean }
  | { readonly kind: "script"; readonly interpreter: ScriptInterpreter }
  /** Whatever it is, the kernel or the run spec's command knows. */
  | { readonly kind: "nothing" };

/** What a header cannot be told from, and runs everywhere: Actually Portable Executables begin as Windows programs do. */
const PORTABLE = [0x4d, 0x5a, 0x71, 0x46, 0x70, 0x44];

/** Machines that run programs of another one by themselves: 32-bit x86 on 64-bit kernels, Intel programs on Apple's own. */
const RUNS_TOO: Readonly<Record<string, string>> = {
  "linux/amd64": "linux/386",
  "windows/amd64": "windows/386",
  "freebsd/amd64": "freebsd/386",
  "darwin/arm64": "darwin/amd64",
};

const systemAndMachine = (platform: Platform): string => platform.split("+")[0]?.split("/").slice(0, 2).join("/") ?? platform;
const libcOf = (platform: Platform | undefined): "glibc" | "musl" | undefined =>
  platform?.endsWith("+musl") === true ? "musl" : platform?.endsWith("+gnu") === true ? "glibc" : undefined;

/**
 * Decides what it takes to start a file on a host. A file that was published for `any` platform is asked for its
 * interpreter alone.
 *
 * @param file.loader the program interpreter that the whole file names; the head alone may not reach it.
 */
export function executableNeeds(
  file: { readonly head: Uint8Array; readonly loader: string | undefined; readonly platform: Platform },
  host: Platform,
): ExecutableNeeds {
  const { head, loader, platform } = file;
  const interpreter = readScriptInterpreter(head);
  if (interpreter !== undefined) return { kind: "script", interpreter };
  if (platform === "any" || PORTABLE.every((byte, at) => head[at] === byte)) return { kind: "nothing" };
  const header = readElfHeader(head) ?? readMachOHeader(head) ?? readPeHeader(head);
  if (header === undefined) return { kind: "nothing" };
  const here = systemAndMachine(host);
  const fitting = header.platforms.find((one) => systemAndMachine(one) === here || systemAndMachine(one) === RUNS_TOO[here]);
  if (fitting === undefined) {
    const machines = header.platforms.map(systemAndMachine).join(" and ");
    return { kind: "foreign", madeFor: machines === "" ? "a machine that Rollcall does not know" : machines };
  }
  if (header.format !== "elf" || loader?.startsWith("/") !== true) return { kind: "nothing" };
  const libc = libcOf(fitting);
  return { kind: "loader", path: loader, libc, isOtherLibc: libc !== undefined && libc !== (libcOf(host) ?? "glibc") };
}
