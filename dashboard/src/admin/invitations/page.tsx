import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { DataTable } from "../list/DataTable";
import type { Filter } from "../list/filters";
import { NoRows } from "../list/NoRows";
import { Toolbar } from "../list/Toolbar";
import { useList } from "../list/useList";
import { useCampaign } from "../shell/CampaignContext";
import { Icon } from "../ui/icons";
import { useDeliveryNames, useInvitationStatusNames } from "../ui/InvitationTags";
import { Page } from "../ui/Page";
import { ReasonButton } from "../ui/ReasonButton";
import { useInvitationColumns } from "./columns";
import { HeldMail } from "./HeldMail";
import { InvitationTabs } from "./InvitationTabs";
import { InvitePanel } from "./InvitePanel";
import { LandingPage } from "./LandingPage";
import { invitationsKey, listInvitations, type Invitation, type InvitationQuery, type InvitationsPage as ListPage } from "./queries";

function useFilters(): Filter[] {
  const { t } = useLingui();
  const statuses = useInvitationStatusNames();
  const deliveries = useDeliveryNames();
  const choices = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }));
  return [{ name: "status", label: t`Status`, choices: choices(statuses) }, { name: "delivery_status", label: t`Delivery`, choices: choices(deliveries) }];
}

/** InvitationsPage invites people and shows everybody who was invited by email. */
export default function InvitationsPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [inviting, setInviting] = useState(false);
  const search = useSearch({ from: "/c/$campaign/invitations" });
  const filters = useFilters();
  const columns = useInvitationColumns();
  const query = { status: search.status, delivery_status: search.delivery_status, search: search.search } as InvitationQuery;
  const list = useList<Invitation, ListPage>({
    queryKey: [...invitationsKey(campaign.id), query],
    fetchPage: (page) => listInvitations(campaign.id, { ...query, page }),
    search,
    refetchInterval: 30_000,
  });
  const next = { draft: t`Publish the campaign, then invite people by email.`, active: t`Invite people by email: they can join without the passcode.`, closed: t`Nobody was invited by email.` }[campaign.status];
  return (
    <Page title={t`Invitations`} context={campaign.name} actions={<Actions onInvite={() => setInviting(true)} />}>
      <HeldMail />
      <InvitationTabs />
      <LandingPage />
      <Toolbar search={search} filters={filters} error={list.error} searchLabel={t`Search by name or email`} />
      <DataTable
        label={t`Invitations`} columns={columns} list={list} rowId={(i) => i.id}
        empty={<NoRows search={search} filters={filters} none={t`No invitation matches these filters.`} yet={t`No invitations yet`} next={next} action={campaign.status === "draft" && <Button component={Link} to={`/c/${campaign.id}/content`} mt="xs"><Trans>Publish the campaign</Trans></Button>} />}
      />
      <InvitePanel opened={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}

function Actions({ onInvite }: { onInvite: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const reason = { draft: t`Publish the campaign first.`, active: false as const, closed: t`This campaign is closed.` }[campaign.status];
  if (reason) return <ReasonButton reason={reason} leftSection={<Icon name="plus" size={16} />}>{t`Invite Mobilizer`}</ReasonButton>;
  return (
    <>
      <Button variant="default" component={Link} to={`/c/${campaign.id}/invitations/import`} leftSection={<Icon name="upload" size={16} />}><Trans>Invite many</Trans></Button>
      <Button leftSection={<Icon name="plus" size={16} />} onClick={onInvite}><Trans>Invite Mobilizer</Trans></Button>
    </>
  );
}
