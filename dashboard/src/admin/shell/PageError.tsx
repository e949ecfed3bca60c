import { useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Page } from "../ui/Page";
import { Empty } from "../ui/State";
import { ErrorPage } from "./ErrorPage";
import { OutsideShell } from "./OutsideShell";

/** PageError stands in for a page that failed in the browser. */
export function PageError({ error }: { error: unknown }) {
  return <ErrorPage error={error instanceof Error ? error : new Error(String(error))} retry={() => location.reload()} />;
}

/** NotFound stands in for an address that no page has. */
export function NotFound() {
  const { t } = useLingui();
  return (
    <OutsideShell>
      <Page title={t`We can't find this page`}>
        <Empty title={t`No page has this address`} action={<Button component={Link} to="/" mt="sm">{t`Go to the start`}</Button>}>
          {t`Check the address, or start over.`}
        </Empty>
      </Page>
    </OutsideShell>
  );
}
