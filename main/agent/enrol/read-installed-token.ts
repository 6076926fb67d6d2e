import { decodeEnrolmentToken, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";

const MAX_TOKEN_BYTES = 8192;

/**
 * Reads the token that an installation left in the state folder for the first start.
 *
 * @returns undefined when there is none.
 * @throws AppError ENROL_TOKEN_UNKNOWN when the file holds no token, INPUT_TOO_LARGE.
 */
export async function readInstalledToken(path: string): Promise<EnrolmentTokenDocument | undefined> {
  try {
    return decodeEnrolmentToken((await readBoundedFile(path, MAX_TOKEN_BYTES)).toString("utf8"));
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}
