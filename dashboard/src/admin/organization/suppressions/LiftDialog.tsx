import { Trans, useLingui } from "@lingui/react/macro";
import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { liftSuppression, suppressionsKey, type Suppression } from "../queries";

/** LiftDialog asks an owner why an address works again whose email came back. */
export function LiftDialog({ suppression, onClose }: { suppression: Suppression; onClose: () => void }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const [reason, setReason] = useState("");
  const email = suppression.email ?? t`Unknown address`;
  const lift = useWrite({
    write: (_: void, key) => liftSuppression(organization.id, suppression.id, reason, key),
    changes: [suppressionsKey(organization.id)],
    onSuccess: () => {
      announce(t`${email} can get email again`);
      onClose();
    },
  });
  return (
    <Confirm opened title={t`Send to ${email} again?`} action={t`Lift`} disabled={reason.trim() === ""} pending={lift.pending} error={lift.error} onConfirm={() => lift.submit()} onClose={onClose}>
      <Text size="sm"><Trans>An email to this address came back. Lift the suppression only if you know that the address works now: too many bounces stop the organization's email.</Trans></Text>
      <TextInput label={t`How do you know that it works?`} required maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
    </Confirm>
  );
}
