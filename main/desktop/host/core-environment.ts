/**
 * Variables that change how a Node or Electron process runs code. They would let whoever starts the desktop load code
 * into the process that holds the signing keys, so they are not passed on.
 */
const DROPPED = /^(NODE_|ELECTRON_|npm_|LD_PRELOAD$|LD_LIBRARY_PATH$|DYLD_)/i;

/** The environment of the control plane's process: the desktop's own, without what could change the code that it runs. */
export function coreEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !DROPPED.test(name)) kept[name] = value;
  }
  return kept;
}
