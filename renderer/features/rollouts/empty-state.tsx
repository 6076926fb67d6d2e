import { IconStack2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { START_CLI } from "./view-model.ts";

/** No rollout yet. */
export function NoRollouts({ action }: { readonly action: ReactNode }) {
  return (
    <Panel>
      <EmptyState icon={<IconStack2 size={22} stroke={1.6} />} title="No rollout yet" action={action} cli={START_CLI}>
        A rollout brings the groups of a fleet to a release, one wave after the other. The gate between two waves holds the next one back
        until enough hosts succeeded and stayed well; when it trips, nobody else is touched.
      </EmptyState>
    </Panel>
  );
}
