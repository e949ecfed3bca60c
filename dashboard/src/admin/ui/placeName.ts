interface Place {
  city?: string;
  state?: string;
  zip?: string;
}

/** placeName writes a place: "Nashua, NH 03060", as far as it is known. */
export const placeName = ({ city, state, zip }: Place) => [city, [state, zip].filter(Boolean).join(" ")].filter(Boolean).join(", ");
