import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Parts } from "../../../ui/Parts";
import { useFormat, viewerZone } from "../../../ui/format";
import { mailStatusQuery, type MailStatus } from "../../data/mail";
import { useOrganization } from "../../shell/OrganizationShell";
import { Fact, Facts } from "../../ui/Facts";
import { MailAlerts } from "../../ui/MailAlerts";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { ErrorState, Loading } from "../../ui/State";
import { Tag } from "../../ui/Tag";

/** MailPage shows whether the organization's email goes out, and lets owners resume it. */
export default function MailPage() {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const mail = useQuery(mailStatusQuery(organization.id));
  return (
    <Page title={t`Email`} context={organization.name} description={t`Invitations are sent in the organization's name. Sending stops when too many are bounced or marked as spam.`}>
      {mail.isPending && <Loading />}
      {mail.isError && <ErrorState error={mail.error} retry={() => void mail.refetch()} />}
      {mail.data && <MailAlerts mail={mail.data} organization={organization.id} owner={owner} />}
      {mail.data && <Numbers mail={mail.data} />}
    </Page>
  );
}

function StatusTag({ status }: { status: MailStatus["status"] }) {
  const { t } = useLingui();
  const names = { sending: t`Sending`, waiting: t`Emails wait`, stopped: t`On hold` };
  return <Tag tone={status === "sending" ? "good" : "attention"}>{names[status]}</Tag>;
}

function Numbers({ mail }: { mail: MailStatus }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const share = (count: number) => `${format.number(count)} (${format.percent({ count, of: mail.sent })})`;
  const limit = (rate: number) => format.percent({ count: rate, of: 1 });
  const least = format.number(mail.limits.sent_at_least);
  return (
    <Section title={t`Delivery`}>
      <Facts>
        <Fact name={t`Status`}><StatusTag status={mail.status} /></Fact>
        <Fact name={t`Counted since`}>{format.dateTime(mail.counted_since)}</Fact>
        <Fact name={t`Sent`}>{format.number(mail.sent)}</Fact>
        <Fact name={t`Bounced`}><Parts of={[share(mail.bounced), t`limit ${limit(mail.limits.bounce_rate)}`]} /></Fact>
        <Fact name={t`Marked as spam`}><Parts of={[share(mail.complained), t`limit ${limit(mail.limits.complaint_rate)}`]} /></Fact>
        {mail.resumed_at && <Fact name={t`Resumed`}><Parts of={[format.dateTime(mail.resumed_at), mail.resumed_by]} /></Fact>}
      </Facts>
      <Text size="sm" c="dimmed" mt="md"><Trans>The limits apply from {least} sent emails on.</Trans></Text>
    </Section>
  );
}
