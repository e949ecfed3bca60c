/** Config holds the addresses of this installation. The deployment writes it; the local cloud makes it. */
export interface Config {
  api: string;
  issuer: string;
  client_id: string;
  scope: string;
  /** The resource indicator of the API; blank where the issuer has none. */
  audience: string;
  /** Cognito's sign-out address, which its discovery document leaves out. */
  sign_out?: string;
}

let loading: Promise<Config> | undefined;

/** loadConfig reads /config.json once. */
export function loadConfig(): Promise<Config> {
  loading ??= fetch("/config.json").then((response) => response.json() as Promise<Config>);
  return loading;
}
