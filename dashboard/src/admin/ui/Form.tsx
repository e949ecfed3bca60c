import type { ReactNode } from "react";
import { FormProblem } from "./FormProblem";

interface FormProps {
  /** name separates the ids of the inputs of several forms on a page. */
  name: string;
  error: Error | null;
  onSubmit: () => void;
  children: ReactNode;
}

/** Form shows why it was refused above its inputs. The API checks the entries, so the browser does not. */
export function Form({ name, error, onSubmit, children }: FormProps) {
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="form" noValidate onSubmit={submit}>
      <FormProblem error={error} form={name} />
      {children}
    </form>
  );
}
