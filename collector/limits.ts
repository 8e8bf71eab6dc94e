/** Every limit of the collector by name, each with its reason. A queue without a limit is a promise to run out of memory. */

const KIB = 1024;
const MIB = 1024 * KIB;

export const limits = {
  broker: {
    /** one gateway a connection: the 5 000 stations of a large province, and as many that have not noticed their fall */
    connections: 10_000,
    /** who has said nothing yet costs a socket: not for long */
    connectTimeoutMs: 10_000,
    /** and the same for a TLS handshake */
    handshakeTimeoutMs: 10_000,
    /** a renewed certificate or a new list of revocations is seen this soon, */
    tlsFilesLookMs: 5_000,
    /** and taken up this long after the last file changed */
    tlsFilesSettleMs: 1_000,
    /** a CONNECT holds a client id, a user name and a 88-character signature */
    bytesBeforeConnect: 4 * KIB,
    /** a reader that does not read delays the broker's queue: it is let go */
    drainTimeoutMs: 5_000,
    /** packets of one client waiting for its own CONNECT to finish */
    packetsBeforeConnect: 32,
    clientIdCharacters: 64,
    /** half-open QoS 2 messages of one client */
    inboundQos2: 32,
    /** argon2 costs 19 MiB and 20 ms of a core for each attempt */
    passwordChecksAtOnce: 2,
    passwordChecksWaiting: 16,
    /** a broker that stands apart is tried again after this, */
    reconnectMs: 1_000,
    /** and not waited for longer than this at the end */
    stopMs: 1_000,
    /** forecourt/v1/<gateway>/<direction>/<channel> */
    topicLevels: 8,
  },
  inbox: {
    /** messages of one gateway waiting; what comes beyond is not answered, and the gateway sends it again */
    queuedMessages: 32,
    queuedBytes: 16 * MIB,
    /** of one gateway's turn: an agent's window; batches that follow each other share a transaction and one disk sync */
    messagesAtOnce: 8,
    /** records of one such transaction: it holds up everybody else for some 50 ms */
    recordsAtOnce: 4_000,
    /** all gateways together */
    queuedBytesAltogether: 256 * MIB,
    /** a gateway that keeps asking in a gap is answered once in this time */
    resendEveryMs: 1_000,
    /** greetings are answered always, but remembered only this often */
    helloEveryMs: 10_000,
    /** the rules are told once in this time that a gateway greets with another journal than the stored one */
    storyEveryMs: 600_000,
    /** how long a stop waits for the running transaction */
    stopMs: 3_000,
  },
  refused: {
    /** evidence of refused envelopes: the newest are kept */
    rows: 10_000,
    bytes: 512 * KIB,
  },
  rules: {
    /** ranges of evidence a flag holds; of more, the first and the last are kept */
    evidenceRanges: 200,
    /** verdicts `unknown` are kept one a subject; subjects come from outside */
    unknownSubjects: 10_000,
    tickMs: 1_000,
    /** prices change at midnight, and nobody needs to hear of a median within the hour */
    areaPricesMs: 3_600_000,
    /** a tick of thousands of stations is made in such slices: messages and pages are answered in between */
    tickSliceMs: 10,
    /** inputs worked off in one transaction */
    inputsAtOnce: 20,
    /** batches of a station kept in memory for its rules; beyond, they are read from the database */
    inputsInMemory: 64,
    /** inputs between two stores of a station's states: after a crash so many are taken again to learn */
    checkpointInputs: 50,
  },
  statistics: {
    /** batches summed in one transaction */
    batchesAtOnce: 100,
    /** sales and readings of batches kept in memory until they are summed; beyond, they are read from the database */
    batchesInMemory: 1_000,
    /** the longest span that is asked for at once: five years */
    days: 1_830,
    /** and by the hour */
    daysOfHours: 62,
  },
  access: {
    /** argon2 costs 19 MiB and 20 ms of a core for each check */
    passwordChecksAtOnce: 2,
    passwordChecksWaiting: 64,
    /** of one address; a whole office behind one address signs in within a few minutes */
    signInsPerMinute: 60,
    /** when people last acted is written down this often, and what is over is ended */
    sweepMs: 60_000,
    /** wrong attempts on a name are forgotten after this, far beyond a lock */
    attemptsForMs: 86_400_000,
  },
  audit: {
    /** looks that wait to be written; beyond, answers wait until there is room */
    queued: 2_000,
    /** they are written this soon, many in one commit */
    flushMs: 250,
    /** the signed head follows looks this often; it follows changes at once */
    checkpointMs: 5_000,
    /** an automatic repeat of the same question is counted, and the count written after this */
    repeatsMs: 300_000,
    /** questions of which repeats are counted at once */
    repeatsKept: 5_000,
  },
  api: {
    /** proof records shown with a flag */
    evidenceRecords: 200,
    noticesPerMinute: 60,
    bodyBytes: 64 * KIB,
    /** an export reads a quarter of sales */
    exportsPerMinute: 6,
    exportRows: 100_000,
    /** on paper: some 60 pages, which take a few seconds to set */
    exportPaperRows: 2_000,
    /** views that one account keeps */
    viewsOfAccount: 50,
    /** an honest browser sends its head in one go, */
    headersTimeoutMs: 10_000,
    /** and a body of this size soon after */
    requestTimeoutMs: 30_000,
    /** a page holds one stream and a few requests; 500 pages, and room */
    connections: 4_000,
    /** a PDF takes half a second of a core and some 100 MB for a moment */
    papersPerMinute: 12,
    /** each may take a core for seconds */
    importsPerMinute: 20,
    commandLooksPerMinute: 600,
    /** a configuration as JSON text */
    commandBytes: 256 * KIB,
  },
  enrolment: {
    /** a person types a code; 45 bits, three days and ten tries a minute leave no chance to guess one */
    triesPerMinute: 10,
    renewalsPerMinute: 30,
  },
  commands: {
    /** commands that a gateway has yet to answer: as many as it lets wait */
    openOfGateway: 16,
    /** a greeting is answered with a receipt first: it tells the gateway the collector's clock */
    afterGreetingMs: 500,
  },
  updates: {
    /** of one address: a bundle comes in a few dozen parts, and many boxes may share an address */
    partsPerMinute: 600,
  },
  notices: {
    /** what happened longer ago is history, and nobody is told: two weeks are longer than any station is without network */
    staleMs: 14 * 86_400_000,
    /** whom they concern is found out in one go, in a few ms an event */
    eventsAtOnce: 50,
    /** looked at in one run; those of one person and channel become one message */
    dueAtOnce: 500,
    restMs: {
      /** a mail server that does not answer takes 15 s of everybody's time */
      failed: 30_000,
      /** robots of DingTalk and WeCom take 20 messages a minute */
      robots: 3_500,
    },
    /** codes that somebody may ask for within an hour */
    codesPerHour: 5,
    codeTries: 5,
    codeMs: 900_000,
    /** shown on a page of one's own list */
    list: 50,
    /** unread ones are counted up to here */
    unread: 100,
  },
  map: {
    /** a page takes the file as a whole and keeps it in memory */
    geojsonBytes: 32 * MIB,
    /** a picture of 256 or 512 pixels, */
    tileBytes: 2 * MIB,
    /** and a map that waits longer is drawn without it */
    tileTimeoutMs: 10_000,
    /** tiles that are fetched at once, all pages together: the tile server is somebody else's */
    tilesAtOnce: 32,
  },
  walls: {
    /** screens that one account keeps open */
    ofAccount: 10,
    /** from the page of one's own account to the screen */
    codeMinutes: 10,
    /** nobody types at a wall, so it is not idle; after this it is opened anew */
    days: 30,
    /** 45 bits, ten minutes and so few tries leave no chance to guess a code */
    triesPerMinute: 10,
  },
  live: {
    /** pages open at once */
    clients: 500,
    /** events a page may be behind before it is cut off and reads everything anew */
    queuedEvents: 1_000,
    heartbeatMs: 15_000,
    retryMs: 2_000,
    /** records of one kind told of one batch: a backlog is read by the page, not poured over it */
    recordsOfBatch: 50,
    /** a gateway shows itself once in this time; what comes sooner is not looked at */
    previewEveryMs: 1_000,
    /** what was shown and never came by the chain is no longer shown after this */
    previewForMs: 600_000,
    /** sales shown of one gateway */
    previewSales: 40,
    /** a station's summary is computed at most once in this time */
    summaryEveryMs: 1_000,
  },
  /** a gateway that was heard within this time counts as live on the screens */
  liveWithinMs: 180_000,
} as const;
