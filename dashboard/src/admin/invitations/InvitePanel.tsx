import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, NativeSelect, Text, TextInput } from "@mantine/core";
import { useRef } from "react";
import { isApiError } from "../../api/problem";
import { Breakable } from "../../ui/Breakable";
import { locales, type Locale } from "../../ui/locale";
import { useDraft } from "../data/useDraft";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Dialog } from "../ui/Dialog";
import { fieldProps } from "../ui/fields";
import { Form } from "../ui/Form";
import { FormActions } from "../ui/FormActions";
import { createInvitation, invitationsKey, resendInvitation } from "./queries";

/** InvitePanel invites one person after another: it stays open after each. */
export function InvitePanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  return <Dialog side opened={opened} onClose={onClose} title={t`Invite Mobilizer`}><InviteForm onClose={onClose} /></Dialog>;
}

const blank = { email: "", first_name: "", last_name: "", language: "en" as Locale };

function InviteForm({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const { campaign } = useCampaign();
  const email = useRef<HTMLInputElement>(null);
  const first = { ...blank, language: i18n.locale as Locale };
  const { draft, set, reset } = useDraft(`invite:${campaign.id}`, first);
  const next = () => {
    reset({ ...first, language: draft.language });
    email.current?.focus();
  };
  const invite = useWrite({
    write: (values: typeof blank, key) => createInvitation(campaign.id, values, key),
    changes: [invitationsKey(campaign.id)],
    onSuccess: (invitation) => {
      announce(t`Invited ${invitation.email}`);
      next();
    },
  });
  const open = isApiError(invite.error, "invitation_open") ? invite.error.problem.invitation_id : undefined;
  const props = (field: string) => fieldProps("invite", field, invite.error);
  return (
    <Form name="invite" error={open ? null : invite.error} onSubmit={() => invite.submit(draft)}>
      {open && <OpenInvitation invitation={open} email={draft.email} done={() => { invite.reset(); next(); }} />}
      <TextInput {...props("email")} ref={email} label={t`Email`} type="email" required autoComplete="off" value={draft.email} onChange={(event) => set({ email: event.currentTarget.value })} data-autofocus />
      <TextInput {...props("first_name")} label={t`First name`} required autoComplete="off" value={draft.first_name} onChange={(event) => set({ first_name: event.currentTarget.value })} />
      <TextInput {...props("last_name")} label={t`Last name (optional)`} autoComplete="off" value={draft.last_name} onChange={(event) => set({ last_name: event.currentTarget.value })} />
      <NativeSelect {...props("language")} label={t`Language of the email`} data={Object.entries(locales).map(([value, label]) => ({ value, label }))} value={draft.language} onChange={(event) => set({ language: event.currentTarget.value as Locale })} />
      {invite.data && !invite.error && <Text size="sm" role="status"><Breakable>{t`Invited ${invite.data.email}. You can invite the next person.`}</Breakable></Text>}
      <FormActions pending={invite.pending} cancel={onClose} cancelLabel={invite.data && <Trans>Done</Trans>} label={<Trans>Save & Invite</Trans>} />
    </Form>
  );
}

// The address has an open invitation, which can be sent again instead.
function OpenInvitation({ invitation, email, done }: { invitation: string; email: string; done: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const resend = useWrite({
    write: (_: void, key) => resendInvitation(campaign.id, invitation, key),
    changes: [invitationsKey(campaign.id)],
    onSuccess: () => {
      announce(t`Sent again to ${email}`);
      done();
    },
  });
  return (
    <Alert color="yellow" variant="light" role="alert" title={t`This address has an open invitation`}>
      <Button size="xs" loading={resend.pending} onClick={() => resend.submit()}><Trans>Send it again</Trans></Button>
    </Alert>
  );
}
