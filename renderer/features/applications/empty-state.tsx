import { IconBox } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { REGISTER_CLI } from "./view-model.ts";

/** No application yet. */
export function NoApplications({ action }: { readonly action: ReactNode }) {
  return (
    <Panel>
      <EmptyState icon={<IconBox size={22} stroke={1.6} />} title="No application yet" action={action} cli={REGISTER_CLI}>
        An application is a thing that has releases: a service, a daemon, a tool. Register it once; then drop its binaries on this window to
        publish them, and let groups of hosts subscribe to it.
      </EmptyState>
    </Panel>
  );
}
