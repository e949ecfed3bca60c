import { Trans, useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import { useFormat } from "../../../ui/format";
import type { Schemas } from "../../../api/client";
import { useTexts } from "../../data/texts";
import { Section } from "../../ui/Section";
import { TableCaption } from "../../ui/TableCaption";

/** Ladder counts a mobilizer's contacts by their current response to the Key Question. */
export function Ladder({ mobilizer }: { mobilizer: Schemas["MobilizerProfile"] }) {
  const { t } = useLingui();
  const format = useFormat();
  const texts = useTexts();
  const title = t`Contacts by response to the Key Question`;
  return (
    <Section title={title}>
      <Table maw={480} verticalSpacing={6}>
        <TableCaption>{title}</TableCaption>
        <Table.Thead><Table.Tr><Table.Th scope="col"><Trans>Response</Trans></Table.Th><Table.Th scope="col" ta="end"><Trans>Contacts</Trans></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {mobilizer.ladder.map((rung) => <Table.Tr key={rung.response_id}><Table.Th scope="row" fw={400}>{texts.response(rung.response_id, rung.text)}</Table.Th><Table.Td ta="end">{format.number(rung.contacts)}</Table.Td></Table.Tr>)}
          <Table.Tr><Table.Th scope="row" fw={400} c="dimmed"><Trans>No response yet</Trans></Table.Th><Table.Td ta="end">{format.number(mobilizer.contacts_without_key_question_response)}</Table.Td></Table.Tr>
        </Table.Tbody>
      </Table>
    </Section>
  );
}
