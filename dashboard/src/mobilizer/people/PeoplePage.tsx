import { Trans, useLingui } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { fullName } from "./names";

/** PeoplePage lists all of the person's contacts. */
export function PeoplePage() {
  const { t } = useLingui();
  const { id, contacts } = useCampaign();
  return (
    <Page title={t`People`}>
      {contacts.length === 0 && <p><Trans>Nobody yet.</Trans></p>}
      <ul className="plain-list">
        {contacts.map((c) => <li key={c.id}><Link className="row" to={{ screen: "person", campaign: id, contact: c.id }}>{fullName(c)}</Link></li>)}
      </ul>
    </Page>
  );
}
