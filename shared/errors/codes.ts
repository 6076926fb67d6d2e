/** How one error code behaves everywhere: HTTP answer, CLI exit, retry policy, and what the reader does next. */
export type ErrorCodeEntry = {
  /** HTTP status of RPC and REST answers. */
  readonly status: number;
  /** Exit code of the CLI: 2 usage, 3 access, 4 not found, 5 conflict, 6 refused by a rule, 7 integrity, 8 remote, 9 environment, 70 bug, 78 a Node that is too old. */
  readonly exit: number;
  /** Whether the same call may succeed later without anyone changing anything. */
  readonly retryable: boolean;
  /** The next action, one sentence to a person. */
  readonly next: string;
};

const entry = (status: number, exit: number, retryable: boolean, next: string): ErrorCodeEntry => ({ status, exit, retryable, next });

/** Every error code of Rollcall, by family. The table is the single source: contract errors, exit codes and docs come from it. */
export const ERROR_CODES = {
  INPUT_INVALID: entry(400, 2, false, "Correct the named field and send it again."),
  INPUT_TOO_LARGE: entry(413, 2, false, "Send less; the limit stands in the message."),
  INPUT_CONTENT_TYPE: entry(415, 2, false, "Send the content type that the message names."),
  INPUT_VERSION_INVALID: entry(400, 2, false, "Use a semantic version such as 1.4.2 or 2.0.0-rc.1."),
  INPUT_PATH_REFUSED: entry(400, 2, false, "Give a plain name without folders."),

  ACCESS_UNAUTHENTICATED: entry(401, 3, false, "Log in again with `rollcall login` or a new login link."),
  ACCESS_DENIED: entry(403, 3, false, "Ask an administrator for the named permission."),
  ACCESS_LINK_USED: entry(401, 3, false, "Print a new login link with `rollcall login --link`."),

  ENROL_TOKEN_UNKNOWN: entry(401, 3, false, "Make a new enrolment token on the fleet's page."),
  ENROL_TOKEN_EXPIRED: entry(401, 3, false, "Make a new enrolment token on the fleet's page."),
  ENROL_TOKEN_USED_UP: entry(401, 3, false, "Make a new enrolment token or raise its use limit."),
  ENROL_TOKEN_REVOKED: entry(401, 3, false, "Make a new enrolment token on the fleet's page."),
  HOST_REVOKED: entry(403, 3, false, "Enrol the host again with a new token if it should come back."),
  HOST_PENDING_APPROVAL: entry(403, 3, true, "Approve the host on its fleet's page."),
  HOST_CLONED: entry(409, 5, false, "Two machines share one identity: revoke the host and enrol each machine by itself."),
  HOST_SIGNATURE_INVALID: entry(401, 7, false, "Check the host; if its key was lost, revoke it and enrol it again."),
  HOST_REPORT_REPLAYED: entry(409, 7, false, "Nothing to do if the host reconnected; else look at who else holds its key."),
  LINK_FRAME_INVALID: entry(400, 7, false, "Bring agent and control plane to versions that know each other."),
  LINK_FRAME_TOO_LARGE: entry(413, 7, false, "Bring agent and control plane to versions that know each other."),
  LINK_PROTOCOL_UNSUPPORTED: entry(
    426,
    7,
    false,
    "Update the agent; the control plane serves its own protocol version and the one before.",
  ),

  NOT_FOUND: entry(404, 4, false, "Check the name or id; it may have been removed."),
  CONFLICT_EXISTS: entry(409, 5, false, "Choose another name, or use the one that exists."),
  CONFLICT_STALE: entry(409, 5, false, "Reload, look at what changed, and apply your change again."),
  CONFLICT_STATE: entry(409, 5, false, "Look at its present state; the action does not apply to it."),
  CONFLICT_ROLLOUT_ACTIVE: entry(409, 5, false, "Finish, abort or supersede the running rollout first."),
  CONFLICT_IN_USE: entry(409, 5, false, "Remove what still uses it first."),

  POLICY_REFUSED: entry(422, 6, false, "Read the reason; change the policy or the request."),
  POLICY_QUARANTINED: entry(422, 6, false, "Lift the quarantine first, with a reason."),
  POLICY_NO_ROLLBACK_TARGET: entry(422, 6, false, "Name the release to go back to; the history holds none."),

  ARTIFACT_EMPTY: entry(422, 7, false, "Choose a file with content."),
  ARTIFACT_UNREADABLE: entry(422, 7, false, "Check the file's permissions and try again."),
  ARTIFACT_CHANGED: entry(409, 7, true, "Wait until nothing writes the file, then drop it again."),
  ARTIFACT_DIGEST_MISMATCH: entry(422, 7, true, "Upload it again; what arrived is not what was sent."),
  DELTA_INVALID: entry(422, 7, false, "Take the full file instead; make the delta again where it was made."),
  ARTIFACT_ARCHIVE_REFUSED: entry(
    422,
    7,
    false,
    "Pack the release again from plain files, folders and links that stay inside it; the message names the entry.",
  ),
  ARTIFACT_SANITY_FAILED: entry(
    422,
    7,
    false,
    "Start it on such a host with ROLLCALL_SANITY_TOKEN set: it must print that token within five seconds. Mend it, or leave sanityToken out.",
  ),
  HOST_HOOK_FAILED: entry(422, 6, false, "Read what the pre-upgrade hook wrote last, mend what it names, then try again."),
  ARTIFACT_PLATFORM_UNKNOWN: entry(422, 6, false, "Choose the platform by hand."),
  ARTIFACT_WRONG_PLATFORM: entry(422, 6, false, "Publish the file that is made for the platform of these hosts."),
  ARTIFACT_INTERPRETER_MISSING: entry(422, 6, false, "Install what the message names on the host, or publish a file that does without it."),
  TRUST_SIGNATURE_INVALID: entry(422, 7, false, "Do not install it; find out who changed the metadata."),
  TRUST_METADATA_EXPIRED: entry(422, 7, true, "Start the control plane, so that it renews its metadata, and check both clocks."),
  TRUST_ROLLBACK: entry(422, 7, false, "The server shows older metadata than before; find out why."),
  TRUST_CERTIFICATE_REFUSED: entry(
    502,
    7,
    false,
    "Compare the certificate's SHA-256 with what `rollcall serve` printed there; go on only when they agree.",
  ),
  TRUST_ROOT_MISMATCH: entry(422, 7, false, "The token names another root of trust; make a new token on this control plane."),
  TRUST_MIX_AND_MATCH: entry(422, 7, false, "The server shows documents of different moments together; find out who stands between."),
  TRUST_CLOCK_WRONG: entry(422, 7, true, "Set the host's clock; it lies too far from the control plane's to judge what has expired."),
  TRUST_NOT_ACCEPTED: entry(
    422,
    7,
    false,
    "The signed list of this fleet, or the host's own file, does not accept this application; sign a new list first.",
  ),
  TRUST_BELOW_MINIMUM: entry(
    422,
    6,
    false,
    "Choose a release at or above the signed minimum version, or have the operators sign a lower one.",
  ),
  TRUST_SIGNATURE_REFUSED: entry(422, 7, false, "Sign the present draft with a key that the request names."),
  TRUST_REQUEST_REFUSED: entry(422, 7, false, "Do not sign it; find out who sent it, and why it is not what it says."),
  TRUST_UNEXPLAINED: entry(
    422,
    6,
    false,
    "Read every warning; compare with a fresh `rollcall trust export` (--against), or sign with --accept-unexplained when you know why.",
  ),
  TRUST_SIGNATURES_MISSING: entry(409, 6, false, "Have enough operators sign the open request with `rollcall trust sign`."),
  TRUST_RECOVERY_MISSING: entry(
    422,
    6,
    false,
    "Name a file for the offline recovery key with --recovery; without it a lost laptop ends trust for good.",
  ),
  TRUST_KEY_LOCKED: entry(422, 3, false, "Give the right passphrase of the key file, or unlock the keyring."),
  AUDIT_BROKEN: entry(409, 7, false, "Keep the data folder as it is and compare it with an export."),

  REMOTE_UNREACHABLE: entry(502, 8, true, "Check the address and the network, then try again."),
  STORE_CREDENTIALS_REFUSED: entry(
    502,
    8,
    false,
    "Set credentials that work (Settings, Stores; rollcall store secret), then resume, or add the store again.",
  ),
  STORE_FORBIDDEN: entry(502, 8, false, "Give these credentials the right that the message names, then resume."),
  STORE_NOT_FOUND: entry(404, 4, false, "Check the store's address and repository in Settings, Stores."),
  STORE_CONFLICT: entry(
    409,
    5,
    false,
    "The store holds something else under this version; look at it there, or publish under another version.",
  ),
  STORE_TOO_LARGE: entry(422, 6, false, "Choose a store without this limit for files of this size."),
  STORE_PROTOCOL: entry(502, 8, true, "The store answered what its protocol does not allow; look at its logs if it lasts."),
  REMOTE_TOO_SLOW: entry(504, 8, true, "Look at the network and at who answers; an answer this slow may be meant to hold the host back."),
  REMOTE_TIMEOUT: entry(504, 8, true, "Try again; if it lasts, look at the other side's load."),
  TRANSPORT_CLOSED: entry(503, 8, true, "The connection ended; it is opened again by itself."),
  RATE_LIMITED: entry(429, 8, true, "Wait as long as the answer says, then try again."),

  ENV_NODE_TOO_OLD: entry(500, 78, false, "Run it through the npm scripts, or install Node 24."),
  ENV_PORT_IN_USE: entry(500, 9, false, "Choose another port with --port, or stop what listens there."),
  ENV_DATA_IN_USE: entry(500, 9, false, "Use the running one, or choose another folder with --data."),
  ENV_DATA_NEWER: entry(500, 9, false, "Update Rollcall; this data folder was written by a newer version."),
  ENV_DATA_CORRUPT: entry(
    500,
    9,
    false,
    "Keep the damaged file, which was left as it is, and put your own copy of the data folder in its place.",
  ),
  ENV_DISK_FULL: entry(507, 9, true, "Free some space, then try again; nothing was lost."),
  ENV_SECRETS_LOCKED: entry(500, 9, false, "Give the passphrase or key file that the secrets were written with, or unlock the keyring."),
  ENV_SERVICE_FAILED: entry(500, 9, true, "Read `journalctl -u rollcall-agent`, mend what it names, then run the command again."),
  ENV_UNSUPPORTED: entry(501, 9, false, "Run it on a machine that has what the message names."),

  CANCELLED: entry(499, 130, false, "Start it again when you want it."),
  INTERNAL: entry(500, 70, false, "Report it with the correlation id; nothing of the action was kept."),
} as const satisfies Record<string, ErrorCodeEntry>;

/** The closed set of error codes. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether a text from outside is one of our codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
