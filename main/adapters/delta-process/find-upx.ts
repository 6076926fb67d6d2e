import { access, constants } from "node:fs/promises";

/** Where systems put it. The PATH is not asked: whoever sets it would choose what runs over files that others sent. */
const PLACES: readonly string[] = ["/usr/bin/upx", "/usr/local/bin/upx", "/opt/homebrew/bin/upx"];

/** The program that undoes UPX; undefined where there is none, as on Windows, whose files it would be run on without bounds. */
export async function findUpx(): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  for (const place of PLACES) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}
