import { ProblemPage } from "../ui/ProblemPage";
import { OutsideShell } from "./OutsideShell";

/** ErrorPage stands in for a page whose campaign or organization can't be read. */
export const ErrorPage = ({ error, retry }: { error: Error; retry: () => void }) => <OutsideShell><ProblemPage error={error} retry={retry} /></OutsideShell>;
