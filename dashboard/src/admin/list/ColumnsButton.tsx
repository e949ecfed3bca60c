import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, Stack } from "@mantine/core";
import { Popover } from "../ui/Popover";
import { Icon } from "../ui/icons";
import classes from "./Toolbar.module.css";
import type { Column } from "./columns";

interface ColumnsButtonProps<Row> {
  columns: Column<Row>[];
  shown: string[];
  onToggle: (id: string) => void;
}

/** ColumnsButton chooses the columns to show. The first one stays: it names the row. */
export function ColumnsButton<Row>({ columns, shown, onToggle }: ColumnsButtonProps<Row>) {
  return (
    <Popover align="end" button={(props) => <Button variant="default" leftSection={<Icon name="columns" size={16} />} {...props}><Trans>Columns</Trans></Button>}>
      {(close) => (
        <Stack gap="xs" p="xs" pb={0}>
          {columns.slice(1).map((column) => <Checkbox key={column.id} label={column.header} checked={shown.includes(column.id)} onChange={() => onToggle(column.id)} />)}
          <Button variant="default" className={classes.done} onClick={close}><Trans>Done</Trans></Button>
        </Stack>
      )}
    </Popover>
  );
}
