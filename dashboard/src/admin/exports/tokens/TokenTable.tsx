import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Instant } from "../../ui/Instant";
import { Tag } from "../../ui/Tag";
import { revokeToken, tokensQuery, type ServiceToken } from "../queries";

export function TokenTable({ tokens }: { tokens: ServiceToken[] }) {
  const { t } = useLingui();
  return (
    <div style={{ overflowX: "auto" }} role="region" aria-label={t`Service tokens, scrolls sideways`} tabIndex={0}>
      <Table aria-label={t`Service tokens`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col"><Trans>Name</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Created by</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Created</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Last used</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Status</Trans></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{tokens.map((token) => <TokenRow key={token.id} token={token} />)}</Table.Tbody>
      </Table>
    </div>
  );
}

function TokenRow({ token }: { token: ServiceToken }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
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
    <Table.Tr>
      <Table.Th scope="row" fw={500}>{token.name}</Table.Th>
      <Table.Td>{token.created_by}</Table.Td>
      <Table.Td><Instant at={token.created_at} timeZone={campaign.time_zone} /></Table.Td>
      <Table.Td>{token.last_used_at ? <Instant at={token.last_used_at} timeZone={campaign.time_zone} /> : t`never`}</Table.Td>
      <Table.Td>
        {token.revoked_at ? <Tag><Trans>Revoked by {token.revoked_by}</Trans></Tag> : <Button size="compact-sm" variant="subtle" color="red" aria-label={t`Revoke: ${token.name}`} onClick={() => setAsked(true)}><Trans>Revoke</Trans></Button>}
        <Confirm opened={asked} title={t`Revoke the token ${token.name}?`} action={t`Revoke`} danger pending={revoke.pending} error={revoke.error} onConfirm={() => revoke.submit()} onClose={() => setAsked(false)}>
          <Text size="sm"><Trans>Programs that use it are refused from this moment on. This can't be undone.</Trans></Text>
        </Confirm>
      </Table.Td>
    </Table.Tr>
  );
}
