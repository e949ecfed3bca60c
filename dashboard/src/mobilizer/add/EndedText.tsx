import { Trans } from "@lingui/react/macro";

/** EndedText says that nothing can be added or looked up. The banner says why. */
export const EndedText = () => <p><Trans>Nobody can be added or looked up here any more.</Trans></p>;
