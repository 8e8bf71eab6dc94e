/**
 * Mosquitto's configuration for a broker that stands apart from the collector: TLS 1.3 only, a certificate for
 * everybody, and an access list by which a gateway has its own topics and nothing else. Pure.
 */
import { ALL_UP_TOPICS, TOPIC_ROOT } from "@forecourt/protocol/topics.ts";

export interface MosquittoPlan {
  host: string;
  port: number;
  /** absolute paths, as Mosquitto will see them */
  certFile: string;
  keyFile: string;
  caFile: string;
  crlFile: string;
  aclFile: string;
  /** the system's account under which it runs: it must be able to read the files, and nobody else the key */
  user: string;
  /** common name of the collector's client certificate */
  collector: string;
}

/** Files to write, by name. */
export interface MosquittoFiles {
  "mosquitto.conf": string;
  acl: string;
}

/** The largest message of ours is 512 KiB; the rest is MQTT's own. */
const MAX_PACKET_BYTES = 1_048_576;
/** Waiting for a collector that is behind; what comes beyond is sent again by the gateways, which keep everything. */
const MAX_QUEUED = 10_000;
const MAX_QUEUED_BYTES = 268_435_456;
const MAX_CONNECTIONS = 2_000;

/** Writes both files. */
export function mosquittoFiles(plan: MosquittoPlan): MosquittoFiles {
  return { "mosquitto.conf": configuration(plan), acl: accessList(plan) };
}

function configuration(plan: MosquittoPlan): string {
  return `# Made by \`provision broker mosquitto\`. Make it anew rather than change it.
user ${plan.user}

# TLS 1.3, and nobody without a certificate of the authority. The name in it is who the client is.
listener ${plan.port} ${plan.host}
protocol mqtt
tls_version tlsv1.3
certfile ${plan.certFile}
keyfile ${plan.keyFile}
cafile ${plan.caFile}
# Without a list in force nobody is let in: \`provision broker refresh\` keeps it fresh.
crlfile ${plan.crlFile}
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file ${plan.aclFile}

# The journals on the gateways are the queue: nothing is kept here beyond a short wait.
persistence false
retain_available false
max_packet_size ${MAX_PACKET_BYTES}
max_queued_messages ${MAX_QUEUED}
max_queued_bytes ${MAX_QUEUED_BYTES}
max_connections ${MAX_CONNECTIONS}
set_tcp_nodelay true

log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages true
`;
}

function accessList({ collector }: MosquittoPlan): string {
  return `# Made by \`provision broker mosquitto\`. Who may do what, by the name in the certificate.
user ${collector}
topic read ${ALL_UP_TOPICS}
topic write ${TOPIC_ROOT}/+/down/+

# Every gateway: its own topics and no other's.
pattern write ${TOPIC_ROOT}/%u/up/+
pattern read ${TOPIC_ROOT}/%u/down/+
`;
}
