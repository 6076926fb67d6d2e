import type { TrustStatus } from "#shared/contract/trust.ts";
import { Panel } from "../../../components/panel.tsx";
import { PlainTable } from "../../../components/plain-table.tsx";

/** Who holds keys, while people do. */
export function KeysPanel({ status }: { readonly status: TrustStatus }) {
  if (status.mode === "server-held") return null;
  const operators = status.keys.filter((key) => key.use === "operator").length;
  return (
    <Panel title="Who signs" note={`any ${status.threshold} of ${operators} operator keys`} flush>
      <PlainTable label="Keys" heads={["Key", "Signs", "Key id"]}>
        {status.keys.map((key) => (
          <tr key={key.keyId}>
            <th scope="row">
              <strong>{key.label}</strong>
            </th>
            <td>{key.use === "operator" ? "root, targets and applications" : "root alone, when an operator’s key is lost"}</td>
            <td>
              <code translate="no">{key.keyId.slice(0, 16)}</code>
            </td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}
