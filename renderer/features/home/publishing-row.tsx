import { Link } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { Publication } from "#shared/domain/publication/publication.ts";
import { bytesWords, publicationLook } from "../../components/publication/publication-words.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { usePublications } from "../../data/use-publications.ts";
import classes from "./home.module.css";

/** A publication with what people call it. */
export type Publishing = {
  readonly publication: Publication;
  readonly release: Pick<ReleaseRow, "version" | "applicationId">;
  readonly applicationName: string;
  readonly storeName: string;
};

/** Publications that have not ended, with the names of what they publish. */
export function usePublishing(): readonly Publishing[] {
  const { publications = [], nameOf } = usePublications(undefined);
  const ids = [...new Set(publications.map((one) => one.releaseId))].toSorted();
  const releases = useContractQuery(
    keys.releasesById(ids),
    (client, signal) => Promise.all(ids.map((releaseId) => client.releases.get({ releaseId }, { signal }))),
    { enabled: ids.length > 0, keepsLast: true },
  );
  const applications =
    useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal })).data ?? [];
  return publications.flatMap((publication) => {
    const release = releases.data?.find((one) => one.id === publication.releaseId);
    const applicationName = applications.find((one) => one.id === release?.applicationId)?.name;
    if (release === undefined || applicationName === undefined) return [];
    return [{ publication, release, applicationName, storeName: nameOf(publication.storeId) }];
  });
}

/** One release on its way to one store. */
export function PublishingRow({ publication, release, applicationName, storeName }: Publishing) {
  const look = publicationLook(publication);
  return (
    <li className={classes["moving"]}>
      <div className={classes["movingHead"]}>
        <Link className={`rc-link ${classes["cover"]}`} href={`/applications/${release.applicationId}?release=${publication.releaseId}`}>
          {applicationName} {release.version}
        </Link>
        <span className={classes["faint"]}>to {storeName}</span>
        <span className={classes["push"]}>
          <StatusBadge status={look.status} word={look.word} />
        </span>
      </div>
      <div className={classes["movingFoot"]}>
        <span className={classes["faint"]}>{publication.message === "" ? bytesWords(publication, []) : publication.message}</span>
      </div>
    </li>
  );
}
