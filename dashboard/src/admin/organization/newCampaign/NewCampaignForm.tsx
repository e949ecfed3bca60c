import { useLingui } from "@lingui/react/macro";
import { Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, send, type Schemas } from "../../../api/client";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { SlugField, slugOf } from "../../ui/SlugField";
import { TimeZoneField } from "../../ui/TimeZoneField";
import { UnsavedGuard } from "../../ui/UnsavedGuard";

const createCampaign = (organization: string, body: Schemas["CreateCampaignRequest"], key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/campaigns", { params: { path: { organization }, header: { "Idempotency-Key": key } }, body }));

/** NewCampaignForm asks for what a draft needs. The address follows the name until it is edited itself. */
export function NewCampaignForm() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const navigate = useNavigate();
  const [blank] = useState({ name: "", slug: "", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, question: t`How likely is this person to vote?` });
  const { draft, isDirty, set, reset } = useDraft(`new-campaign:${organization.id}`, blank);
  const responses = [t`Definitely Not`, t`Probably Not`, t`Maybe`, t`Probably`, t`Definitely`].map((text, n) => ({ text, value: n + 1 }));
  const save = useWrite({
    write: ({ question, ...details }: typeof blank, key) => createCampaign(organization.id, { ...details, key_question: { text: question, responses } }, key),
    changes: [["organizations", organization.id], ["session"]],
    onSuccess: async ({ id }) => {
      reset();
      await navigate({ to: "/c/$campaign/content", params: { campaign: id } });
    },
  });
  const props = (field: string) => fieldProps("campaign", field, save.error);
  const rename = (name: string) => set({ name, slug: draft.slug === slugOf(draft.name) ? slugOf(name) : draft.slug });
  return (
    <Form name="campaign" error={save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      <TextInput {...props("name")} label={t`Name`} required maw={520} value={draft.name} onChange={(event) => rename(event.currentTarget.value)} />
      <SlugField {...props("slug")} address={`${location.origin}/j/`} value={draft.slug} onChange={(slug) => set({ slug })} />
      <TimeZoneField {...props("time_zone")} value={draft.time_zone} onChange={(time_zone) => set({ time_zone })} />
      <Textarea
        {...props("key_question.text")} label={t`Key Question`} maw={520} autosize minRows={2}
        description={t`Mobilizers answer it about each contact, from “Definitely Not” (1) to “Definitely” (5). You can change question and responses later.`}
        value={draft.question} onChange={(event) => set({ question: event.currentTarget.value })}
      />
      <FormActions pending={save.pending} label={t`Create the campaign`} />
    </Form>
  );
}
