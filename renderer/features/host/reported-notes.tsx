import type { HostDetail } from "#shared/contract/fleets.ts";
import { slotNotes } from "#shared/domain/host/slot-notes.ts";
import { AGENT_PRODUCT_ID, AGENT_TRIAL_NOTE } from "#shared/domain/release/agent-product.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { Note } from "./note.tsx";
import { isLockTold, type Comparison } from "./view-model.ts";

type Reported = HostDetail["reported"][number];

/** What waits for somebody's word, and what this host runs otherwise than it was signed. */
export function ReportedNotes({ reported, desired }: { readonly reported: Reported; readonly desired: Comparison["desired"] }) {
  const { updateLock, waiting } = reported;
  const isOnTrial = desired?.productId === AGENT_PRODUCT_ID && reported.phase === "probation";
  return (
    <>
      {isOnTrial && <Note status="progressing">{AGENT_TRIAL_NOTE}</Note>}
      {updateLock !== undefined && !isLockTold(updateLock, desired) && (
        <Note status="paused">
          Not now, says the application: {updateLock.reason}. Its lock ends <TimeAgo at={updateLock.until} />.
        </Note>
      )}
      {slotNotes({ ...reported, waiting: undefined }).map((note) => (
        <Note key={note} status="paused">
          {note}
        </Note>
      ))}
      {waiting !== undefined && (
        <Note status="paused">
          {slotNotes({ waiting })} · asked again <TimeAgo at={waiting.retryAt} />
        </Note>
      )}
    </>
  );
}
