import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce, announceFailure } from "../ui/announce";
import { Confirm } from "../ui/Confirm";
import { DeleteButton } from "../ui/DeleteButton";
import { useProblemText } from "../ui/problems";
import { deleteInvitation, invitationsKey, resendInvitation, revokeInvitation, type Invitation } from "./queries";

/** RowActions resends, revokes or deletes an invitation. */
export function RowActions({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const text = useProblemText();
  const [open, setOpen] = useState<"revoke">();
  const changes = [invitationsKey(campaign.id)];
  const name = [invitation.first_name, invitation.last_name].filter(Boolean).join(" ") || invitation.email;
  const resend = useWrite({
    write: (_: void, key) => resendInvitation(campaign.id, invitation.id, key), changes,
    onSuccess: () => announce(t`Sent again to ${invitation.email}`),
    onError: (error) => announceFailure(text(error).detail),
  });
  const revoke = useWrite({
    write: (_: void, key) => revokeInvitation(campaign.id, invitation.id, key), changes,
    onSuccess: () => {
      setOpen(undefined);
      announce(t`Revoked`);
    },
  });
  if (invitation.status === "accepted") return "–";
  const pending = !closed && invitation.status !== "revoked";
  return (
    <Group gap={4} wrap="nowrap">
      {pending && <Button size="compact-sm" variant="subtle" loading={resend.pending} aria-label={t`Resend: ${name}`} onClick={() => resend.submit()}><Trans>Resend</Trans></Button>}
      {pending && invitation.status === "open" && <Button size="compact-sm" variant="subtle" color="red" aria-label={t`Revoke: ${name}`} onClick={() => setOpen("revoke")}><Trans>Revoke</Trans></Button>}
      <DeleteButton size="compact-sm" variant="subtle" name={t`invitation of ${name}`} write={() => deleteInvitation(campaign.id, invitation.id)} changes={changes}>
        <Trans>The invitation is deleted with the person's name and email address, its links stop working, and an email that was not sent yet is not sent. The person can be invited again.</Trans>
      </DeleteButton>
      <Confirm opened={open === "revoke"} title={t`Revoke the invitation of ${name}?`} action={t`Revoke`} danger pending={revoke.pending} error={revoke.error} onConfirm={() => revoke.submit()} onClose={() => setOpen(undefined)}>
        <Text size="sm"><Trans>Its link stops working. You can invite the address again later.</Trans></Text>
      </Confirm>
    </Group>
  );
}
