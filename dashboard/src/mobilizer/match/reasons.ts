import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Schemas } from "../../api/client";

/** reasonMessages says why a voter agrees or disagrees with what is known of the person. */
export const reasonMessages: Record<Schemas["MatchReason"]["code"], MessageDescriptor> = {
  same_name: msg`same name`,
  nickname: msg`short form of the name`,
  initial: msg`same initial`,
  first_near: msg`first name is one letter off`,
  middle_name: msg`middle name fits`,
  first_differs: msg`other first name`,
  half_last_name: msg`one of two last names`,
  last_near: msg`last name is one letter off`,
  last_sound: msg`last name sounds alike`,
  last_differs: msg`other last name`,
  same_zip: msg`same zip code`,
  same_city: msg`same city`,
  nearby: msg`nearby`,
  elsewhere: msg`lives elsewhere`,
  your_zip: msg`in your zip code`,
  age_close: msg`age fits`,
  age_differs: msg`age differs`,
  same_address: msg`same address`,
  same_street: msg`same street`,
  street_differs: msg`other street`,
  same_household: msg`perhaps of your household`,
  more_of_this_name: msg`more voters have this name`,
};
