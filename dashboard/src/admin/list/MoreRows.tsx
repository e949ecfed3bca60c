import { Trans } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useFormat } from "../../ui/format";
import { mostRows, type List } from "./useList";

/** MoreRows tells how many rows are shown, and loads the next ones. The focus goes to the first new row. */
export function MoreRows<Row>({ list }: { list: List<Row> }) {
  const format = useFormat();
  const foot = useRef<HTMLDivElement>(null);
  const shown = list.rows.length;
  const before = useRef<number>(undefined);
  useEffect(() => {
    if (before.current === undefined || shown <= before.current) return;
    const region = foot.current?.previousElementSibling;
    const name = region?.querySelectorAll("tbody tr")[before.current]?.querySelector<HTMLElement>("th");
    const link = name?.querySelector<HTMLElement>("a, button");
    if (!link) name?.setAttribute("tabindex", "-1");
    (link ?? name)?.focus();
    before.current = undefined;
  }, [shown]);
  const loadMore = () => {
    before.current = shown;
    list.loadMore();
  };
  const count = format.number(shown);
  const total = list.total === undefined ? undefined : format.number(list.total);
  return (
    <Group ref={foot} gap="md" mt="sm">
      <Text size="sm" c="dimmed" role="status">{total ? <Trans>{count} of {total} shown</Trans> : <Trans>{count} shown</Trans>}</Text>
      {list.more && shown < mostRows && <Button variant="default" size="xs" loading={list.loadingMore} onClick={loadMore}><Trans>Show 50 more</Trans></Button>}
      {list.more && shown >= mostRows && <Text size="sm"><Trans>There are more. Narrow the list down, or export it.</Trans></Text>}
    </Group>
  );
}
