import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../ui/format";
import { campaignTotalsQuery, type Campaign } from "../../data/campaigns";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { useOrganization } from "../../shell/OrganizationShell";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { StatusBadge } from "../../ui/StatusBadge";

export default function CampaignsPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const campaigns = useQuery(campaignTotalsQuery(organization.id));
  return (
    <Page title={t`Campaigns`} context={organization.name} actions={<NewCampaignButton />}>
      {campaigns.isError && <ErrorState error={campaigns.error} retry={() => void campaigns.refetch()} />}
      {campaigns.isPending && <Loading />}
      {campaigns.data?.items.length === 0 && <Empty title={t`No campaigns yet`} action={<NewCampaignButton />}>{t`A campaign asks people to talk to the people they know.`}</Empty>}
      {!!campaigns.data?.items.length && <CampaignTable campaigns={campaigns.data.items} />}
    </Page>
  );
}

function NewCampaignButton() {
  const { organization } = useOrganization();
  return <Button component={Link} to={`/o/${organization.id}/new-campaign`} leftSection={<Icon name="plus" size={16} />}><Trans>New campaign</Trans></Button>;
}

function CampaignTable({ campaigns }: { campaigns: Campaign[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const count = (n?: number) => (n === undefined ? "–" : format.number(n));
  const columns: Column<Campaign>[] = [
    { id: "name", header: t`Name`, cell: (c) => <Anchor component={Link} to={`/c/${c.id}`} fw={600}>{c.name}</Anchor> },
    { id: "status", header: t`Status`, cell: (c) => <StatusBadge status={c.status} /> },
    { id: "mobilizers", header: t`Mobilizers`, numeric: true, cell: (c) => count(c.totals?.mobilizers) },
    { id: "contacts", header: t`Contacts`, numeric: true, cell: (c) => count(c.totals?.contacts) },
    { id: "touchpoints", header: t`Touchpoints`, numeric: true, cell: (c) => count(c.totals?.relational_touchpoints) },
    { id: "created", header: t`Created`, date: true, cell: (c) => <CreatedOn campaign={c} /> },
  ];
  return <RowTable label={t`Campaigns`} columns={columns} rows={campaigns} rowId={(c) => c.id} />;
}

const CreatedOn = ({ campaign }: { campaign: Campaign }) => useFormat(campaign.time_zone).date(campaign.created_at);
