import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "./ui/Link";
import { Page } from "./ui/Page";

/** NotFoundPage appears at an address that the app does not have. */
export function NotFoundPage() {
  const { t } = useLingui();
  return (
    <main className="alone">
      <Page title={t`We can't find this page`}>
        <p><Link className="button" to={{ screen: "campaigns" }}><Trans>My campaigns</Trans></Link></p>
      </Page>
    </main>
  );
}
