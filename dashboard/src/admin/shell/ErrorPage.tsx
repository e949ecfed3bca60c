import { Page } from "../ui/Page";
import { useProblemText } from "../ui/problems";
import { ErrorState } from "../ui/State";
import { OutsideShell } from "./OutsideShell";

/** ErrorPage stands in for a page whose campaign or organization can't be read. */
export function ErrorPage({ error, retry }: { error: Error; retry: () => void }) {
  const text = useProblemText();
  return <OutsideShell><Page title={text(error).title}><ErrorState error={error} retry={retry} titled /></Page></OutsideShell>;
}
