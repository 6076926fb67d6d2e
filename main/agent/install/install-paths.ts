import { join } from "node:path";

/** Name of the service, of its command and of its folders. */
export const SERVICE_NAME = "rollcall-agent";

/** Where the installed agent keeps its state: what `StateDirectory=` of the unit makes. */
export const INSTALLED_STATE = `/var/lib/${SERVICE_NAME}`;

const LIBRARY = `/usr/local/libexec/${SERVICE_NAME}`;

/** Where the installed runtime and program lie: through a link that an upgrade moves. The service starts the launcher. */
export const INSTALLED_PROGRAM = {
  node: `${LIBRARY}/current/node`,
  agent: `${LIBRARY}/current/${SERVICE_NAME}.mjs`,
  launcher: `${LIBRARY}/launch`,
} as const;

/** The folder of installed versions. */
export type LibraryPaths = Pick<InstallPaths, "library" | "versions" | "current">;

/** Where an installation puts its files below a root folder. */
export type InstallPaths = {
  readonly root: string;
  /** Runtimes and programs, one folder per version, and the link to the one that is used. Ours alone. */
  readonly library: string;
  readonly versions: string;
  readonly current: string;
  /** What starts the version that is current, and goes back from one that does not come up. */
  readonly launcher: string;
  /** `rollcall-agent` for people, on the usual search path. */
  readonly command: string;
  readonly unit: string;
  /** What `systemctl enable` would make. */
  readonly enabled: string;
  readonly state: string;
};

/** The layout below `root`: `/` for this machine, a folder for an image that is being built. */
export function installPaths(root: string): InstallPaths {
  const library = join(root, LIBRARY);
  const units = join(root, "etc/systemd/system");
  return {
    root,
    library,
    versions: join(library, "versions"),
    current: join(library, "current"),
    launcher: join(library, "launch"),
    command: join(root, "usr/local/bin", SERVICE_NAME),
    unit: join(units, `${SERVICE_NAME}.service`),
    enabled: join(units, "multi-user.target.wants", `${SERVICE_NAME}.service`),
    state: join(root, INSTALLED_STATE),
  };
}
