import { Type, type Static } from 'typebox';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const count = (description: string, value: number, minimum = 1) => Type.Integer({ minimum, default: value, description });

/** Section `serve` of the configuration: how the API runs. It changes no result, so no manifest holds it. */
export const ServeSchema = Type.Object(
  {
    state_directory: text('folder of tokens, audit log and exports; OUT/serve when absent'),
    issuer: text('issuer whose JWTs are accepted (claim iss)'),
    audience: text('audience a JWT must be meant for (claim aud)'),
    jwks_url: text('address of the issuer\'s public keys (JWKS), https or loopback'),
    jwks_file: text('the same keys as a file, for sites without a network'),
    grants_claim: Type.String({ default: 'vatrisk_grants', description: 'claim that holds [{"roles": [...], "regions": [...]}]' }),
    audit_key_file: text('file with the key of the audit chain (0600); serve/audit.key of the state folder when absent'),
    audit_seal_file: text('a second place, on another machine or write-once medium, to which the head of the audit chain is appended'),
    rate_limit_per_minute: count('requests per identity and minute', 600),
    maximum_age_hours: count('a snapshot older than this makes /readyz answer 503', 36),
    request_timeout_seconds: count('time a request may take to arrive and a query to answer', 30),
    body_limit_bytes: count('largest body accepted', 65_536, 1024),
    connections: count('connections to the snapshot, each for one query at a time', 4),
    memory: Type.String({ pattern: '^[0-9]+([.][0-9]+)? ?[KMGT]i?B$', default: '1GB', description: 'memory the engine may use for details and searches' }),
    metrics_port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: 'port of /metrics on loopback; without it the main port answers /metrics to loopback only' })),
    trust_proxy: Type.Array(Type.String(), { default: [], description: 'addresses of proxies whose X-Forwarded-For is believed' }),
    export_rows_maximum: count('taxpayers one export may hold', 1_000_000),
    export_keep_hours: count('hours after which a finished export is deleted', 72),
    export_queue_maximum: count('exports that may wait', 20),
  },
  { additionalProperties: false, default: {} },
);

export type ServeSettings = Static<typeof ServeSchema>;
