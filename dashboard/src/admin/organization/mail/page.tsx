import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useFormat, viewerZone } from "../../../ui/format";
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

type WaitReason = NonNullable<MailStatus["wait_reason"]>;

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
      {mail.data?.wait_reason && <Waiting reason={mail.data.wait_reason} mail={mail.data} />}
      {mail.data && <Numbers mail={mail.data} />}
    </Page>
  );
}

/** Waiting says why emails wait that leave by themselves. */
function Waiting({ reason, mail }: { reason: WaitReason; mail: MailStatus }) {
  const { t } = useLingui();
  const format = useFormat();
  const { sent = 0, accepted = 0, accepted_until = 0 } = mail.new_organization ?? {};
  const [sentCount, acceptedCount, until] = [sent, accepted, accepted_until].map((n) => format.number(n));
  const reasons: Record<WaitReason, string> = {
    service_stopped: t`The operator of Kith has stopped all email. You don't have to do anything.`,
    sandbox: t`The email service sends only to addresses that the operator of Kith has verified. Ask the operator to request production access.`,
    paused: t`The email service has paused sending. The operator of Kith sees the reason in the console of the email service.`,
    unverified: t`The domain that Kith sends from is not verified at the email service. The operator of Kith has to complete its DNS records.`,
    new_organization: t`Your organization is new: it has sent ${sentCount} invitations, and ${acceptedCount} of them were accepted. The others leave once ${until} are accepted. Share the link of the landing page, or ask the operator of Kith to lift this limit.`,
  };
  return <Alert color="yellow" variant="light" title={t`Emails wait`}><Text size="sm">{reasons[reason]} <Trans>Waiting emails are kept.</Trans></Text></Alert>;
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
      <Text size="sm" mb="sm"><StopText mail={mail} /></Text>
      <FormProblem error={resume.error} form="mail" />
      <ReasonButton reason={mail.stop_reason === "first_bounces" ? t`Only the operator of Kith can let your organization send again.` : !owner && t`Only owners can do this.`} loading={resume.pending} onClick={() => resume.submit()}>{t`Resume`}</ReasonButton>
    </Alert>
  );
}

/** StopText says since when email is on hold, why, and what to do. */
function StopText({ mail }: { mail: MailStatus }) {
  const { t } = useLingui();
  const format = useFormat(viewerZone());
  const since = format.dateTime(mail.stopped_at!);
  const [bounceLimit, complaintLimit] = [mail.limits.bounce_rate, mail.limits.complaint_rate].map((rate) => format.percent({ count: rate, of: 1 }));
  const texts: Record<NonNullable<MailStatus["stop_reason"]>, string> = {
    first_bounces: t`On hold since ${since}: too many of your organization's first emails bounced. Check the addresses that bounced. Then ask the operator of Kith to let the organization send.`,
    bounces: t`On hold since ${since}: too many emails bounced; the limit is ${bounceLimit}. Check the addresses that bounced, and invite only addresses that you know to be right. Then an owner can resume sending.`,
    complaints: t`On hold since ${since}: too many emails were marked as spam; the limit is ${complaintLimit}. Invite only people who expect it. Then an owner can resume sending.`,
  };
  return <>{texts[mail.stop_reason!]} <Trans>Waiting emails are kept.</Trans></>;
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
        <Fact name={t`Bounced`}>{share(mail.bounced)} · <Trans>limit {limit(mail.limits.bounce_rate)}</Trans></Fact>
        <Fact name={t`Marked as spam`}>{share(mail.complained)} · <Trans>limit {limit(mail.limits.complaint_rate)}</Trans></Fact>
        {mail.resumed_at && <Fact name={t`Resumed`}>{format.dateTime(mail.resumed_at)} · {mail.resumed_by}</Fact>}
      </Facts>
      <Text size="sm" c="dimmed" mt="md"><Trans>The limits hold from {least} emails on.</Trans></Text>
    </Section>
  );
}
