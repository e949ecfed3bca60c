import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useOrganization } from "../../shell/OrganizationShell";
import { ErrorState, Loading } from "../../ui/State";
import { administratorTokensQuery, type Administrator } from "../queries";

interface ServiceTokensProps {
  administrator: Administrator;
  keep: boolean;
  onChange: (keep: boolean) => void;
}

/** ServiceTokens lists the service tokens that an administrator created, and asks whether they keep working. */
export function ServiceTokens({ administrator, keep, onChange }: ServiceTokensProps) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const { name } = administrator;
  const tokens = useQuery(administratorTokensQuery(organization.id, administrator.user_id));
  if (tokens.isPending) return <Loading />;
  if (tokens.isError) return <ErrorState error={tokens.error} retry={() => void tokens.refetch()} />;
  const { items } = tokens.data;
  if (items.length === 0) return <Text size="sm"><Trans>No service token of {name} is in use.</Trans></Text>;
  return (
    <Stack gap="xs">
      <Text size="sm"><Trans>Programs use these service tokens, which {name} created:</Trans></Text>
      <List size="sm">{items.map((token) => <List.Item key={token.id}>{token.name} ({token.campaign_name})</List.Item>)}</List>
      <Checkbox label={t`Keep these service tokens`} description={t`Otherwise they are revoked, and the programs are refused from then on.`} checked={keep} onChange={(event) => onChange(event.currentTarget.checked)} />
    </Stack>
  );
}
