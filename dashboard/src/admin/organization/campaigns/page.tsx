import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../ui/format";
import { campaignTotalsQuery, type Campaign } from "../../data/campaigns";
import { useOrganization } from "../../shell/OrganizationShell";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { TableScroll } from "../../ui/TableScroll";
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
  return (
    <TableScroll label={t`Campaigns`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col"><Trans>Name</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Status</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Mobilizers</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Contacts</Trans></Table.Th>
          <Table.Th scope="col" ta="end"><Trans>Touchpoints</Trans></Table.Th>
          <Table.Th scope="col"><Trans>Created</Trans></Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{campaigns.map((campaign) => <CampaignRow key={campaign.id} campaign={campaign} />)}</Table.Tbody>
    </TableScroll>
  );
}

function CampaignRow({ campaign }: { campaign: Campaign }) {
  const format = useFormat(campaign.time_zone);
  const { totals } = campaign;
  const count = (n?: number) => (n === undefined ? "–" : format.number(n));
  return (
    <Table.Tr>
      <Table.Th scope="row"><Anchor component={Link} to={`/c/${campaign.id}`} fw={600}>{campaign.name}</Anchor></Table.Th>
      <Table.Td><StatusBadge status={campaign.status} /></Table.Td>
      <Table.Td ta="end">{count(totals?.mobilizers)}</Table.Td>
      <Table.Td ta="end">{count(totals?.contacts)}</Table.Td>
      <Table.Td ta="end">{count(totals?.relational_touchpoints)}</Table.Td>
      <Table.Td>{format.date(campaign.created_at)}</Table.Td>
    </Table.Tr>
  );
}
