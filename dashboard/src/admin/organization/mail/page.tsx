import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useFormat } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Fact, Facts } from "../../ui/Facts";
import { FormProblem } from "../../ui/FormProblem";
import { Page } from "../../ui/Page";
import { ReasonButton } from "../../ui/ReasonButton";
import { Section } from "../../ui/Section";
import { ErrorState, Loading } from "../../ui/State";
import { Tag } from "../../ui/Tag";
import { mailStatusQuery, resumeMail, type MailStatus } from "../queries";

/** MailPage shows whether the organization's email goes out, and lets owners resume it. */
export default function MailPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const mail = useQuery(mailStatusQuery(organization.id));
  return (
    <Page title={t`Email`} context={organization.name} description={t`Invitations are sent in the organization's name. Sending stops when too many are bounced or marked as spam.`}>
      {mail.isPending && <Loading />}
      {mail.isError && <ErrorState error={mail.error} retry={() => void mail.refetch()} />}
      {mail.data?.status === "stopped" && <Stopped mail={mail.data} />}
      {mail.data && <Numbers mail={mail.data} />}
    </Page>
  );
}

function Stopped({ mail }: { mail: MailStatus }) {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const resume = useWrite({
    write: (_: void, key) => resumeMail(organization.id, key),
    changes: [mailStatusQuery(organization.id).queryKey],
    onSuccess: () => announce(t`Email goes out again`),
  });
  return (
    <Alert color="yellow" variant="light" title={t`Email is on hold`}>
      <Text size="sm" mb="sm">{mail.message}</Text>
      <FormProblem error={resume.error} form="mail" />
      <ReasonButton reason={!owner && t`Only owners can do this.`} loading={resume.pending} onClick={() => resume.submit()}>{t`Resume`}</ReasonButton>
    </Alert>
  );
}

function Numbers({ mail }: { mail: MailStatus }) {
  const { t } = useLingui();
  const format = useFormat();
  const share = (count: number) => `${format.number(count)} (${format.percent({ count, of: mail.sent })})`;
  const limit = (rate: number) => format.percent({ count: rate, of: 1 });
  const least = format.number(mail.limits.sent_at_least);
  return (
    <Section title={t`Delivery`}>
      <Facts>
        <Fact name={t`Status`}>{mail.status === "sending" ? <Tag tone="good"><Trans>Sending</Trans></Tag> : <Tag tone="attention"><Trans>On hold</Trans></Tag>}</Fact>
        <Fact name={t`Counted since`}>{format.date(mail.counted_since)}</Fact>
        <Fact name={t`Sent`}>{format.number(mail.sent)}</Fact>
        <Fact name={t`Bounced`}>{share(mail.bounced)} · <Trans>limit {limit(mail.limits.bounce_rate)}</Trans></Fact>
        <Fact name={t`Marked as spam`}>{share(mail.complained)} · <Trans>limit {limit(mail.limits.complaint_rate)}</Trans></Fact>
        {mail.resumed_at && <Fact name={t`Resumed`}>{format.date(mail.resumed_at)} · {mail.resumed_by}</Fact>}
      </Facts>
      <Text size="sm" c="dimmed" mt="md"><Trans>The limits hold from {least} emails on.</Trans></Text>
    </Section>
  );
}
