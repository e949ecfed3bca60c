import { Link } from "@tanstack/react-router";
import classes from "./shell.module.css";

/** Brand is the name of the product; it leads to the start. */
export function Brand() {
  return (
    <Link to="/" className={classes.brandLink}>
      <img src="/favicon.svg" alt="" width={24} height={24} />
      <span>Kith</span>
    </Link>
  );
}
