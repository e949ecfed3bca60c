interface Place {
  city?: string;
  state?: string;
  zip?: string;
}

/** placeName writes a place: its city, state and zip code, as far as they are known. */
export const placeName = ({ city, state, zip }: Place) => [city, state, zip].filter(Boolean).join(", ");
