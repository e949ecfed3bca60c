import { useLingui } from "@lingui/react/macro";
import { Textarea, TextInput } from "@mantine/core";
import { isApiError } from "../../../api/problem";
import type { Organization } from "../../data/session";
import { useDraft } from "../../data/useDraft";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { ChangedMeanwhile, fieldDifferences } from "../../ui/ChangedMeanwhile";
import { EditableSection } from "../../ui/EditableSection";
import { Fact, Facts } from "../../ui/Facts";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { Page } from "../../ui/Page";
import { UnsavedGuard } from "../../ui/UnsavedGuard";
import { ExternalLink } from "../../../ui/Markdown";
import { organizationKey, updateOrganization } from "../queries";

const draftName = (organization: string) => `organization:${organization}`;

/** DetailsPage has the organization's name, website and description. */
export default function DetailsPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  return (
    <Page title={t`Details`} context={organization.name}>
      <EditableSection title={t`Organization`} description={t`Mobilizers see it on the landing pages.`} draft={draftName(organization.id)} form={(close) => <DetailsForm close={close} />}>
        <Facts>
          <Fact name={t`Name`}>{organization.name}</Fact>
          <Fact name={t`Website`} empty={t`No website`}>{organization.website && <ExternalLink address={organization.website}>{organization.website}</ExternalLink>}</Fact>
          <Fact name={t`Reply-to address`} empty={t`The inviter's address`}>{organization.reply_to}</Fact>
          <Fact name={t`Description`} empty={t`No description`}>{organization.description}</Fact>
        </Facts>
      </EditableSection>
    </Page>
  );
}

const formOf = ({ name, website = "", description = "", reply_to = "", revision }: Organization) => ({ name, website, description, reply_to, revision });

function DetailsForm({ close }: { close: () => void }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const { draft, isDirty, set, reset } = useDraft(draftName(organization.id), formOf(organization));
  const done = () => {
    reset();
    close();
  };
  const save = useWrite({
    write: (values: ReturnType<typeof formOf>) => updateOrganization(organization.id, values),
    changes: [organizationKey(organization.id), ["session"]],
    onSuccess: () => {
      announce(t`Saved`);
      done();
    },
  });
  const changed = isApiError(save.error, "changed_meanwhile");
  const saved = formOf(organization);
  const props = (field: string) => fieldProps("organization", field, save.error);
  return (
    <Form name="organization" error={changed ? null : save.error} onSubmit={() => save.submit(draft)}>
      <UnsavedGuard isDirty={isDirty} discard={reset} />
      {changed && (
        <ChangedMeanwhile
          differences={fieldDifferences(draft, saved, { name: t`Name`, website: t`Website`, description: t`Description`, reply_to: t`Reply-to address` })}
          keepMine={() => { set({ revision: saved.revision }); save.reset(); }}
          takeTheirs={() => { reset(saved); save.reset(); }}
        />
      )}
      <TextInput {...props("name")} label={t`Name`} required maw={520} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
      <TextInput {...props("website")} label={t`Website`} type="url" placeholder="https://" maw={520} value={draft.website} onChange={(event) => set({ website: event.currentTarget.value })} />
      <TextInput {...props("reply_to")} label={t`Reply-to address`} description={t`Replies to invitations go there; without one, to the inviter.`} type="email" maw={520} value={draft.reply_to} onChange={(event) => set({ reply_to: event.currentTarget.value })} />
      <Textarea {...props("description")} label={t`Description`} autosize minRows={3} value={draft.description} onChange={(event) => set({ description: event.currentTarget.value })} />
      <FormActions pending={save.pending} cancel={done} />
    </Form>
  );
}
