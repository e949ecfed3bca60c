import { useLingui } from "@lingui/react/macro";
import { Parts } from "../../ui/Parts";
import { Fact } from "../ui/Facts";
import { fullName } from "../ui/fullName";
import { placeName } from "../ui/placeName";
import type { Mobilizer } from "./queries";

/** VoterFact shows the voter of the voter file that somebody was matched to. */
export function VoterFact({ voter }: { voter: Mobilizer["voter"] }) {
  const { t } = useLingui();
  if (!voter) return null;
  return <Fact name={t`In the voter file`}><Parts of={[fullName(voter), placeName(voter), t`Voter ID ${voter.state_file_id ?? voter.canonical_voter_id}`]} /></Fact>;
}
