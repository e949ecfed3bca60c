import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useOrganization } from "../../shell/OrganizationShell";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { administratorInvitationsQuery, administratorsQuery } from "../queries";
import { AdministratorTable } from "./AdministratorTable";
import { InvitationTable } from "./InvitationTable";
import { InvitePanel } from "./InvitePanel";

/** AdministratorsPage has the people who administer the organization, and those who are invited to. */
export default function AdministratorsPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const [inviting, setInviting] = useState(false);
  const administrators = useQuery(administratorsQuery(organization.id));
  const invite = <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setInviting(true)}><Trans>Invite an administrator</Trans></Button>;
  return (
    <Page title={t`Administrators`} context={organization.name} actions={invite} description={t`Owners can do everything. Admins run campaigns, and can't change owners.`}>
      {administrators.isPending && <Loading />}
      {administrators.isError && <ErrorState error={administrators.error} retry={() => void administrators.refetch()} />}
      {administrators.data && <Section title={t`People`}><AdministratorTable administrators={administrators.data.items} /></Section>}
      <Invitations />
      <InvitePanel opened={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}

function Invitations() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const invitations = useQuery(administratorInvitationsQuery(organization.id));
  if (invitations.isError) return <ErrorState error={invitations.error} retry={() => void invitations.refetch()} />;
  if (!invitations.data) return null;
  return (
    <Section title={t`Invitations`}>
      {invitations.data.items.length === 0 ? <Empty title={t`No invitations yet`} /> : <InvitationTable invitations={invitations.data.items} />}
    </Section>
  );
}
