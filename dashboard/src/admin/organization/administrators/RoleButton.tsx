import { useLingui } from "@lingui/react/macro";
import { type ButtonProps, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { ReasonButton } from "../../ui/ReasonButton";
import { administratorsQuery, organizationKey, updateAdministrator, type Administrator } from "../queries";
import { InvitePanel } from "./InvitePanel";
import { ServiceTokens } from "./ServiceTokens";

const small = { size: "compact-sm", variant: "subtle" } satisfies ButtonProps;

/** RoleButton lets owners change an administrator's role: an admin becomes an owner by accepting an invitation. */
export function RoleButton({ administrator }: { administrator: Administrator }) {
  const { t } = useLingui();
  const { owner } = useOrganization();
  const [asked, setAsked] = useState(false);
  const { name, role } = administrator;
  const close = () => setAsked(false);
  const reason = !owner && t`Only owners can do this.`;
  return (
    <>
      {role === "owner"
        ? <ReasonButton {...small} reason={reason} aria-label={t`Make admin: ${name}`} onClick={() => setAsked(true)}>{t`Make admin`}</ReasonButton>
        : <ReasonButton {...small} reason={reason} aria-label={t`Invite as owner: ${name}`} onClick={() => setAsked(true)}>{t`Invite as owner`}</ReasonButton>}
      {role === "owner" ? <Demote administrator={administrator} opened={asked} close={close} /> : <InvitePanel owner={administrator} opened={asked} onClose={close} />}
    </>
  );
}

function Demote({ administrator, opened, close }: { administrator: Administrator; opened: boolean; close: () => void }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const [keep, setKeep] = useState(false);
  const { name } = administrator;
  const demote = useWrite({
    write: (tokens: "keep" | "revoke") => updateAdministrator(organization.id, administrator.user_id, "admin", tokens),
    changes: [administratorsQuery(organization.id).queryKey, organizationKey(organization.id), ["session"]],
    onSuccess: () => {
      announce(t`Saved`);
      close();
    },
  });
  return (
    <Confirm opened={opened} title={t`Make ${name} an admin?`} action={t`Make admin`} pending={demote.pending} error={demote.error} onConfirm={() => demote.submit(keep ? "keep" : "revoke")} onClose={close}>
      <Text size="sm">{t`Admins can't change owners or create service tokens.`}</Text>
      <ServiceTokens administrator={administrator} keep={keep} onChange={setKeep} />
    </Confirm>
  );
}
