import { useCampaign } from "../CampaignContext";
import { NotFoundPage } from "../NotFoundPage";
import { fullName } from "../people/names";
import { Page } from "../ui/Page";

/** PersonPage shows one contact. */
export default function PersonPage() {
  const { contacts, route } = useCampaign();
  const contact = route.screen === "person" && contacts.find((c) => c.id === route.contact);
  if (!contact) return <NotFoundPage />;
  return <Page title={fullName(contact)}>{null}</Page>;
}
