/** shownPhone returns a phone number in E.164 format as it is written in the US; numbers of other countries stay as they are. */
export const shownPhone = (phone: string) => phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
