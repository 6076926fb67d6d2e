import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import classes from "./publish.module.css";

type NextVerbsProps = {
  readonly run: { readonly applicationId: string; readonly releaseId: string };
  /** The likeliest next step; stands first. */
  readonly children: ReactNode;
  readonly onAgain: () => void;
  readonly isLeft?: boolean;
};

/** What comes after publishing: the likeliest step, the release, the next one. */
export function NextVerbs({ run, children, onAgain, isLeft = false }: NextVerbsProps) {
  return (
    <div className={classes["publishedVerbs"]} data-left={isLeft || undefined}>
      {children}
      <Button variant="default" component={Link} href={`/applications/${run.applicationId}?release=${run.releaseId}`}>
        Look at the release
      </Button>
      <Button variant="subtle" onClick={onAgain}>
        Publish another
      </Button>
    </div>
  );
}
