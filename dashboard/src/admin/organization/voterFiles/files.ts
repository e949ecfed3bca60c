import { api, send, type Schemas } from "../../../api/client";

export type Mapping = Schemas["VoterFileMapping"];

const path = (organization: string, voter_file: string) => ({ organization, voter_file });

const header = (key: string) => ({ "Idempotency-Key": key });

export const confirmVoterFile = (organization: string, file: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/voter-files/{voter_file}/confirm", { params: { path: path(organization, file), header: header(key) } }));

export const declineVoterFile = (organization: string, file: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/voter-files/{voter_file}/decline", { params: { path: path(organization, file), header: header(key) } }));

export const undoVoterFile = (organization: string, file: string, key: string) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/voter-files/{voter_file}/undo", { params: { path: path(organization, file), header: header(key) } }));

export const deleteVoterFile = (organization: string, file: string) =>
  send(() => api.DELETE("/v1/admin/organizations/{organization}/voter-files/{voter_file}", { params: { path: path(organization, file) } }));

export const getColumns = (organization: string, file: string) =>
  send(() => api.GET("/v1/admin/organizations/{organization}/voter-files/{voter_file}/columns", { params: { path: path(organization, file) } }));

export const getReview = (organization: string, file: string) =>
  send(() => api.GET("/v1/admin/organizations/{organization}/voter-files/{voter_file}/review", { params: { path: path(organization, file) } }));

export const previewMapping = (organization: string, file: string, body: Mapping) =>
  send(() => api.POST("/v1/admin/organizations/{organization}/voter-files/{voter_file}/mapping/preview", { params: { path: path(organization, file) }, body }));

export const updateMapping = (organization: string, file: string, body: Mapping) =>
  send(() => api.PUT("/v1/admin/organizations/{organization}/voter-files/{voter_file}/mapping", { params: { path: path(organization, file) }, body }));

/** upload sends a file to the address that the API gave for it, and reports the share sent. It fails if the storage refuses. */
export function upload(to: Schemas["Upload"], file: File, progress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not report what was sent
    request.open(to.method, to.url);
    for (const [name, value] of Object.entries(to.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`The storage answered ${request.status}.`)));
    request.onerror = () => reject(new Error("The upload was interrupted."));
    request.send(file);
  });
}
