import { Button } from "@mantine/core";
import { IconKey, IconServer2 } from "@tabler/icons-react";
import { EmptyState } from "../../components/empty-state.tsx";

/** A fleet without hosts. */
export function NoHosts({ onEnrol }: { readonly onEnrol: () => void }) {
  return (
    <EmptyState
      icon={<IconServer2 size={22} stroke={1.6} />}
      title="No host has enrolled yet"
      action={<Button onClick={onEnrol}>Enrol a host</Button>}
      cli="rollcall fleet token FLEET GROUP"
    >
      A token makes one command. Run it on the machine: the agent makes its own key, joins this fleet and appears here within seconds.
    </EmptyState>
  );
}

/** A fleet without tokens. */
export function NoTokens({ onEnrol }: { readonly onEnrol: () => void }) {
  return (
    <EmptyState
      icon={<IconKey size={22} stroke={1.6} />}
      title="No enrolment token yet"
      action={<Button onClick={onEnrol}>Create a token</Button>}
      cli="rollcall fleet token FLEET GROUP --uses 10 --approval"
    >
      A token admits hosts into one group, for a limited time and a limited number of times. It pins this control plane’s certificate and
      root of trust.
    </EmptyState>
  );
}
