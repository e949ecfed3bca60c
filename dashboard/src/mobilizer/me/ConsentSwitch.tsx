import { Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { useSave } from "../data/useSave";
import { fullName } from "../people/names";

/** ConsentSwitch gives or withdraws consent. Withdrawing works in a closed campaign and after leaving, too. */
export function ConsentSwitch() {
  const { campaign, editable } = useCampaign();
  const { membership, organization } = campaign;
  const save = useSave();
  const write = (given: boolean) => ({ kind: "consent", consent: given }) as const;
  const { consent } = membership;
  return (
    <section>
      <label className="check">
        <input type="checkbox" role="switch" checked={consent} disabled={!consent && !editable} onChange={() => void save(fullName(membership), write(!consent), { opposite: editable ? write(consent) : undefined })} />
        <span><Trans>{organization.name} may see my email address and my phone number</Trans></span>
      </label>
      <p className="muted">{consent ? <Trans>They are shared with the organizers now.</Trans> : <Trans>They are not shared now.</Trans>}</p>
    </section>
  );
}
