import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { commandLineOf } from "#shared/domain/release/command-line.ts";
import classes from "./publish.module.css";

/** The folder of a version on a host, which differs from host to host. */
const SLOT = "…/slots";

type CommandPreviewProps = { readonly spec: RunSpec; readonly fileName: string };

/** The command line as the agent will start it, with `{artifact}` in its place, each word by itself as no shell stands between. */
export function CommandPreview({ spec, fileName }: CommandPreviewProps) {
  const { command, args } = commandLineOf(spec, spec.unpack === true ? SLOT : `${SLOT}/${spec.installAs ?? fileName}`);
  const variables = Object.keys(spec.environment).length;
  return (
    <div className={classes["preview"]}>
      <span>A host starts, without a shell</span>
      <code>
        {[command, ...args].map((word, at) => (
          // Words repeat and never move, so that their place is who they are.
          <span key={at}>{word === "" ? "''" : word}</span>
        ))}
      </code>
      {variables > 0 && (
        <span>
          with {variables} {variables === 1 ? "variable" : "variables"} of its own, ROLLCALL_VERSION and ROLLCALL_RELEASE
        </span>
      )}
    </div>
  );
}
