import Loyalty
import NodeEngine
import Replication

/// What a till asks its node, until it has an answer. Tills keep a question before they send it.
struct Question {
    let node: Int
    let request: TillRequest
    /// Asked again for as long as it takes; others are given up after some attempts.
    let mustBeAnswered: Bool
    /// False where the till asks for what no node may do.
    var isSound = true
    var attempts = 0
    var isAnswered = false
    /// How often it stands before the node at this moment, which has not replied yet.
    var waitsInside = 0

    static let attemptsMax = 3
    static let answerMilliseconds: UInt64 = 3_000

    /// Doubles with every attempt, up to ten minutes.
    func pauseMilliseconds(using random: inout SeededRandom) -> UInt64 {
        random.between(500...min(600_000, 1_000 << UInt64(min(attempts, 10))))
    }
}

extension Question: CustomStringConvertible {
    var description: String { "\(request.name) at node \(node) after \(attempts) attempts" }
}

extension TillRequest {
    fileprivate var name: String {
        switch self {
        case .refund: "a refund"
        case .checkout: "a sale at the counter"
        case .topUp: "a top-up"
        case .sale: "a sale"
        case .edit: "an edit"
        case _: "a question"
        }
    }
}

/// What is being worked on while an engine handles one event; it accounts for every operation written meanwhile.
struct Undertaking {
    enum Kind: Equatable {
        case question(Int)
        /// An administrator's words, and the note that tells this command from all others.
        case command([String], note: String)
        case strange(deserves: Verdict)
        /// Headquarters enters one fact into the log.
        case headquarters(Fact)
    }

    let kind: Kind
    /// What was written for it.
    var dots: [Dot] = []
}
