import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client";
import { latestActivityQuery, type Analytics } from "../data/campaigns";
import { useTexts } from "../data/texts";
import type { Column } from "../list/columns";
import { RowTable } from "../list/RowTable";
import { useCampaign } from "../shell/CampaignContext";
import { fullName } from "../ui/fullName";
import { Instant } from "../ui/Instant";
import { Section } from "../ui/Section";
import { Empty, ErrorState, Loading } from "../ui/State";

type Contact = Schemas["Contact"];

interface LatestActivityProps {
  contacts: number;
  asOf: Analytics["as_of"];
}

/** LatestActivity shows the ten contacts with the latest activity, and leads to all of them in this order. */
export function LatestActivity({ contacts, asOf }: LatestActivityProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  return (
    <Section
      title={t`Latest activity`} description={t`The ten contacts with the most recent activity.`}
      actions={contacts > 0 && <Anchor component={Link} to={`/c/${campaign.id}/people/contacts?sort=last_activity&order=desc`} size="sm"><Trans>All by last activity</Trans></Anchor>}
    >
      {contacts > 0 ? <LatestContacts asOf={asOf} /> : <Empty title={t`No activity yet`}>{t`Contacts appear here once mobilizers add them.`}</Empty>}
    </Section>
  );
}

function LatestContacts({ asOf }: Pick<LatestActivityProps, "asOf">) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const texts = useTexts();
  const { data, error, refetch } = useQuery(latestActivityQuery(campaign.id, asOf));
  const columns: Column<Contact>[] = [
    { id: "contact", header: t`Contact`, cell: (c) => <Anchor component={Link} to={`/c/${campaign.id}/people/contacts/${c.id}`} fw={600}>{fullName(c)}</Anchor> },
    { id: "mobilizer", header: t`Mobilizer`, cell: (c) => fullName(c.mobilizer) },
    { id: "response", header: t`Current response`, cell: (c) => (c.key_question_response ? texts.response(c.key_question_response.id, c.key_question_response.text) : t`No response yet`) },
    { id: "at", header: t`When`, cell: (c) => <Instant at={c.last_activity_at} timeZone={campaign.time_zone} /> },
  ];
  if (data) return <RowTable label={t`Latest activity`} columns={columns} rows={data.contacts} rowId={(c) => c.id} />;
  return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Loading rows={4} />;
}
