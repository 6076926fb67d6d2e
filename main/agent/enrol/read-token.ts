import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { AppError } from "#shared/errors/app-error.ts";
import { decodeEnrolmentToken, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import { tokenFromEnvironment } from "../environment-config.ts";

/**
 * Gets the enrolment token from where it may stand: a file, standard input (`-`) or the environment. Never from argv,
 * which every user of the machine can read.
 *
 * @returns undefined when none was given.
 * @throws AppError ENROL_TOKEN_UNKNOWN when the text is no token, INPUT_INVALID when the file cannot be read.
 */
export async function readToken(source: string | undefined): Promise<EnrolmentTokenDocument | undefined> {
  const fromEnvironment = tokenFromEnvironment();
  if (source === undefined) return fromEnvironment === undefined ? undefined : decodeEnrolmentToken(fromEnvironment);
  if (source === "-") return decodeEnrolmentToken(await text(process.stdin));
  let content: string;
  try {
    content = await readFile(source, "utf8");
  } catch (cause) {
    throw new AppError("INPUT_INVALID", `The token file ${source} cannot be read; the host was not enrolled.`, { cause });
  }
  return decodeEnrolmentToken(content);
}
