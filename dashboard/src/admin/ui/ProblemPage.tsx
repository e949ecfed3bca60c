import { Page } from "./Page";
import { useProblemText } from "./problems";
import { ErrorState } from "./State";

interface ProblemPageProps {
  error: Error;
  /** context names where the page belongs, such as the campaign. */
  context?: string;
  retry: () => void;
}

/** ProblemPage stands in for a page whose content can't be read. Its title says why. */
export function ProblemPage({ error, context, retry }: ProblemPageProps) {
  const text = useProblemText();
  return <Page title={text(error).title} context={context}><ErrorState error={error} retry={retry} titled /></Page>;
}
