import { IconHistory } from "@tabler/icons-react";
import { EmptyState } from "../../components/empty-state.tsx";

/** An audit without entries, which only a control plane of the first minute has. */
export function NoEntries() {
  return (
    <EmptyState
      icon={<IconHistory size={22} stroke={1.6} />}
      title="Nothing has been recorded yet"
      cli="rollcall audit export --format csv > audit.csv"
    >
      Whatever anyone does, in the console, from a shell or through the API, stands here with who, when and why. Entries are chained by
      hash: a cut or an edit shows.
    </EmptyState>
  );
}
