package import Replication

/// Everything that can be said on a line. Who may say what when is the sessions' business.
package enum Message: Equatable, Sendable {
    // A newcomer, or a node whose certificate has run out.
    case join(Join)
    case joined(Joined)
    case renew
    case renewed(certificate: String)

    // The greeting between node and hub.
    case hello(Hello)
    case welcome(Welcome)

    // Upload.
    case push(Push)
    case operation(PushedOperation)
    case acknowledge(ActorHead)

    // Download.
    case entry(LogEntry)
    case stamp(OwnStamp)
    case stamps(StampRun)
    case mark(Mark)
    case applied(Applied)

    // Rights, and the questions of a waiting till: the first lane. Only where the feature `rights` is agreed to.
    case authorize(AuthorizationRequest)
    case grant(Grant)
    case deny(Denial)
    case recall(Recall)
    case yield(Yield)
    case ask(Question)
    case answer(Answer)

    // A database for a node that begins: the last lane. Only where the feature `image` is agreed to.
    case image(ImageOffer)
    case fetch(ImageFetch)
    /// Its bytes are not on its line but behind it: see `frame`.
    case chunk(ImageChunk)

    // The line itself.
    case ping(UInt64)
    case pong(UInt64)
    case busy(retryMilliseconds: UInt64)
    case error(ErrorCode, detail: String)
    case bye

    // An administrator's command and its answer, on the control socket only.
    case request(id: UInt64, arguments: [String])
    case row(id: UInt64, fields: [String?])
    case done(id: UInt64)
    case failed(id: UInt64, code: String, detail: String)
}

/// A one-time invitation's token, shown with a self-signed certificate on the key that is to be certified.
package struct Join: Equatable, Sendable {
    package let token: [UInt8]
    package let software: String

    package init(token: [UInt8], software: String) {
        self.token = token
        self.software = software
    }
}

/// All that a new node needs to know of its chain. The hub's address it has from the invitation.
package struct Joined: Equatable, Sendable {
    package let node: NodeID
    package let branchCode: String
    package let branchName: String
    /// PEM.
    package let certificate: String
    /// PEM of the chain's certificate authority.
    package let authority: String
    package let chain: ChainProfile

    package init(
        node: NodeID, branchCode: String, branchName: String, certificate: String, authority: String,
        chain: ChainProfile
    ) {
        self.node = node
        self.branchCode = branchCode
        self.branchName = branchName
        self.certificate = certificate
        self.authority = authority
        self.chain = chain
    }
}

/// What is the same in every shop of the chain.
package struct ChainProfile: Equatable, Sendable {
    package let name: String
    /// IANA name; business dates are counted in it.
    package let zone: String
    /// ISO 4217.
    package let currency: String
    /// ISO 3166-1 alpha-2; phone numbers without a country prefix are read as this country's.
    package let country: String
    /// 32 bytes under which phone numbers and cards are hashed for look-ups.
    package let lookupKey: [UInt8]

    package init(name: String, zone: String, currency: String, country: String, lookupKey: [UInt8]) {
        self.name = name
        self.zone = zone
        self.currency = currency
        self.country = country
        self.lookupKey = lookupKey
    }
}

/// An actor's last operation that somebody holds, and the chain's head there.
package struct ActorHead: Equatable, Sendable {
    package let actor: ActorID
    package let sequence: UInt64
    /// 32 bytes.
    package let chain: [UInt8]

    package init(actor: ActorID, sequence: UInt64, chain: [UInt8]) {
        self.actor = actor
        self.sequence = sequence
        self.chain = chain
    }
}

package struct Hello: Equatable, Sendable {
    package let version: UInt32
    package let node: NodeID
    package let features: [String]
    /// The last entry of the hub's log that this node has applied; nil before the first contact.
    package let cursor: HubPosition?
    /// How many log entries the hub may send before it hears APPLIED.
    package let credit: UInt64
    package let actors: [ActorHead]
    package let software: String

    package init(
        version: UInt32, node: NodeID, features: [String], cursor: HubPosition?, credit: UInt64,
        actors: [ActorHead], software: String
    ) {
        self.version = version
        self.node = node
        self.features = features
        self.cursor = cursor
        self.credit = credit
        self.actors = actors
        self.software = software
    }
}

