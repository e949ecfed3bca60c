// The Postal Service's codes of states, the District of Columbia, territories, associated states and military addresses. A
// test compares the codes with those that the API accepts.
export const states = {
  AL: "Alabama", AK: "Alaska", AZ: "Arizona", AR: "Arkansas", CA: "California", CO: "Colorado", CT: "Connecticut",
  DE: "Delaware", DC: "District of Columbia", FL: "Florida", GA: "Georgia", HI: "Hawaii", ID: "Idaho", IL: "Illinois",
  IN: "Indiana", IA: "Iowa", KS: "Kansas", KY: "Kentucky", LA: "Louisiana", ME: "Maine", MD: "Maryland",
  MA: "Massachusetts", MI: "Michigan", MN: "Minnesota", MS: "Mississippi", MO: "Missouri", MT: "Montana", NE: "Nebraska",
  NV: "Nevada", NH: "New Hampshire", NJ: "New Jersey", NM: "New Mexico", NY: "New York", NC: "North Carolina",
  ND: "North Dakota", OH: "Ohio", OK: "Oklahoma", OR: "Oregon", PA: "Pennsylvania", RI: "Rhode Island",
  SC: "South Carolina", SD: "South Dakota", TN: "Tennessee", TX: "Texas", UT: "Utah", VT: "Vermont", VA: "Virginia",
  WA: "Washington", WV: "West Virginia", WI: "Wisconsin", WY: "Wyoming",
  AS: "American Samoa", GU: "Guam", MP: "Northern Mariana Islands", PR: "Puerto Rico", VI: "U.S. Virgin Islands",
  FM: "Federated States of Micronesia", MH: "Marshall Islands", PW: "Palau",
  AA: "Armed Forces Americas", AE: "Armed Forces Europe", AP: "Armed Forces Pacific",
};

// The first of the three-digit zip prefixes of each state; a prefix belongs to the state of the last one that is not greater.
// Prefixes of military addresses, and those in use by several states, have no state. A test compares them with the API's.
const prefixes = {
  "005": "NY", "006": "PR", "008": "VI", "009": "PR", "010": "MA", "028": "RI", "030": "NH", "039": "ME", "050": "VT", "055": "MA", "056": "VT",
  "060": "CT", "063": "", "064": "CT", "070": "NJ", "090": "", "100": "NY", "150": "PA", "197": "DE", "200": "DC", "201": "VA", "202": "DC",
  "206": "MD", "220": "VA", "247": "WV", "270": "NC", "290": "SC", "300": "GA", "320": "FL", "340": "", "341": "FL", "350": "AL", "370": "TN",
  "386": "MS", "398": "GA", "400": "KY", "430": "OH", "460": "IN", "480": "MI", "500": "IA", "530": "WI", "550": "MN", "569": "DC", "570": "SD",
  "580": "ND", "590": "MT", "600": "IL", "630": "MO", "660": "KS", "680": "NE", "700": "LA", "716": "AR", "730": "OK", "733": "TX", "734": "OK",
  "750": "TX", "800": "CO", "820": "WY", "832": "ID", "834": "", "835": "ID", "840": "UT", "850": "AZ", "870": "NM", "885": "TX",
  "889": "NV", "900": "CA", "962": "", "968": "HI", "969": "", "970": "OR", "980": "WA", "995": "AK",
};

// stateOfZip returns the code of the state of a zip code, undefined if the prefix does not tell.
export function stateOfZip(zip) {
  const starts = Object.keys(prefixes).sort();
  const start = starts.filter((prefix) => prefix <= zip.slice(0, 3)).at(-1);
  return (start && prefixes[start]) || undefined;
}
