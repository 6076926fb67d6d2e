import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "wouter";
import { EmptyState } from "../components/empty-state.tsx";
import { PageHeader } from "../components/page-header.tsx";

/** An address that leads nowhere. */
export function NotFoundScreen() {
  return (
    <>
      <PageHeader title="Nothing here" />
      <EmptyState
        icon={<IconMapOff size={22} stroke={1.6} />}
        title="This address leads nowhere"
        action={
          <Button component={Link} href="/">
            Go to home
          </Button>
        }
      >
        The link may be old, or what it named was removed. The palette finds everything there is.
      </EmptyState>
    </>
  );
}
