/// Every limit of the protocol: its number and its reason. `protocol/README.md` repeats them for strangers.
package enum Limits {
    /// A sale with 200 lines is about 12 KiB; a line longer than this is a mistake or an attack.
    package static let lineBytesMax = 1 << 20
    /// Before a peer has said HELLO, JOIN or RENEW it has earned no more than this.
    package static let lineBytesBeforeGreetingMax = 8 << 10
    /// A compressed block may not grow to more than a few full reads.
    package static let inflatedBytesMax = 4 << 20
    package static let deflatedBytesMax = 1 << 20
    /// Both bodies of an operation together, before escaping. Leaves room for the escapes on the line.
    package static let operationBodyBytesMax = 400 << 10

    /// Operations that a node may have sent and not yet seen acknowledged.
    package static let uploadWindowOperations: UInt64 = 2_000
    /// Log entries that the hub may have sent and not yet seen applied.
    package static let downloadCreditEntries: UInt64 = 4_000
    /// No receiver can mean more than this; a larger credit is refused rather than added up to an overflow.
    package static let creditEntriesMax: UInt64 = 1_000_000
    /// One transaction of the receiver: large enough to share one flush, small enough not to stall a till.
    package static let transactionOperationsMax = 1_000
    /// One transaction of the hub while no till waits for its word: about half a second.
    package static let backlogOperationsMax = 10_000

    /// Incarnations of one node that may still have operations to send.
    package static let actorsPerNodeMax = 16
    package static let featuresMax = 16
    package static let operationKindsMax = 256
    /// In DO and ASK. A sale with 2,000 lines is four words a line.
    package static let requestArgumentsMax = 8_192

    /// Unanswered AUTH of one node: no shop has more tills that wait at one moment. More is `outstanding`.
    package static let authorizationsOpenMax = 64
    /// Unanswered ASK of one node, for the same reason.
    package static let questionsOpenMax = 64
    /// RECALL that a node has not answered: as many as others can be waiting for.
    package static let recallsOpenMax = 64
    /// Branches that a DENY names: more than a cashier can call up.
    package static let denialHoldersMax = 32
    /// Lots that one RECALL asks for: what is spent first, not all that a member ever earned.
    package static let recallLotsMax = 64
    /// How long the hub waits for other holders' YIELD before it decides: the customer stands at the till.
    package static let recallWaitMilliseconds: UInt64 = 800
    /// How long a till waits for the hub before it goes on with what its branch holds.
    package static let authorizationWaitMilliseconds: UInt64 = 3_000

    /// One read of the hub's disk; a till's question waits for at most one of them to leave.
    package static let chunkBytesMax = 256 << 10
    /// What an image may have on its way: 4 MiB fill a fast line, and a node asks for less on a slow one.
    package static let imageWindowBytesMax: UInt64 = 4 << 20
    /// A chain of 200 million members; whoever offers more is mistaken.
    package static let imageBytesMax: UInt64 = 64 << 30
    /// A log that is shorter than this is applied in about a second: no image is made for it.
    package static let imageLogEntriesMin: UInt64 = 20_000
    /// What may have been logged since an image was made; an eighth of the log, where that is more.
    package static let imageLagEntriesMax: UInt64 = 50_000
    package static let imageAgeMillisecondsMax: UInt64 = 24 * 3_600_000
    /// After the hub's disk has refused an image, newcomers read the log for this long.
    package static let imageRetryMilliseconds: UInt64 = 10 * 60_000

    /// After this much silence a side asks whether the other is there.
    package static let silenceBeforePingMilliseconds: UInt64 = 30_000
    /// After this much silence the line is taken for dead: the question has gone unanswered for 45 seconds.
    package static let silenceBeforeCloseMilliseconds: UInt64 = 75_000
    /// HELLO, JOIN or RENEW must come within this.
    package static let greetingMilliseconds: UInt64 = 10_000
    /// A node that the hub sends away with BUSY waits between one and two times this.
    package static let busyRetryMilliseconds: UInt64 = 5_000

    /// How far ahead of the hub's clock an operation's time is believed; beyond that it is clamped and flagged.
    package static let clockAheadToleranceMilliseconds: UInt64 = 5 * 60_000
}
