import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Code, Table } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../ui/Dialog";
import { setShortcuts, shortcutsOn } from "../ui/shortcuts";
import { TableCaption } from "../ui/TableCaption";

/** ShortcutHelp lists the keys of the dashboard, with a switch that turns shortcuts of a single key off. */
export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  return <Dialog opened={opened} onClose={onClose} title={t`Keyboard shortcuts`}><Keys /></Dialog>;
}

function Keys() {
  const { t } = useLingui();
  const [on, setOn] = useState(shortcutsOn);
  const keys = [["?", t`Show the keyboard shortcuts`], ["/", t`Go to the search of the list`], ["Esc", t`Close a dialog or menu`], ["↑ ↓", t`Move through a menu`], ["← →", t`Move through the days of a chart`]];
  const choose = (next: boolean) => {
    setShortcuts(next);
    setOn(next);
  };
  return (
    <div className="form">
      <Table>
        <TableCaption>{t`Keyboard shortcuts`}</TableCaption>
        <Table.Thead><Table.Tr><Table.Th scope="col"><Trans>Key</Trans></Table.Th><Table.Th scope="col"><Trans>Effect</Trans></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>{keys.map(([key, effect]) => <Table.Tr key={key}><Table.Th scope="row"><Code>{key}</Code></Table.Th><Table.Td>{effect}</Table.Td></Table.Tr>)}</Table.Tbody>
      </Table>
      <Checkbox role="switch" label={t`Shortcuts of a single key`} description={t`Turn them off if speech input or a slip of the hand triggers ? or /. This browser remembers the choice.`} checked={on} onChange={(event) => choose(event.currentTarget.checked)} />
    </div>
  );
}
