import { useLingui } from "@lingui/react/macro";
import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { createView, updateView, viewsQuery, type View } from "./queries";
import type { ViewState } from "./viewState";

interface ViewFormProps {
  /** view is the one to rename or share; without it the list as it is shown is saved as a new view. */
  view?: View;
  list: View["list"];
  state: ViewState;
  close: () => void;
  onCreated: (view: View) => void;
}

/** ViewForm asks for the name of a view, and whether the other administrators see it. */
export function ViewForm({ view, list, state, close, onCreated }: ViewFormProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const save = useWrite({
    write: (values: { name: string; shared: boolean }, key) =>
      (view ? updateView(campaign.id, view.id, { ...values, revision: view.revision }) : createView(campaign.id, { ...state, ...values, list }, key)),
    changes: [viewsQuery(campaign.id).queryKey],
    onSuccess: (saved) => {
      close();
      if (!view) onCreated(saved);
      announce(t`View saved`);
    },
  });
  const locked = view && view.shared && !view.owned;
  return (
    <Form name="view" error={save.error} onSubmit={() => save.submit({ name, shared })}>
      <TextInput {...fieldProps("view", "name", save.error)} label={t`Name`} description={t`At most 100 characters.`} required maxLength={100} autoComplete="off" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <Checkbox
        {...fieldProps("view", "shared", save.error)} checked={shared} disabled={locked} onChange={(event) => setShared(event.currentTarget.checked)}
        label={t`Share with all administrators of the campaign`} description={locked ? t`Only ${view.owner_name}, who created the view, can make it private.` : t`They can use, change and delete it.`}
      />
      <FormActions pending={save.pending} cancel={close} />
    </Form>
  );
}
