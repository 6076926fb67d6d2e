/** `npm start`: the desktop application, or the same control plane and console in a browser. See choose-shell.ts. */
import { toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { launch } from "./launch.ts";
import { readSurroundings } from "./launch-config.ts";
import { LAUNCH_HELP, readLaunchOptions } from "./launch-options.ts";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());

try {
  const around = readSurroundings();
  const options = readLaunchOptions(process.argv.slice(2), around.workingFolder);
  if (options.help) console.log(LAUNCH_HELP);
  else process.exitCode = await launch({ options, around, signal: stop.signal });
} catch (thrown) {
  const failure = toAppError(thrown);
  console.error(`${failure.message}\n${failure.next} (${failure.code})`);
  process.exitCode = ERROR_CODES[failure.code].exit;
}
