/** states names each state and territory by the Postal Service's code. The join pages have the list. */
export { states } from "../../public/invite/states.js";
