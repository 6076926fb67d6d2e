import { Drawer } from "@mantine/core";
import { Link } from "wouter";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { actorName } from "../../components/actor-name.ts";
import { FactList } from "../../components/fact-list.tsx";
import { absoluteTime } from "../../components/relative-time.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./application.module.css";
import { ArtifactList } from "./artifact-list.tsx";
import { ComparisonSection } from "./comparison-section.tsx";
import { PublicationsSection } from "./publications-section.tsx";
import { ReleaseActions } from "./release-actions.tsx";
import { SigningNotice } from "./signing-notice.tsx";
import { releaseLook, runSpecLines, targetsOf } from "./view-model.ts";

type ReleaseDrawerProps = {
  readonly application: ApplicationRow;
  readonly release: ReleaseRow | undefined;
  readonly fleets: readonly FleetRow[];
  readonly onClose: () => void;
  readonly onMoveChannel: (releaseId: string) => void;
};

/** One release whole: its files, what hosts run, where it is wanted, and every verb it has. */
export function ReleaseDrawer({ application, release, fleets, onClose, onMoveChannel }: ReleaseDrawerProps) {
  return (
    <Drawer
      opened={release !== undefined}
      onClose={onClose}
      position="right"
      size={660}
      title={release === undefined ? "" : `${application.name} ${release.version}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {release !== undefined && (
        <div className={classes["release"]}>
          <ReleaseState release={release} />
          {release.notes !== "" && <p className={classes["notes"]}>{release.notes}</p>}
          <WhereItRuns release={release} fleets={fleets} />
          <SigningNotice release={release} />
          <PublicationsSection release={release} />
          <ComparisonSection release={release} />
          <h3 className={classes["sub"]}>Files</h3>
          <ArtifactList artifacts={release.artifacts} />
          <h3 className={classes["sub"]}>What a host runs</h3>
          <RunSpecFacts release={release} />
          <ReleaseActions application={application} release={release} onClose={onClose} onMoveChannel={() => onMoveChannel(release.id)} />
        </div>
      )}
    </Drawer>
  );
}

function ReleaseState({ release }: { readonly release: ReleaseRow }) {
  const look = releaseLook(release);
  const when = release.publishedAt ?? release.createdAt;
  return (
    <>
      <div className={classes["stateLine"]}>
        <StatusBadge status={look.status} word={look.word} />
        <span className={classes["faint"]}>
          {release.publishedAt === undefined ? "drafted" : "published"} {absoluteTime(when)} by {actorName(release.createdBy)}
        </span>
      </div>
      {release.blocked !== undefined && (
        <div className={classes["notice"]}>
          <StatusShape status="paused" size={16} />
          <span>
            <strong>Blocked by {actorName(release.blocked.by)}:</strong> {release.blocked.reason}. No host is offered it; hosts that run it
            keep running it.
          </span>
        </div>
      )}
      {release.withdrawnAt !== undefined && (
        <div className={classes["notice"]}>
          <StatusShape status="unknown" size={16} />
          <span>Withdrawn {absoluteTime(release.withdrawnAt)}. It is never offered again; hosts that run it were left alone.</span>
        </div>
      )}
    </>
  );
}

function WhereItRuns({ release, fleets }: { readonly release: ReleaseRow; readonly fleets: readonly FleetRow[] }) {
  const targets = targetsOf(release.id, fleets);
  const running = release.hosts === 0 ? "on no host" : `on ${release.hosts} ${release.hosts === 1 ? "host" : "hosts"}`;
  const wanted =
    targets.length === 0 ? (
      <span className={classes["faint"]}>by no group</span>
    ) : (
      <ul className={classes["targets"]}>
        {targets.map((one) => (
          <li key={`${one.fleetId}/${one.groupName}`}>
            <Link className="rc-link" href={`/fleets/${one.fleetId}?q=${encodeURIComponent(`group:${one.groupName}`)}`}>
              {one.fleetName} / {one.groupName}
            </Link>
          </li>
        ))}
      </ul>
    );
  return (
    <FactList
      facts={[
        { name: "Runs", value: running },
        { name: "Wanted", value: wanted },
        {
          name: "Channels",
          value: release.channels.length === 0 ? <span className={classes["faint"]}>none</span> : release.channels.join(", "),
        },
      ]}
    />
  );
}

function RunSpecFacts({ release }: { readonly release: ReleaseRow }) {
  const facts = runSpecLines(release.runSpec).map((line) => ({
    name: line.name,
    value: line.isCode ? <code className={classes["code"]}>{line.text}</code> : line.text,
  }));
  return <FactList facts={facts} />;
}
