import { posix, win32 } from "node:path";

/** What decides where an application keeps its data: read from `process` and `os` by the shells. */
export type FolderFacts = {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * The folder in which the operating system wants an application's own data, by its conventions: the XDG base directory
 * on Linux and other Unixes, Application Support on macOS, the local (not roaming) application data on Windows, since a
 * database must not be copied between machines while it is open. A relative value of a variable is ignored, as the XDG
 * specification says.
 *
 * @param name as it is written for people; Unix folders take it in lower case.
 */
export function applicationDataFolder(facts: FolderFacts, name: string): string {
  switch (facts.platform) {
    case "darwin":
      return posix.join(facts.home, "Library", "Application Support", name);
    case "win32": {
      const local = facts.environment["LOCALAPPDATA"];
      return win32.join(local !== undefined && win32.isAbsolute(local) ? local : win32.join(facts.home, "AppData", "Local"), name);
    }
    default: {
      const xdg = facts.environment["XDG_DATA_HOME"];
      return posix.join(xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(facts.home, ".local", "share"), name.toLowerCase());
    }
  }
}
