import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useFormat } from "../../ui/format";
import type { Analytics } from "../data/campaigns";
import { useTexts } from "../data/texts";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { Empty } from "../ui/State";
import { ShareBar } from "./ShareBar";
import classes from "./ShareBar.module.css";
import { ShareTable } from "./ShareTable";

type Item = Analytics["action_items"][number];

/** ActionsSection shows, per action item, how many of the eligible contacts have a response. */
export function ActionsSection({ items, archived }: { items: Item[]; archived: Item[] }) {
  const { t } = useLingui();
  return (
    <Section title={t`Actions`} description={t`Eligible are the contacts whose current response to the Key Question is in the target of the action item.`}>
      {items.length === 0 ? <Empty title={t`No action items yet`}>{t`Add them on the Content page.`}</Empty> : <ActionTable label={t`Actions`} items={items} />}
      {archived.length > 0 && (
        <details style={{ marginTop: "1rem" }}>
          <summary><Trans>Archived action items ({archived.length})</Trans></summary>
          <ActionTable label={t`Archived action items`} items={archived} />
        </details>
      )}
    </Section>
  );
}

function ActionTable({ label, items }: { label: string; items: Item[] }) {
  const { t } = useLingui();
  return (
    <ShareTable label={label} counted={t`Action item`} share={t`Share of eligible contacts with a response`}>
      {items.map((item) => <ItemRows key={item.id} item={item} />)}
    </ShareTable>
  );
}

// Lines below an item divide what responded: they name their base in their heading.
function ItemRows({ item }: { item: Item }) {
  const { t } = useLingui();
  const texts = useTexts();
  return (
    <Fragment>
      <Table.Tr>
        <Table.Th scope="row" fw={600}>{texts.heading(item.id, item.title)}</Table.Th>
        <Table.Td><ShareBar share={item.responded} /><NoLongerEligible count={item.answered_no_longer_eligible} query={item.answered_no_longer_eligible_query} /></Table.Td>
      </Table.Tr>
      {item.completed && <PartRow name={t`Completed, of those with a response`} share={item.completed} />}
      {item.options.filter((o) => !o.retired || o.contacts.count > 0).map((option) => <PartRow key={option.id} name={texts.option(item.id, option.id, option.text)} share={option.contacts} />)}
    </Fragment>
  );
}

function PartRow({ name, share }: { name: string; share: Item["responded"] }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.part}>{name}</Table.Th>
      <Table.Td><ShareBar share={share} /></Table.Td>
    </Table.Tr>
  );
}

function NoLongerEligible({ count, query = "" }: { count: number; query?: string }) {
  const format = useFormat();
  const { campaign } = useCampaign();
  if (count === 0) return null;
  const contacts = format.number(count);
  return <Text size="sm" c="dimmed" mt={4}><Anchor component={Link} to={`/c/${campaign.id}/people/contacts?${query}`} inherit><Trans>Answered, no longer eligible: {contacts}</Trans></Anchor></Text>;
}
