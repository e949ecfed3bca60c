import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { campaignKey, type Campaign } from "../data/campaigns";
import { useDraft } from "../data/useDraft";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { fieldProps } from "../ui/fields";
import { Form } from "../ui/Form";
import { FormActions } from "../ui/FormActions";
import { MarkdownField } from "../ui/MarkdownField";
import { SlugField } from "../ui/SlugField";
import { TimeZoneField } from "../ui/TimeZoneField";
import { UnsavedGuard } from "../ui/UnsavedGuard";
import { updateCampaign } from "./queries";

export const detailsDraft = (campaign: string) => `details:${campaign}`;

const formOf = ({ name, description = "", slug, time_zone }: Campaign) => ({ name, description, slug, time_zone });

type Details = ReturnType<typeof formOf>;

/** changedFields keeps what differs, so that a save leaves alone what somebody else changed in another field. */
const changedFields = (before: Details, after: Details) =>
  Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name as keyof Details])) as Partial<Details>;

export function DetailsForm({ close }: { close: () => void }) {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const { draft, isDirty, set, reset } = useDraft(detailsDraft(campaign.id), formOf(campaign));
  const done = () => {
    reset();
    close();
  };
  const save = useWrite({
    write: (values: Details) => updateCampaign(campaign.id, changedFields(formOf(campaign), values)),
    changes: [campaignKey(campaign.id), ["organizations", campaign.organization_id]],
    onSuccess: () => {
      announce(t`Saved`);
      done();
    },
  });
  const props = (field: string) => fieldProps("details", field, save.error);
  return (
    <Form name="details" error={save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      <TextInput {...props("name")} label={t`Name`} required maw={520} value={draft.name} onChange={(e) => set({ name: e.currentTarget.value })} />
      <MarkdownField {...props("description")} label={t`Description`} description={t`It stands on the landing page.`} value={draft.description} onChange={(description) => set({ description })} />
      <SlugField {...props("slug")} address={campaign.landing_page} value={draft.slug} disabled={closed} onChange={(slug) => set({ slug })} />
      <TimeZoneField {...props("time_zone")} value={draft.time_zone} fixed={campaign.status !== "draft"} onChange={(time_zone) => set({ time_zone })} />
      <FormActions pending={save.pending} cancel={done} />
    </Form>
  );
}
