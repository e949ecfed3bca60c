import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Fraction } from "../../ui/format";
import type { Analytics } from "../data/campaigns";
import { useTexts } from "../data/texts";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { Tag } from "../ui/Tag";
import { TableCaption } from "../ui/TableCaption";
import { ShareBar } from "./ShareBar";
import classes from "./ShareBar.module.css";

interface LadderSectionProps {
  ladder: Analytics["ladder"];
  answered: Fraction & { query?: string };
}

/** LadderSection shows how the contacts spread over the responses to the Key Question. */
export function LadderSection({ ladder, answered }: LadderSectionProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const texts = useTexts();
  return (
    <Section title={t`Campaign ladder`} description={texts.write(campaign.key_question)}>
      <Table verticalSpacing="xs" className={classes.table}>
        <TableCaption>{t`Campaign ladder`}</TableCaption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="36%"><Trans>Response</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Share of contacts with a response</Trans></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ladder.map((rung) => (
            <Table.Tr key={rung.response_id}>
              <Table.Th scope="row" fw={500}>
                <Anchor component={Link} to={`/c/${campaign.id}/people/contacts?${rung.contacts.query}`}>{texts.response(rung.response_id, rung.text)}</Anchor> {rung.retired && <Tag><Trans>Retired</Trans></Tag>}
              </Table.Th>
              <Table.Td><ShareBar share={rung.contacts} /></Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th scope="row" fw={500}><Anchor component={Link} to={`/c/${campaign.id}/people/contacts?${answered.query ?? ""}`}><Trans>All with a response</Trans></Anchor></Table.Th>
            <Table.Td><ShareBar share={answered} /></Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="sm"><Trans>The last line is the share of all contacts.</Trans></Text>
    </Section>
  );
}
