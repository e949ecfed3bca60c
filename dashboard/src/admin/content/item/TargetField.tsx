import { useLingui } from "@lingui/react/macro";
import { Checkbox, Radio, Stack, Text } from "@mantine/core";
import { useCampaign } from "../../shell/CampaignContext";
import { fieldProps } from "../../ui/fields";
import { useTargetCountText, type Target } from "../targets";

interface TargetFieldProps {
  form: string;
  error: Error | null;
  target: Target;
  onChange: (target: Target) => void;
}

/** TargetField chooses the contacts that an action item is for, and counts them. */
export function TargetField({ form, error, target, onChange }: TargetFieldProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const count = useTargetCountText(campaign.id, target);
  const { responses } = campaign.key_question;
  const toggle = (id: string, on: boolean) => onChange({ ...target, response_ids: on ? [...target.response_ids, id] : target.response_ids.filter((r) => r !== id) });
  return (
    <Radio.Group {...fieldProps(form, "target", error)} tabIndex={-1} label={t`Target`} description={t`Mobilizers are asked to do this for contacts in the target.`} value={target.everyone ? "all" : "some"} onChange={(value) => onChange({ ...target, everyone: value === "all" })}>
      <Stack gap="xs" mt="xs">
        <Radio value="all" label={t`All contacts`} />
        <Radio value="some" label={t`Contacts with one of these responses to the Key Question`} />
        {!target.everyone && (
          <Stack gap="xs" ps="xl" role="group" aria-label={t`Responses`}>
            {responses.map((r) => <Checkbox key={r.id} label={r.retired ? t`${r.text} (retired)` : r.text} checked={target.response_ids.includes(r.id)} onChange={(event) => toggle(r.id, event.currentTarget.checked)} />)}
            <Checkbox label={t`No response yet`} checked={target.no_response} onChange={(event) => onChange({ ...target, no_response: event.currentTarget.checked })} />
          </Stack>
        )}
        <Text size="sm" role="status">{count}</Text>
      </Stack>
    </Radio.Group>
  );
}
