import { useLingui } from "@lingui/react/macro";
import classes from "./Steps.module.css";
import { Icon } from "./icons";

/** Steps shows how far a guided task is. current counts from 0. */
export function Steps({ names, current }: { names: string[]; current: number }) {
  const { t } = useLingui();
  return (
    <ol className={classes.steps} aria-label={t`Steps`}>
      {names.map((name, n) => (
        <li key={name} className={classes.step} aria-current={n === current ? "step" : undefined} data-done={n < current || undefined}>
          <span className={classes.number} aria-hidden>{n < current ? <Icon name="check" size={14} /> : n + 1}</span>
          {name}
        </li>
      ))}
    </ol>
  );
}
