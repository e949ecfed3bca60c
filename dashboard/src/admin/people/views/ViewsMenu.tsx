import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce, announceFailure } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/icons";
import { Menu, MenuDivider, MenuItem, MenuLabel } from "../../ui/Menu";
import { useProblemText } from "../../ui/problems";
import { Tag } from "../../ui/Tag";
import { deleteView, updateView, viewsQuery, type View } from "./queries";
import { ViewForm } from "./ViewForm";
import { differs, searchOfView, stateOf, type ShownList } from "./viewState";

/** ViewsMenu chooses a saved view of a list, and saves, updates, renames, shares and deletes views. */
export function ViewsMenu({ shown }: { shown: ShownList }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const navigate = useNavigate();
  const text = useProblemText();
  const [open, setOpen] = useState<"create" | "edit" | "delete">();
  const views = useQuery(viewsQuery(campaign.id)).data?.items.filter((view) => view.list === shown.list) ?? [];
  const current = views.find((view) => view.id === shown.search.view);
  const state = stateOf(shown);
  const show = (view?: View) => void navigate({ to: ".", resetScroll: false, search: view ? searchOfView(view) : {} });
  const close = () => setOpen(undefined);
  const update = useWrite({
    write: (view: View) => updateView(campaign.id, view.id, { ...state, revision: view.revision }),
    changes: [viewsQuery(campaign.id).queryKey],
    onSuccess: () => announce(t`View saved`),
    onError: (error) => announceFailure(text(error).detail),
  });
  const remove = useWrite({
    write: (view: View) => deleteView(campaign.id, view.id),
    changes: [viewsQuery(campaign.id).queryKey],
    onSuccess: () => {
      close();
      show();
      announce(t`View deleted`);
    },
  });
  return (
    <>
      <Menu label={t`Views`} button={(props) => <Button variant="default" leftSection={<Icon name="view" size={16} />} rightSection={<Icon name="chevronDown" size={14} />} maw="min(20rem, 100%)" title={current?.name} {...props}>{current?.name ?? t`Views`}</Button>}>
        {(hide) => {
          const act = (action: () => void) => () => {
            hide();
            action();
          };
          return (
            <>
              {views.length > 0 && <MenuLabel><Trans>Saved views</Trans></MenuLabel>}
              {views.map((view) => <MenuItem key={view.id} checked={view === current} end={view.shared && <Tag><Trans>Shared</Trans></Tag>} onClick={act(() => show(view))}>{view.name}</MenuItem>)}
              {current && <MenuItem onClick={act(() => show())}><Trans>All people</Trans></MenuItem>}
              {views.length > 0 && <MenuDivider />}
              {current && differs(current, state) && <MenuItem onClick={act(() => update.submit(current))}><Trans>Update “{current.name}”</Trans></MenuItem>}
              <MenuItem onClick={act(() => setOpen("create"))}><Trans>Save this view…</Trans></MenuItem>
              {current && <MenuItem onClick={act(() => setOpen("edit"))}><Trans>Rename or share…</Trans></MenuItem>}
              {current && <MenuItem onClick={act(() => setOpen("delete"))}><Trans>Delete…</Trans></MenuItem>}
            </>
          );
        }}
      </Menu>
      <Dialog opened={open === "create" || (open === "edit" && !!current)} onClose={close} title={open === "edit" ? t`Rename or share the view` : t`Save this view`}>
        <ViewForm view={open === "edit" ? current : undefined} list={shown.list} state={state} close={close} onCreated={show} />
      </Dialog>
      {current && (
        <Confirm opened={open === "delete"} title={t`Delete the view “${current.name}”?`} action={t`Delete`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(current)} onClose={close}>
          <Text size="sm"><Trans>Export schedules of the view stop. The people in the list stay.</Trans></Text>
        </Confirm>
      )}
    </>
  );
}
