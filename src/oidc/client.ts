import type { ClientMetadata } from "oidc-provider";
import type { Application } from "../applications/queries.ts";

/** An application as oidc-provider knows it. */
export function clientMetadata(application: Application): ClientMetadata {
  const { clientId, name, kind, redirectAddresses, backChannelAddress } = application;
  const isWeb = kind === "web";
  return {
    client_id: clientId,
    client_name: name,
    // oidc-provider's own rules differ for the two types, such as http on loopback; ours are in applications/fields.ts.
    application_type: redirectAddresses.every((address) => address.startsWith("https:")) ? "web" : "native",
    redirect_uris: redirectAddresses,
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: isWeb ? "client_secret_basic" : "none",
    // Only its hash is stored; `isClientSecret` compares it (provider.ts).
    ...(isWeb && { client_secret: "not stored" }),
    subject_type: "public",
    id_token_signed_response_alg: "RS256",
    require_auth_time: true,
    ...(backChannelAddress !== "" && {
      backchannel_logout_uri: backChannelAddress,
      backchannel_logout_session_required: true,
    }),
  };
}
