import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useFormat } from "../../../ui/format";
import { mailStatusQuery } from "../../data/mail";
import { useCampaign } from "../../shell/CampaignContext";

/** NewLimit says how many emails leave at once, if a new organization may not send as many as there are people to invite. */
export function NewLimit({ people }: { people: number }) {
  const { t } = useLingui();
  const format = useFormat();
  const { organization } = useCampaign();
  const mail = useQuery(mailStatusQuery(organization.id));
  const limits = mail.data?.new_organization;
  const left = limits && Math.max(0, limits.sent_at_most - limits.sent);
  if (!limits || left === undefined || mail.data?.wait_reason === "new_organization" || people <= left) return null;
  const until = format.number(limits.accepted_until);
  return (
    <Alert color="yellow" variant="light" title={t`${plural(left, { one: "Up to # email leaves now", other: "Up to # emails leave now" })}`}>
      <Text size="sm"><Trans>Your organization is new. The other emails wait, and leave once {until} invitations are accepted.</Trans></Text>
    </Alert>
  );
}
