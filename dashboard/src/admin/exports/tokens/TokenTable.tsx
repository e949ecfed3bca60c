import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Instant } from "../../ui/Instant";
import { ReasonButton } from "../../ui/ReasonButton";
import { Tag } from "../../ui/Tag";
import { revokeToken, tokensQuery, type ServiceToken } from "../queries";

export function TokenTable({ tokens }: { tokens: ServiceToken[] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const columns: Column<ServiceToken>[] = [
    { id: "name", header: t`Name`, cell: (token) => token.name },
    { id: "by", header: t`Created by`, cell: (token) => token.created_by },
    { id: "created", header: t`Created`, cell: (token) => <Instant at={token.created_at} timeZone={campaign.time_zone} /> },
    { id: "used", header: t`Last used`, cell: (token) => (token.last_used_at ? <Instant at={token.last_used_at} timeZone={campaign.time_zone} /> : t`never`) },
    { id: "status", header: t`Status`, cell: (token) => (token.revoked_at ? <Tag><Trans>Revoked by {token.revoked_by}</Trans></Tag> : <Tag tone="good"><Trans>Active</Trans></Tag>) },
    { id: "actions", header: t`Actions`, cell: (token) => (token.revoked_at ? "–" : <RevokeButton token={token} />) },
  ];
  return <RowTable label={t`Service tokens`} columns={columns} rows={tokens} rowId={(token) => token.id} />;
}

function RevokeButton({ token }: { token: ServiceToken }) {
  const { t } = useLingui();
  const { campaign, owner } = useCampaign();
  const [asked, setAsked] = useState(false);
  const revoke = useWrite({
    write: (_: void, key) => revokeToken(campaign.id, token.id, key),
    changes: [tokensQuery(campaign.id).queryKey],
    onSuccess: () => {
      setAsked(false);
      announce(t`Revoked`);
    },
  });
  return (
    <>
      <ReasonButton size="compact-sm" variant="subtle" color="red" reason={!owner && t`Only owners can do this.`} aria-label={t`Revoke: ${token.name}`} onClick={() => setAsked(true)}><Trans>Revoke</Trans></ReasonButton>
      <Confirm opened={asked} title={t`Revoke the token ${token.name}?`} action={t`Revoke`} danger pending={revoke.pending} error={revoke.error} onConfirm={() => revoke.submit()} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>Programs that use it are refused from this moment on. This can't be undone.</Trans></Text>
      </Confirm>
    </>
  );
}
