import type { HomeOverview } from "#shared/contract/rollouts.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import classes from "./home.module.css";
import { SetupPanel } from "./setup-panel.tsx";

/** Home before anything exists: the way to the first rollout, and a fleet to play with. */
export function EmptyHome({ setup }: { readonly setup: HomeOverview["setup"] }) {
  return (
    <div className={classes["page"]}>
      <SetupPanel setup={setup} />
      <div className={classes["demo"]}>
        <div>
          <strong>Only looking?</strong> The demo starts a throw-away control plane and six hosts on this machine, with a good release and a
          bad one.
        </div>
        <CopyLine text="npm run demo" what="the command" />
      </div>
    </div>
  );
}
