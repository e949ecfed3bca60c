import { accessRequestsKey, type AccessRequest } from "../../data/accessRequests";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { DecisionButtons, useDecisionText, type Decision as Choice } from "../../ui/AccessRequests";
import { announce, announceFailure } from "../../ui/announce";
import { useProblemText } from "../../ui/problems";
import { decideAccessRequest, invitationsKey } from "../queries";

/** Decision approves or declines an access request for an invitation to the campaign. */
export function Decision({ request }: { request: AccessRequest }) {
  const { campaign, closed } = useCampaign();
  const text = useProblemText();
  const decided = useDecisionText();
  const decide = useWrite({
    write: (decision: Choice, key) => decideAccessRequest(campaign.id, request.invitation.id, request, decision, key),
    changes: [accessRequestsKey(campaign.id), invitationsKey(campaign.id)],
    onSuccess: (_, decision) => announce(decided(decision)),
    onError: (error) => announceFailure(text(error).detail),
  });
  return closed ? "–" : <DecisionButtons request={request} pending={decide.pending} onDecide={decide.submit} />;
}
