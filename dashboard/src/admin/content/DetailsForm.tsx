import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { isApiError } from "../../api/problem";
import { campaignKey, type Campaign } from "../data/campaigns";
import { useDraft } from "../data/useDraft";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { ChangedMeanwhile, fieldDifferences } from "../ui/ChangedMeanwhile";
import { fieldProps } from "../ui/fields";
import { Form } from "../ui/Form";
import { FormActions } from "../ui/FormActions";
import { MarkdownField } from "../ui/MarkdownField";
import { SlugField } from "../ui/SlugField";
import { TimeZoneField } from "../ui/TimeZoneField";
import { UnsavedGuard } from "../ui/UnsavedGuard";
import { updateCampaign } from "./queries";
import { SpanishTexts } from "./SpanishTexts";

export const detailsDraft = (campaign: string) => `details:${campaign}`;

const formOf = ({ name, description = "", name_es = "", description_es = "", slug, time_zone, revision }: Campaign) => ({ name, description, name_es, description_es, slug, time_zone, revision });

export function DetailsForm({ close }: { close: () => void }) {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const { draft, isDirty, set, reset } = useDraft(detailsDraft(campaign.id), formOf(campaign));
  const done = () => {
    reset();
    close();
  };
  const save = useWrite({
    write: (values: ReturnType<typeof formOf>) => updateCampaign(campaign.id, values),
    changes: [campaignKey(campaign.id), ["organizations", campaign.organization_id]],
    onSuccess: () => {
      announce(t`Saved`);
      done();
    },
  });
  const changed = isApiError(save.error, "changed_meanwhile");
  const saved = formOf(campaign);
  const props = (field: string) => fieldProps("details", field, save.error);
  return (
    <Form name="details" error={changed ? null : save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      {changed && (
        <ChangedMeanwhile
          differences={fieldDifferences(draft, saved, { name: t`Name`, description: t`Description`, name_es: t`Name in Spanish`, description_es: t`Description in Spanish`, slug: t`Address`, time_zone: t`Time zone` })}
          keepMine={() => { set({ revision: saved.revision }); save.reset(); }}
          takeTheirs={() => { reset(saved); save.reset(); }}
        />
      )}
      <TextInput {...props("name")} label={t`Name`} required maw={520} value={draft.name} onChange={(e) => set({ name: e.currentTarget.value })} />
      <MarkdownField {...props("description")} label={t`Description`} description={t`Shown on the landing page.`} value={draft.description} onChange={(description) => set({ description })} />
      <SpanishTexts filled={draft.name_es + draft.description_es !== ""}>
        <TextInput {...props("name_es")} label={t`Name in Spanish`} lang="es" maw={520} value={draft.name_es} onChange={(e) => set({ name_es: e.currentTarget.value })} />
        <MarkdownField {...props("description_es")} label={t`Description in Spanish`} value={draft.description_es} onChange={(description_es) => set({ description_es })} />
      </SpanishTexts>
      <SlugField {...props("slug")} changing address={campaign.landing_page} value={draft.slug} disabled={closed} onChange={(slug) => set({ slug })} />
      <TimeZoneField {...props("time_zone")} value={draft.time_zone} fixed={campaign.status !== "draft"} onChange={(time_zone) => set({ time_zone })} />
      <FormActions pending={save.pending} cancel={done} />
    </Form>
  );
}
