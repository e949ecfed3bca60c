import { useLingui } from "@lingui/react/macro";
import { Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { api, send } from "../../api/client";
import { useDraft } from "../data/useDraft";
import { useFirstSteps } from "../data/useFirstSteps";
import { useWrite } from "../data/useWrite";
import { OutsideShell } from "../shell/OutsideShell";
import { fieldProps } from "../ui/fields";
import { Form } from "../ui/Form";
import { FormActions } from "../ui/FormActions";
import { Page } from "../ui/Page";
import { Section } from "../ui/Section";
import { Steps } from "../ui/Steps";
import { UnsavedGuard } from "../ui/UnsavedGuard";

const blank = { name: "", website: "", description: "" };

const createOrganization = (body: typeof blank, key: string) =>
  send(() => api.POST("/v1/admin/organizations", { params: { header: { "Idempotency-Key": key } }, body }));

/** StartPage creates an organization: the first step of somebody new. */
export default function StartPage() {
  const { t } = useLingui();
  const steps = useFirstSteps();
  return (
    <OutsideShell>
      <Page title={t`Create an organization`} description={t`Campaigns belong to an organization. You become its owner, and can invite others to administer it.`}>
        <Steps names={steps} current={0} />
        <Section title={t`Organization`}><OrganizationForm /></Section>
      </Page>
    </OutsideShell>
  );
}

function OrganizationForm() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { draft, isDirty, set, reset } = useDraft("new-organization", blank);
  const save = useWrite({
    write: createOrganization,
    changes: [["session"]],
    onSuccess: async ({ id }) => {
      reset();
      await navigate({ to: "/o/$organization/new-campaign", params: { organization: id } });
    },
  });
  const props = (field: string) => fieldProps("organization", field, save.error);
  return (
    <Form name="organization" error={save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      <TextInput {...props("name")} label={t`Name`} required value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
      <TextInput {...props("website")} label={t`Website (optional)`} type="url" placeholder="https://" value={draft.website} onChange={(event) => set({ website: event.currentTarget.value })} />
      <Textarea {...props("description")} label={t`Description (optional)`} description={t`Mobilizers read it on the landing page.`} rows={3} value={draft.description} onChange={(event) => set({ description: event.currentTarget.value })} />
      <FormActions pending={save.pending} label={t`Create the organization`} />
    </Form>
  );
}
