import { Link } from "wouter";
import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import { adoptionLook, adoptionName, adoptionWords } from "../../components/publication/adoption-words.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { keys } from "../../data/query-keys.ts";
import { useAdoptions } from "../../data/use-adoptions.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./home.module.css";

/** An adoption with what people call it. */
export type Adopting = { readonly adoption: Adoption; readonly applicationName: string; readonly storeName: string };

/** Adoptions that have not ended, with the names of what they bring in. */
export function useAdopting(): readonly Adopting[] {
  const { adoptions, nameOf } = useAdoptions(undefined);
  const applications =
    useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal })).data ?? [];
  return adoptions.flatMap((adoption) => {
    const applicationName = applications.find((one) => one.id === adoption.applicationId)?.name;
    return applicationName === undefined ? [] : [{ adoption, applicationName, storeName: nameOf(adoption.storeId) }];
  });
}

/** Releases of one store on their way to being drafts. */
export function AdoptingRow({ adoption, applicationName, storeName }: Adopting) {
  const look = adoptionLook(adoption);
  return (
    <li className={classes["moving"]}>
      <div className={classes["movingHead"]}>
        <Link className={`rc-link ${classes["cover"]}`} href={`/applications/${adoption.applicationId}`}>
          {applicationName} {adoptionName(adoption)}
        </Link>
        <span className={classes["faint"]}>from {storeName}</span>
        <span className={classes["push"]}>
          <StatusBadge status={look.status} word={look.word} />
        </span>
      </div>
      <div className={classes["movingFoot"]}>
        <span className={classes["faint"]}>{adoptionWords(adoption)}</span>
      </div>
    </li>
  );
}
