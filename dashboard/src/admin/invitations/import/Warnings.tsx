import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, List } from "@mantine/core";
import { plural } from "@lingui/core/macro";
import type { Preview } from "../queries";

const shown = 50;

/** Warnings lists the optional values that are left out. Their people are invited. */
export function Warnings({ rows }: { rows: Preview["warnings"] }) {
  const { t } = useLingui();
  if (rows.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" my="md" title={t`${plural(rows.length, { one: "# value is left out", other: "# values are left out" })}`}>
      <Trans>These people are invited all the same.</Trans>
      <List size="sm" withPadding>
        {rows.slice(0, shown).map((warning) => <List.Item key={`${warning.row} ${warning.field}`}><Trans>Row {warning.row}: {warning.message}</Trans></List.Item>)}
      </List>
      {rows.length > shown && <Trans>And {rows.length - shown} more.</Trans>}
    </Alert>
  );
}
