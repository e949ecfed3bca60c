import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, Popover, Stack } from "@mantine/core";
import { Icon } from "../ui/icons";
import type { Column } from "./columns";

interface ColumnsButtonProps<Row> {
  columns: Column<Row>[];
  hidden: string[];
  onToggle: (id: string) => void;
}

/** ColumnsButton chooses the columns to show. The first one stays: it names the row. */
export function ColumnsButton<Row>({ columns, hidden, onToggle }: ColumnsButtonProps<Row>) {
  return (
    <Popover trapFocus position="bottom-end">
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="columns" size={16} />}><Trans>Columns</Trans></Button>
      </Popover.Target>
      <Popover.Dropdown mah={420} style={{ overflowY: "auto" }}>
        <Stack gap="xs">
          {columns.slice(1).map((column) => <Checkbox key={column.id} label={column.header} checked={!hidden.includes(column.id)} onChange={() => onToggle(column.id)} />)}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
