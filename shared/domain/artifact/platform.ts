import { z } from "zod";

/**
 * What an artifact runs on, in the OCI image-spec's words: `linux/amd64`, `linux/arm64/v8`, with a libc where it
 * matters: `linux/amd64+musl`. `any` is for scripts and data that run everywhere.
 */
export const platform = z
  .string()
  .regex(
    /^(?:any|(?:linux|darwin|windows|freebsd)\/(?:amd64|arm64|arm|386|riscv64|ppc64le|s390x)(?:\/v[5-9])?(?:\+(?:gnu|musl))?)$/,
    "a platform such as linux/amd64",
  );

/** See {@link platform}. */
export type Platform = z.infer<typeof platform>;

const withoutLibc = (text: Platform): string => text.split("+")[0] ?? text;

/** Whether a host of `host` platform can run an artifact made for `artifact`. An artifact without libc runs with any. */
export function platformFits(artifact: Platform, host: Platform): boolean {
  return (
    artifact === "any" ||
    artifact === host ||
    (withoutLibc(artifact) === withoutLibc(host) && (!artifact.includes("+") || !host.includes("+")))
  );
}

/** Picks the artifact a host gets: the exact platform first, then one that fits, then `any`. */
export function pickArtifact<A extends { readonly platform: Platform }>(artifacts: readonly A[], host: Platform): A | undefined {
  return (
    artifacts.find((one) => one.platform === host) ??
    artifacts.find((one) => one.platform !== "any" && platformFits(one.platform, host)) ??
    artifacts.find((one) => one.platform === "any")
  );
}
