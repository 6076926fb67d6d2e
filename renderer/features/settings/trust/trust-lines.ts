import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";

/** What the file of a request is called on its way: enough of the fingerprint to tell drafts apart. */
export function requestFileName({ fingerprint }: Pick<SigningRequest, "fingerprint">): string {
  return `signing-request-${fingerprint.slice(0, 8)}.json`;
}

/** How the holder of a key file signs it, without any control plane. A test holds it to what the CLI understands. */
export function signCli(request: Pick<SigningRequest, "fingerprint">): string {
  return `rollcall trust sign ${requestFileName(request)} --key my.key --against mirror --out signatures-${request.fingerprint.slice(0, 8)}.json`;
}

/** What stands now, for signers to compare with: what a key has not seen before is a warning otherwise. */
export const EXPORT_CLI = "rollcall trust export --out mirror";

/** How an operator makes a key of their own. */
export const CREATE_KEY_CLI = "rollcall trust key create my.key --label my-name";

/** How the recovery key is made, on a machine that is put away afterwards. */
export const RECOVERY_KEY_CLI = "rollcall trust key create recovery.key --recovery --label recovery";
