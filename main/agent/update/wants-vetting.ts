import type { RunSpec } from "#shared/domain/release/run-spec.ts";

/** Whether a release wants to be tried or asked before its host asks for the switch. */
export function wantsVetting({ sanityToken, hooks }: RunSpec): boolean {
  return sanityToken === true || hooks?.preUpgrade !== undefined;
}
