import { plain } from "./row";

/** NormalizedPhone is a phone number in E.164 format, or "" with the reason why the text is none. */
export interface NormalizedPhone {
  phone: string;
  problem?: "extension" | "invalid";
}

/** phoneReader loads the rules of the world's phone numbers and returns the function that reads numbers as they are dialled in the US. */
export async function phoneReader(): Promise<(text: string) => NormalizedPhone> {
  const { parsePhoneNumberFromString } = await import("libphonenumber-js/min");
  return (text) => {
    const found = parsePhoneNumberFromString(plain(text), "US");
    if (!found?.isValid()) return { phone: "", problem: plain(text) === "" ? undefined : "invalid" };
    return { phone: found.number, problem: found.ext ? "extension" : undefined };
  };
}
