import { isDamage, isNotFound } from "#main/node/disk-error.ts";

/**
 * Asks whether kept files are intact. A disk that refuses to be read answers no only when it does so twice in a row: a
 * single failed read is as often a bus or a controller that was reset, and a host may have no other version to serve. What
 * is not there at all is lost at once.
 *
 * @param look reads everything and compares it; called again from its beginning.
 * @throws what says nothing about the disk, such as too many open files.
 */
export async function lookTwice(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    if (isNotFound(thrown)) return false;
  }
  try {
    return await look();
  } catch (thrown) {
    if (isDamage(thrown)) return false;
    throw thrown;
  }
}
