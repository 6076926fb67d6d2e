import { Skeleton } from "@mantine/core";
import classes from "./frame.module.css";

/** The rough layout of a screen, shown only when its code takes longer than a moment to load. */
export function ScreenSkeleton() {
  return (
    <div className={classes["skeleton"]} aria-hidden="true">
      <Skeleton height={26} width={220} />
      <Skeleton height={140} />
      <Skeleton height={260} />
    </div>
  );
}
