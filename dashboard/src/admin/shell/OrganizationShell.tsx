import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { createContext, useContext } from "react";
import { organizationQuery, type Organization } from "../data/session";
import { Loading } from "../ui/State";
import { ErrorPage } from "./ErrorPage";
import type { NavItem } from "./NavList";
import { OutsideShell } from "./OutsideShell";
import { Shell } from "./Shell";

interface OrganizationAccess {
  organization: Organization;
  /** owner reports whether the signed-in person is an owner of the organization. */
  owner: boolean;
}

const OrganizationContext = createContext<OrganizationAccess | undefined>(undefined);

/** useOrganization returns the organization of the page. It must be called below an organization's route. */
export function useOrganization(): OrganizationAccess {
  const access = useContext(OrganizationContext);
  if (!access) throw new Error("useOrganization is called outside an organization");
  return access;
}

function useOrganizationNav(organization: string): NavItem[] {
  const { t } = useLingui();
  const params = { organization };
  return [
    { label: t`Campaigns`, icon: "content", link: { to: "/o/$organization", params, activeOptions: { exact: true } } },
    { label: t`Administrators`, icon: "people", link: { to: "/o/$organization/administrators", params } },
    { label: t`Voter files`, icon: "upload", link: { to: "/o/$organization/voter-files", params } },
    { label: t`Email`, icon: "mail", link: { to: "/o/$organization/mail", params } },
    { label: t`Suppression list`, icon: "lock", link: { to: "/o/$organization/suppressions", params } },
    { label: t`Details`, icon: "organization", link: { to: "/o/$organization/details", params } },
  ];
}

/** OrganizationShell loads the organization of the address for the pages below it. */
export function OrganizationShell() {
  const { organization: id } = useParams({ from: "/o/$organization" });
  const query = useQuery(organizationQuery(id));
  const nav = useOrganizationNav(id);
  if (!query.data) {
    return query.error ? <ErrorPage error={query.error} retry={() => void query.refetch()} /> : <OutsideShell><Loading /></OutsideShell>;
  }
  return (
    <OrganizationContext value={{ organization: query.data, owner: query.data.role === "owner" }}>
      <Shell nav={nav} organization={query.data}><Outlet /></Shell>
    </OrganizationContext>
  );
}
