import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { fieldProps } from "../../ui/fields";
import { MarkdownField } from "../../ui/MarkdownField";
import { SpanishChoices } from "../SpanishChoices";
import { SpanishTexts } from "../SpanishTexts";
import type { ItemForm } from "./itemForm";
import { MessageField } from "./MessageField";

interface ItemTextsProps {
  draft: ItemForm;
  error: Error | null;
  set: (values: Partial<ItemForm>) => void;
}

/** ItemTexts edits an action item's suggested message and its Spanish texts. */
export function ItemTexts({ draft, error, set }: ItemTextsProps) {
  const { t } = useLingui();
  const props = (field: string) => fieldProps("item", field, error);
  const options = draft.type === "QUESTION_MULTIPLE_CHOICE" ? draft.options : [];
  const spanish = [draft.title_es, draft.description_es, draft.message_es, ...options.map((o) => o.text_es)];
  return (
    <>
      <MessageField {...props("message")} label={t`Suggested message`} description={t`Mobilizers can change it and send it from their own phone.`} value={draft.message} onChange={(message) => set({ message })} />
      <SpanishTexts filled={spanish.some((text) => text !== "")}>
        <TextInput {...props("title_es")} label={t`Title in Spanish`} lang="es" maw={620} value={draft.title_es} onChange={(event) => set({ title_es: event.currentTarget.value })} />
        <MarkdownField {...props("description_es")} label={t`Description in Spanish`} value={draft.description_es} onChange={(description_es) => set({ description_es })} />
        <SpanishChoices form="item" field="options" error={error} choices={options} onChange={(choices) => set({ options: choices })} />
        <MessageField {...props("message_es")} label={t`Suggested message in Spanish`} description={t`Mobilizers choose by the language of the contact.`} lang="es" value={draft.message_es} onChange={(message_es) => set({ message_es })} />
      </SpanishTexts>
    </>
  );
}
