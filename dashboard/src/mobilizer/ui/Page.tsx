import { useEffect, useRef, type ReactNode } from "react";

interface PageProps {
  title: string;
  children: ReactNode;
  /** Shown beside the title. */
  aside?: ReactNode;
  /** Whether the title is small, because the page has a larger heading. */
  small?: boolean;
}

/** Page is a page with its title, which takes the focus when the page opens. */
export function Page({ title, aside, small, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <>
      <div className={small ? "page-head small" : "page-head"}><h1 ref={heading} tabIndex={-1}>{title}</h1>{aside}</div>
      {children}
    </>
  );
}
