import { Trans } from "@lingui/react/macro";

/** EndedText says why nothing can be added or looked up. */
export const EndedText = () => <p><Trans>This campaign has ended, or you have left it. You can read everything.</Trans></p>;
