import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useState } from "react";
import { ExternalLink, Markdown } from "../../../ui/Markdown";
import { Parts } from "../../../ui/Parts";
import { readDraft } from "../../../ui/drafts";
import type { ActionItem } from "../../data/campaigns";
import { useCampaign } from "../../shell/CampaignContext";
import { Fact, Facts } from "../../ui/Facts";
import { useEditFocus } from "../../ui/focus";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { ReasonButton } from "../../ui/ReasonButton";
import { Section } from "../../ui/Section";
import { Tag } from "../../ui/Tag";
import { targetOf, useTargetCountText, useTargetText } from "../targets";
import { ArchiveButton } from "./ArchiveButton";
import { DeleteItem } from "./DeleteItem";
import { ItemEditor, itemDraft } from "./ItemEditor";
import { useTypeNames } from "./types";

/** ItemView shows an action item, and its form in the same place. */
export function ItemView({ item }: { item: ActionItem }) {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const [editing, setEditing] = useState(() => readDraft(itemDraft(campaign.id, item.id)) !== undefined);
  const { edit, body } = useEditFocus(editing);
  const locked = closed && t`This campaign is closed.`;
  const actions = !editing && (
    <>
      {!item.answered && <DeleteItem item={item} locked={locked} />}
      <ArchiveButton item={item} locked={locked} />
      <ReasonButton ref={edit} leftSection={<Icon name="edit" size={16} />} reason={locked} onClick={() => setEditing(true)}>{t`Edit`}</ReasonButton>
    </>
  );
  return (
    <Page title={item.title} context={campaign.name} actions={actions} description={item.archived_at && <Tag><Trans>Archived</Trans></Tag>}>
      <div ref={body}>{editing ? <ItemEditor item={item} close={() => setEditing(false)} /> : <ItemFacts item={item} />}</div>
    </Page>
  );
}

function ItemFacts({ item }: { item: ActionItem }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const names = useTypeNames();
  const target = targetOf(item.target);
  const count = useTargetCountText(campaign.id, target);
  return (
    <Section title={t`Details`}>
      <Facts>
        <Fact name={t`Type`}>{names[item.type]}</Fact>
        <Fact name={t`Heading in tables`} empty={t`The title`}>{item.nickname}</Fact>
        <Fact name={t`Description`} empty={t`No description`}>{item.description && <div className="markdown"><Markdown text={item.description} /></div>}</Fact>
        <TextFacts item={item} />
        <Fact name={t`Links`} empty={t`No links`}>{item.links.length > 0 && <LinkList links={item.links} />}</Fact>
        {item.type === "QUESTION_MULTIPLE_CHOICE" && <Fact name={t`Options`}><OptionList options={item.options} /></Fact>}
        <Fact name={t`Target`}><Parts of={[useTargetText(campaign)(target), count]} /></Fact>
      </Facts>
    </Section>
  );
}

function TextFacts({ item }: { item: ActionItem }) {
  const { t } = useLingui();
  return (
    <>
      {item.title_es && <Fact name={t`Title in Spanish`}><span lang="es">{item.title_es}</span></Fact>}
      {item.description_es && <Fact name={t`Description in Spanish`}><div className="markdown" lang="es"><Markdown text={item.description_es} /></div></Fact>}
      <Fact name={t`Suggested message`} empty={t`No message`}>{item.message && <span style={{ whiteSpace: "pre-wrap" }}>{item.message}</span>}</Fact>
      {item.message_es && <Fact name={t`Suggested message in Spanish`}><span lang="es" style={{ whiteSpace: "pre-wrap" }}>{item.message_es}</span></Fact>}
    </>
  );
}

const LinkList = ({ links }: { links: ActionItem["links"] }) => (
  <ul style={{ margin: 0, paddingInlineStart: "1.2rem" }}>{links.map((link) => <li key={link.url}><ExternalLink address={link.url}>{link.label || link.url}</ExternalLink></li>)}</ul>
);

const OptionList = ({ options }: { options: ActionItem["options"] }) => (
  <ul style={{ margin: 0, paddingInlineStart: "1.2rem" }}>
    {options.map((option) => <li key={option.id}>{option.text}{option.value && ` (${option.value})`} {option.text_es && <Text span size="sm" c="dimmed" lang="es">{option.text_es}</Text>} {option.retired && <Tag><Trans>Retired</Trans></Tag>}</li>)}
  </ul>
);
