import { api, send, type Schemas } from "../../api/client";

type Edit = Schemas["UpdateCampaignRequest"];

const path = (campaign: string) => ({ campaign });

export const updateCampaign = (campaign: string, body: Edit) =>
  send(() => api.PATCH("/v1/admin/campaigns/{campaign}", { params: { path: path(campaign) }, body }));

export const updateKeyQuestion = (campaign: string, body: Schemas["UpdateKeyQuestionRequest"]) =>
  send(() => api.PUT("/v1/admin/campaigns/{campaign}/key-question", { params: { path: path(campaign) }, body }));

export const createPasscode = (campaign: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/passcode", { params: { path: path(campaign) } }));

export const deletePasscode = (campaign: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/passcode", { params: { path: path(campaign) } }));

const withKey = (key: string) => ({ header: { "Idempotency-Key": key } });

export const publishCampaign = (campaign: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/publish", { params: { path: path(campaign), ...withKey(key) } }));

export const closeCampaign = (campaign: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/close", { params: { path: path(campaign), ...withKey(key) } }));

/** deleteCampaign deletes a draft, unless it was changed since the given revision was read. */
export const deleteCampaign = (campaign: string, revision: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}", { params: { path: path(campaign), query: { revision } } }));

const itemPath = (campaign: string, item: string) => ({ campaign, action_item: item });

export const createActionItem = (campaign: string, body: Schemas["CreateActionItemRequest"], key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/action-items", { params: { path: path(campaign), ...withKey(key) }, body }));

export const updateActionItem = (campaign: string, item: string, body: Schemas["UpdateActionItemRequest"]) =>
  send(() => api.PATCH("/v1/admin/campaigns/{campaign}/action-items/{action_item}", { params: { path: itemPath(campaign, item) }, body }));

export const archiveActionItem = (campaign: string, item: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/action-items/{action_item}/archive", { params: { path: itemPath(campaign, item), ...withKey(key) } }));

export const restoreActionItem = (campaign: string, item: string, key: string) =>
  send(() => api.POST("/v1/admin/campaigns/{campaign}/action-items/{action_item}/restore", { params: { path: itemPath(campaign, item), ...withKey(key) } }));

/** deleteActionItem deletes an action item without responses, unless it was changed since the given revision was read. */
export const deleteActionItem = (campaign: string, item: string, revision: string) =>
  send(() => api.DELETE("/v1/admin/campaigns/{campaign}/action-items/{action_item}", { params: { path: itemPath(campaign, item), query: { revision } } }));

export const orderActionItems = (campaign: string, items: string[]) =>
  send(() => api.PUT("/v1/admin/campaigns/{campaign}/action-items/order", { params: { path: path(campaign) }, body: { action_item_ids: items } }));
