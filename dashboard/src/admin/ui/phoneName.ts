/** phoneName writes a phone number as people in North America do, such as "(617) 555-0123"; one from elsewhere stays as it is. */
export const phoneName = (phone?: string) => phone?.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