package struct Welcome: Equatable, Sendable {
    package let version: UInt32
    package let features: [String]
    /// The hub's epoch and the last entry of its log.
    package let head: HubPosition
    /// How many operations may be unacknowledged at a time.
    package let window: UInt64
    package let kinds: [OperationKind]
    /// The hub's clock, milliseconds since 1970.
    package let nowMilliseconds: UInt64
    /// What the hub holds durably of each actor in HELLO.
    package let holding: [ActorHead]

    package init(
        version: UInt32, features: [String], head: HubPosition, window: UInt64, kinds: [OperationKind],
        nowMilliseconds: UInt64, holding: [ActorHead]
    ) {
        self.version = version
        self.features = features
        self.head = head
        self.window = window
        self.kinds = kinds
        self.nowMilliseconds = nowMilliseconds
        self.holding = holding
    }
}

/// From here on, operations are this actor's, from this sequence, one after another.
package struct Push: Equatable, Sendable {
    package let actor: ActorID
    package let from: UInt64
    /// The chain's head before `from`: a copied or restored node is found out by it.
    package let chain: [UInt8]

    package init(actor: ActorID, from: UInt64, chain: [UInt8]) {
        self.actor = actor
        self.from = from
        self.chain = chain
    }
}

/// An operation without its dot, which follows from PUSH and the count of operations since.
package struct PushedOperation: Equatable, Sendable {
    package let observed: Observed
    package let time: HybridTime
    package let audience: Audience
    package let kind: OperationKind
    package let publicBody: [UInt8]
    package let personal: PersonalPart?

    package init(_ operation: Operation) {
        observed = operation.observed
        time = operation.time
        audience = operation.audience
        kind = operation.kind
        publicBody = operation.publicBody
        personal = operation.personal
    }

    package func operation(_ dot: Dot) -> Operation {
        Operation(
            dot: dot, observed: observed, time: time, audience: audience, kind: kind, publicBody: publicBody,
            personal: personal)
    }
}

/// The hub's word on one of the receiver's own operations, where there is more to say than that it is ok.
package struct OwnStamp: Equatable, Sendable {
    package let dot: Dot
    package let stamp: Stamp

    package init(dot: Dot, stamp: Stamp) {
        self.dot = dot
        self.stamp = stamp
    }
}

/// Consecutive operations of one actor that took consecutive places in the log, all `ok` and with their own times.
package struct StampRun: Equatable, Sendable {
    package let firstDot: Dot
    package let firstPosition: UInt64
    package let count: UInt64

    package init(firstDot: Dot, firstPosition: UInt64, count: UInt64) {
        self.firstDot = firstDot
        self.firstPosition = firstPosition
        self.count = count
    }
}

/// Everything addressed to this node up to the position has been sent; its records then have this digest.
package struct Mark: Equatable, Sendable {
    package let position: UInt64
    package let digest: UInt128

    package init(position: UInt64, digest: UInt128) {
        self.position = position
        self.digest = digest
    }
}

/// The node holds everything up to the position durably, and has room for more.
package struct Applied: Equatable, Sendable {
    package let position: UInt64
    package let credit: UInt64

    package init(position: UInt64, credit: UInt64) {
        self.position = position
        self.credit = credit
    }
}

/// Why a side ends the dialogue. The codes are stable; the detail is for a person's eyes.
package enum ErrorCode: String, CaseIterable, Sendable {
    case malformed
    case unexpected
    case version
    case impostor
    case revoked
    case unknownNode = "unknown_node"
    case invitation
    case gap
    case forked
    case foreignActor = "foreign_actor"
    case window
    case credit
    case outstanding
    case superseded
    case silent
    case unavailable
    case stopping
}
