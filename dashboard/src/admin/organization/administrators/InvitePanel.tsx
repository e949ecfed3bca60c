import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, TextInput } from "@mantine/core";
import { locales, type Locale } from "../../../ui/locale";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Dialog } from "../../ui/Dialog";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { administratorInvitationsQuery, inviteAdministrator, type Role } from "../queries";
import { useRoleNames } from "../roles";

/** InvitePanel invites somebody to administer the organization. Only owners invite owners. */
export function InvitePanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  return <Dialog side opened={opened} onClose={onClose} title={t`Invite an administrator`}><InviteForm onClose={onClose} /></Dialog>;
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const { organization, owner } = useOrganization();
  const names = useRoleNames();
  const first = { email: "", first_name: "", last_name: "", role: "admin" as Role, language: i18n.locale as Locale };
  const { draft, set, reset } = useDraft(`invite-administrator:${organization.id}`, first);
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
