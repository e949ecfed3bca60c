import { useLingui } from "@lingui/react/macro";
import { Textarea } from "@mantine/core";
import { isApiError } from "../../api/problem";
import { campaignKey, type Campaign } from "../data/campaigns";
import { useDraft } from "../data/useDraft";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { ChangedMeanwhile } from "../ui/ChangedMeanwhile";
import { fieldProps } from "../ui/fields";
import { Form } from "../ui/Form";
import { FormActions } from "../ui/FormActions";
import { UnsavedGuard } from "../ui/UnsavedGuard";
import { ChoicesField } from "./ChoicesField";
import { differencesOf, editOf, formOf, invalidValues, type QuestionForm } from "./keyQuestion";
import { updateKeyQuestion } from "./queries";
import { SpanishChoices } from "./SpanishChoices";
import { SpanishTexts } from "./SpanishTexts";

export const keyQuestionDraft = (campaign: string) => `key-question:${campaign}`;

export function KeyQuestionForm({ close }: { close: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const form = useDraft(keyQuestionDraft(campaign.id), formOf(campaign.key_question));
  const { draft, set } = form;
  const done = () => {
    form.reset();
    close();
  };
  const save = useWrite<QuestionForm, Campaign>({
    write: async (values) => {
      const invalid = invalidValues(values, t`Give a whole number from -9,999 to 9,999.`);
      if (invalid) throw invalid;
      return updateKeyQuestion(campaign.id, editOf(values));
    },
    changes: [campaignKey(campaign.id)],
    onSuccess: () => {
      announce(t`Saved`);
      done();
    },
  });
  const changed = isApiError(save.error, "changed_meanwhile");
  const saved = formOf(campaign.key_question);
  return (
    <Form name="question" error={changed ? null : save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={form.isDirty} discard={form.reset} />
      {changed && (
        <ChangedMeanwhile
          differences={differencesOf(draft, saved, { question: t`Question`, spanish: t`Question in Spanish`, responses: t`Responses` })}
          keepMine={() => { set({ revision: saved.revision }); save.reset(); }}
          takeTheirs={() => { form.reset(saved); save.reset(); }}
        />
      )}
      <Textarea {...fieldProps("question", "text", save.error)} label={t`Question`} required autosize minRows={2} value={draft.text} onChange={(event) => set({ text: event.currentTarget.value })} />
      <ChoicesField
        form="question" field="responses" error={save.error} legend={t`Responses`} most={10} valueLabel={t`Value`}
        description={t`2 to 10 in order. Texts and values differ from each other. Responses that were used can be reworded or retired.`}
        choices={draft.responses} onChange={(responses) => set({ responses })}
      />
      <SpanishTexts filled={draft.text_es !== "" || draft.responses.some((r) => r.text_es !== "")}>
        <Textarea {...fieldProps("question", "text_es", save.error)} label={t`Question in Spanish`} lang="es" autosize minRows={2} value={draft.text_es} onChange={(event) => set({ text_es: event.currentTarget.value })} />
        <SpanishChoices form="question" field="responses" error={save.error} choices={draft.responses} onChange={(responses) => set({ responses })} />
      </SpanishTexts>
      <FormActions pending={save.pending} cancel={done} />
    </Form>
  );
}
