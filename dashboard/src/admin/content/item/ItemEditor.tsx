import { Trans, useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { isApiError } from "../../../api/problem";
import { actionItemsQuery, campaignKey, type ActionItem } from "../../data/campaigns";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { ChangedMeanwhile } from "../../ui/ChangedMeanwhile";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { MarkdownField } from "../../ui/MarkdownField";
import { Section } from "../../ui/Section";
import { UnsavedGuard } from "../../ui/UnsavedGuard";
import { ChoicesField } from "../ChoicesField";
import { createActionItem, updateActionItem } from "../queries";
import { blankItem, bodyOf, differencesOf, editOf, formOf, type ItemForm } from "./itemForm";
import { LinksField } from "./LinksField";
import { TargetField } from "./TargetField";
import { TypeField } from "./TypeField";
import { ItemTexts } from "./ItemTexts";
import { useItemWords } from "./useItemWords";

const form = "item";

export const itemDraft = (campaign: string, item = "new") => `action-item:${campaign}:${item}`;

/** ItemEditor is the form of an action item. Without an item it creates one. */
export function ItemEditor({ item, close }: { item?: ActionItem; close: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const items = actionItemsQuery(campaign.id).queryKey;
  const { draft, isDirty, set, reset } = useDraft(itemDraft(campaign.id, item?.id), item ? formOf(item) : newItem);
  const done = () => {
    reset();
    close();
  };
  const save = useWrite({
    write: (values: ItemForm, key) => (item ? updateActionItem(campaign.id, item.id, editOf(values, item)) : createActionItem(campaign.id, bodyOf(values), key)),
    changes: [items, campaignKey(campaign.id)],
    onSuccess: () => {
      announce(t`Saved`);
      done();
    },
  });
  const changed = item !== undefined && isApiError(save.error, "changed_meanwhile");
  const props = (field: string) => fieldProps(form, field, save.error);
  return (
    <Section title={item ? t`Edit` : t`Details`}>
      <Form name={form} error={changed ? null : save.error} onSubmit={() => save.submit(draft)}>
        <UnsavedGuard isDirty={isDirty} discard={reset} />
        {changed && <Changed item={item} draft={draft} keep={(revision) => { set({ revision }); save.reset(); }} take={() => { reset(formOf(item)); save.reset(); }} />}
        <TypeField {...props("type")} value={draft.type} fixed={item?.answered ?? false} onChange={(type) => set({ type })} />
        <TextInput {...props("title")} label={t`Title`} required maw={620} value={draft.title} onChange={(event) => set({ title: event.currentTarget.value })} />
        <TextInput {...props("nickname")} label={t`Heading in tables`} description={t`A short name for the column of the contacts table. The title, if left empty.`} maw={620} value={draft.nickname} onChange={(event) => set({ nickname: event.currentTarget.value })} />
        <MarkdownField {...props("description")} label={t`Description`} value={draft.description} onChange={(description) => set({ description })} />
        {draft.type === "QUESTION_MULTIPLE_CHOICE" && (
          <ChoicesField form={form} field="options" error={save.error} legend={t`Options`} most={20} valueLabel={t`Value`} description={t`2 to 20 in order, with different texts. The value is optional; it stands in exports.`} choices={draft.options} onChange={(options) => set({ options })} />
        )}
        <ItemTexts draft={draft} error={save.error} set={set} />
        <LinksField form={form} error={save.error} links={draft.links} onChange={(links) => set({ links })} />
        <TargetField form={form} error={save.error} target={draft.target} onChange={(target) => set({ target })} />
        <FormActions pending={save.pending} cancel={done} label={item ? undefined : <Trans>Add the action item</Trans>} />
      </Form>
    </Section>
  );
}

// One object, so that the form's first values stay the same while the page renders again.
const newItem = blankItem();

interface ChangedProps {
  item: ActionItem;
  draft: ItemForm;
  keep: (revision: string) => void;
  take: () => void;
}

function Changed({ item, draft, keep, take }: ChangedProps) {
  const words = useItemWords();
  return <ChangedMeanwhile differences={differencesOf(draft, formOf(item), words)} keepMine={() => keep(item.revision)} takeTheirs={take} />;
}
