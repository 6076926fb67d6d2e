import { platform as platformSchema } from "./platform.ts";

/** Our annotation that carries what OCI has no words for, such as a libc. */
const PLATFORM_ANNOTATION = "vnd.rollcall.platform";

/** What OCI says about a platform, in descriptors and in image configurations. */
export type OciPlatform = { readonly os: string; readonly architecture: string; readonly variant?: string | undefined };

/** A platform in our words, or undefined when it is none that we know (`unknown/unknown` marks attestations). */
export function foundPlatform(said: {
  readonly platform?: OciPlatform | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
}): string | undefined {
  const own = platformSchema.safeParse(said.annotations?.[PLATFORM_ANNOTATION]).data;
  if (own !== undefined || said.platform === undefined) return own;
  const { os, architecture, variant } = said.platform;
  const plain = `${os}/${architecture}`;
  // `arm64/v8` is what everybody calls arm64; a variant that we do not know still names the architecture.
  const exact = variant === undefined || `${architecture}/${variant}` === "arm64/v8" ? plain : `${plain}/${variant}`;
  return platformSchema.safeParse(exact).data ?? platformSchema.safeParse(plain).data;
}
