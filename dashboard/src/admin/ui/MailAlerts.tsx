import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Text } from "@mantine/core";
import type { QueryKey } from "@tanstack/react-query";
import { useFormat, viewerZone } from "../../ui/format";
import { mailStatusQuery, resumeMail, type MailStatus } from "../data/mail";
import { useWrite } from "../data/useWrite";
import { announce } from "./announce";
import { FormProblem } from "./FormProblem";
import { ReasonButton } from "./ReasonButton";

type WaitReason = NonNullable<MailStatus["wait_reason"]>;

interface MailAlertsProps {
  mail: MailStatus;
  organization: string;
  /** owner reports whether the signed-in person is an owner of the organization. */
  owner: boolean;
  /** changes are further queries that change when sending is resumed. */
  changes?: QueryKey[];
}

/** MailAlerts say that an organization's email is on hold or waits, why, and what to do. Owners resume sending there. */
export function MailAlerts({ mail, ...access }: MailAlertsProps) {
  return (
    <>
      {mail.status === "stopped" && <Stopped mail={mail} {...access} />}
      {mail.wait_reason && <Waiting reason={mail.wait_reason} mail={mail} />}
    </>
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

function Stopped({ mail, organization, owner, changes = [] }: MailAlertsProps) {
  const { t } = useLingui();
  const resume = useWrite({
    write: (_: void, key) => resumeMail(organization, key),
    changes: [mailStatusQuery(organization).queryKey, ...changes],
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
