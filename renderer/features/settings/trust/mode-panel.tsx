import { Button } from "@mantine/core";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { ButtonWithReason } from "../../../components/button-with-reason.tsx";
import { Panel } from "../../../components/panel.tsx";
import { StatusShape } from "../../../components/status-shape.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import { useDenial } from "../../../data/use-principal.ts";
import settings from "../settings.module.css";
import { modeWords } from "../view-model.ts";

type ModePanelProps = { readonly status: TrustStatus; readonly onTakeover: () => void; readonly onOnlineKeys: () => void };

/** How signing keys are held, what that protects against, and plainly what it does not. */
export function ModePanel({ status, onTakeover, onOnlineKeys }: ModePanelProps) {
  const words = modeWords(status.mode);
  const denial = useDenial("trust.manage");
  const renew = useContractAction({
    run: (client) => client.trust.prepare({ intent: { kind: "renew" } }),
    notDone: "Nothing was drafted.",
    stale: ["trust"],
  });
  return (
    <Panel
      title={words.title}
      actions={
        <>
          {status.mode === "operator-held" && (
            <ButtonWithReason
              size="compact-sm"
              variant="default"
              reason={denial}
              loading={renew.isPending}
              onClick={() => renew.mutate(undefined)}
            >
              Renew everything
            </ButtonWithReason>
          )}
          <ButtonWithReason size="compact-sm" variant="default" reason={denial} onClick={onOnlineKeys}>
            Replace online keys
          </ButtonWithReason>
          <Button size="compact-sm" variant={status.mode === "server-held" ? "filled" : "default"} onClick={onTakeover}>
            {status.mode === "server-held" ? "Hand signing over to operators" : "Change who signs"}
          </Button>
        </>
      }
    >
      <p className={settings["lead"]}>{words.summary}</p>
      <div className={settings["sides"]}>
        <Side title="Protects against" points={words.protects} status="healthy" />
        <Side title="Does not protect against" points={words.exposes} status="unknown" />
      </div>
    </Panel>
  );
}

function Side({
  title,
  points,
  status,
}: {
  readonly title: string;
  readonly points: readonly string[];
  readonly status: "healthy" | "unknown";
}) {
  return (
    <div>
      <h3>{title}</h3>
      <ul className={settings["points"]}>
        {points.map((point) => (
          <li key={point}>
            <StatusShape status={status} size={15} />
            {point}
          </li>
        ))}
      </ul>
    </div>
  );
}
