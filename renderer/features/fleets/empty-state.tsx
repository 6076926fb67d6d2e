import { IconServer2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";

/** No fleet yet, or none that the reader may see. */
export function NoFleets({ action }: { readonly action: ReactNode }) {
  return (
    <Panel>
      <EmptyState
        icon={<IconServer2 size={22} stroke={1.6} />}
        title="No fleet yet"
        action={action}
        cli="rollcall fleet create production --group canary --group early --group everyone"
      >
        A fleet holds hosts, and its groups are the order in which a rollout reaches them: a few hosts first, everyone last. What goes wrong
        in the first group goes no further.
      </EmptyState>
    </Panel>
  );
}
