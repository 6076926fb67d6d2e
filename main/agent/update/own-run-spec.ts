import type { RunSpec } from "#shared/domain/release/run-spec.ts";

/**
 * The run spec in force: the signed one, or the one of the host's own file in its place. How the bytes lie on the disk
 * (`installAs`, `unpack`) stays what was signed, since they lie so already.
 */
export function runSpecInForce(signed: RunSpec, own: RunSpec | undefined): RunSpec {
  if (own === undefined) return signed;
  const { installAs: _installAs, unpack: _unpack, ...rest } = own;
  return {
    ...rest,
    ...(signed.installAs !== undefined && { installAs: signed.installAs }),
    ...(signed.unpack !== undefined && { unpack: signed.unpack }),
  };
}
