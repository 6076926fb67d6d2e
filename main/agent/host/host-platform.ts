import type { Platform } from "#shared/domain/artifact/platform.ts";

/** What Node says about the machine, as far as the platform depends on it. */
export type MachineTraits = {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  readonly armVersion?: string | undefined;
  readonly isMusl: boolean;
};

const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows", freebsd: "freebsd" };
const ARCH_NAMES: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  arm: "arm",
  ia32: "386",
  riscv64: "riscv64",
  ppc64: "ppc64le",
  s390x: "s390x",
};

/** The platform of a machine in the words of artifacts; undefined for one that no artifact can name. musl is named, glibc goes without saying. */
export function toHostPlatform(traits: MachineTraits): Platform | undefined {
  const [os, arch] = [OS_NAMES[traits.os], ARCH_NAMES[traits.arch]];
  if (os === undefined || arch === undefined) return undefined;
  const variant = arch === "arm" && /^[5-9]$/.test(traits.armVersion ?? "") ? `/v${traits.armVersion}` : "";
  return `${os}/${arch}${variant}${os === "linux" && traits.isMusl ? "+musl" : ""}`;
}
