/** states names each state and territory by the Postal Service's code; stateOfZip is the state of a zip code. The join pages have both. */
export { states, stateOfZip } from "../../public/invite/states.js";
