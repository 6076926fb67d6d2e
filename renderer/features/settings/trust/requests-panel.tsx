import { Button } from "@mantine/core";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { actorName } from "../../../components/actor-name.ts";
import { Panel } from "../../../components/panel.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import settings from "../settings.module.css";
import { requestLook, requestWords } from "./request-words.ts";
import classes from "./trust.module.css";

type RequestsPanelProps = { readonly requests: readonly SigningRequest[]; readonly onOpen: (id: string) => void };

/** More ended requests than this are for the audit. */
const ENDED_SHOWN = 5;

/** What waits for signatures, and what was signed lately. Shown while there is any. */
export function RequestsPanel({ requests, onOpen }: RequestsPanelProps) {
  const open = requests.filter((one) => one.state === "open");
  // A release tells of itself; what server-held keys signed along with it is no news here.
  const ended = requests.filter((one) => one.state !== "open" && one.intent.kind !== "publish").slice(0, ENDED_SHOWN);
  if (open.length + ended.length === 0) return null;
  const waiting = open.length === 1 ? "1 waits for signatures" : `${open.length} wait for signatures`;
  return (
    <Panel title="Signing requests" note={open.length === 0 ? "nothing waits" : waiting} flush>
      <ul className={classes["requests"]}>
        {[...open, ...ended].map((request) => {
          const look = requestLook(request);
          return (
            <li key={request.id} data-state={request.state}>
              <StatusBadge status={look.status} word={look.word} />
              <div className={classes["requestWords"]}>
                <strong>{request.title}</strong>
                <span className={settings["soft"]}>
                  {requestWords(request)} · asked for by {actorName(request.createdBy)} <TimeAgo at={request.createdAt} />
                </span>
              </div>
              <Button
                size="compact-sm"
                variant={request.state === "open" ? "filled" : "default"}
                onClick={() => onOpen(request.id)}
                aria-label={`${request.state === "open" ? "Sign" : "Look at"}: ${request.title}`}
              >
                {request.state === "open" ? "Sign" : "Look"}
              </Button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
