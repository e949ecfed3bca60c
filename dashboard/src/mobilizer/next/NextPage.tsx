import { Trans, useLingui } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { fullName } from "../people/names";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { queue } from "./queue";

/** NextPage shows whom to talk to next. */
export function NextPage() {
  const { t } = useLingui();
  const { id, campaign, contacts } = useCampaign();
  const [next] = queue(campaign, contacts, new Date());
  return (
    <Page title={t`Who next?`}>
      {!next && <p><Trans>Nobody for now.</Trans></p>}
      {next && <h2><Link to={{ screen: "person", campaign: id, contact: next.contact.id }}>{fullName(next.contact)}</Link></h2>}
    </Page>
  );
}
