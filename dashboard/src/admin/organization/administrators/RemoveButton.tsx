import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sessionQuery } from "../../data/session";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { ReasonButton } from "../../ui/ReasonButton";
import { administratorsQuery, deleteAdministrator, type Administrator } from "../queries";
import { ServiceTokens } from "./ServiceTokens";

/** RemoveButton removes an administrator, or lets the signed-in one leave, after asking. */
export function RemoveButton({ administrator }: { administrator: Administrator }) {
  const { t } = useLingui();
  const { organization, owner } = useOrganization();
  const session = useQuery(sessionQuery);
  const [asked, setAsked] = useState(false);
  const [keep, setKeep] = useState(false);
  const { name } = administrator;
  const self = session.data?.user.id === administrator.user_id;
  const remove = useWrite({
    write: (tokens: "keep" | "revoke") => deleteAdministrator(organization.id, administrator.user_id, tokens),
    changes: [administratorsQuery(organization.id).queryKey],
    onSuccess: () => {
      announce(t`Administrator removed`);
      if (self) location.assign("/");
    },
  });
  const reason = administrator.role === "owner" && !owner && t`Only owners can do this.`;
  return (
    <>
      <ReasonButton size="compact-sm" variant="subtle" color="red" reason={reason} aria-label={self ? undefined : t`Remove: ${name}`} onClick={() => setAsked(true)}>{self ? t`Leave` : t`Remove`}</ReasonButton>
      <Confirm opened={asked} title={self ? t`Leave ${organization.name}?` : t`Remove ${name}?`} action={self ? t`Leave` : t`Remove`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(keep ? "keep" : "revoke")} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>Access to all campaigns of the organization ends at once. An administrator can invite the person again.</Trans></Text>
        <ServiceTokens administrator={administrator} keep={keep} onChange={setKeep} />
      </Confirm>
    </>
  );
}
