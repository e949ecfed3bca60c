import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { locales, type Locale } from "../../../ui/locale";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Dialog } from "../../ui/Dialog";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { administratorInvitationsQuery, inviteAdministrator, type Administrator, type Role } from "../queries";
import { useRoleNames } from "../roles";

interface InvitePanelProps {
  opened: boolean;
  onClose: () => void;
  /** owner is the admin who is invited as an owner, if one is. */
  owner?: Administrator;
}

/** InvitePanel invites somebody to administer the organization. Only owners invite owners. */
export function InvitePanel({ opened, onClose, owner }: InvitePanelProps) {
  const name = owner?.name;
  const { t } = useLingui();
  return <Dialog side opened={opened} onClose={onClose} title={name ? t`Invite ${name} as an owner` : t`Invite an administrator`}><InviteForm onClose={onClose} invited={owner} /></Dialog>;
}

/** valuesOf are the form's first values: those of an admin to invite as an owner, if there is one. */
function valuesOf(language: Locale, invited?: Administrator) {
  const [first_name = "", ...rest] = (invited?.name ?? "").split(" ");
  return { email: invited?.email ?? "", first_name, last_name: rest.join(" "), role: (invited ? "owner" : "admin") as Role, language };
}

function InviteForm({ onClose, invited }: { onClose: () => void; invited?: Administrator }) {
  const { t, i18n } = useLingui();
  const { organization, owner } = useOrganization();
  const names = useRoleNames();
  const [first] = useState(() => valuesOf(i18n.locale as Locale, invited));
  const { draft, set, reset } = useDraft(`invite-administrator:${organization.id}:${invited?.user_id ?? ""}`, first);
  const close = () => {
    reset(first);
    onClose();
  };
  const invite = useWrite({
    write: (values: typeof first, key) => inviteAdministrator(organization.id, values, key),
    changes: [administratorInvitationsQuery(organization.id).queryKey],
    onSuccess: ({ email }) => {
      announce(t`Invited ${email}`);
      close();
    },
  });
  const props = (field: string) => fieldProps("administrator", field, invite.error);
  const roles = (Object.keys(names) as Role[]).filter((role) => owner || role !== "owner").map((value) => ({ value, label: names[value] }));
  return (
    <Form name="administrator" error={invite.error} onSubmit={() => invite.submit(draft)}>
      <TextInput {...props("email")} label={t`Email`} type="email" required autoComplete="off" value={draft.email} onChange={(event) => set({ email: event.currentTarget.value })} data-autofocus />
      <TextInput {...props("first_name")} label={t`First name`} required autoComplete="off" value={draft.first_name} onChange={(event) => set({ first_name: event.currentTarget.value })} />
      <TextInput {...props("last_name")} label={t`Last name (optional)`} autoComplete="off" value={draft.last_name} onChange={(event) => set({ last_name: event.currentTarget.value })} />
      <NativeSelect {...props("role")} label={t`Role`} description={owner ? undefined : t`Only owners invite owners.`} data={roles} value={draft.role} onChange={(event) => set({ role: event.currentTarget.value as Role })} />
      <NativeSelect {...props("language")} label={t`Language of the email`} data={Object.entries(locales).map(([value, label]) => ({ value, label }))} value={draft.language} onChange={(event) => set({ language: event.currentTarget.value as Locale })} />
      <FormActions pending={invite.pending} cancel={close} label={<Trans>Save & Invite</Trans>} />
    </Form>
  );
}
