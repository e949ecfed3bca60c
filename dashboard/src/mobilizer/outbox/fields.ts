import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";

const fieldMessages: Record<string, MessageDescriptor> = {
  first_name: msg`first name`, last_name: msg`last name`, phone: msg`phone`, email: msg`email`, city: msg`city`, state: msg`state`, zip: msg`zip code`,
};

/** useFieldName returns a function that names a field of the API, such as "contacts[2].email". */
export function useFieldName() {
  const { i18n } = useLingui();
  return (field: string) => {
    const name = field.split(".").at(-1)!;
    return fieldMessages[name] ? i18n._(fieldMessages[name]) : name;
  };
}
