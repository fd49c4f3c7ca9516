/// What has been asked on one line and not yet answered. Both sides count it, each for itself.
struct OpenRequests: Equatable {
    /// Both sides have named the feature `rights`.
    var isAgreed = false
    private var authorizations: Set<UInt128> = []
    private var questions: Set<UInt64> = []
    private var recalls: Set<UInt128> = []

    /// Why a request may not be made now.
    enum Obstacle: Equatable { case notAgreed, alreadyOpen, tooMany }

    mutating func open(authorization id: UInt128) -> Obstacle? {
        open(id, among: \.authorizations, atMost: Limits.authorizationsOpenMax)
    }

    mutating func open(question id: UInt64) -> Obstacle? {
        open(id, among: \.questions, atMost: Limits.questionsOpenMax)
    }

    mutating func open(recall id: UInt128) -> Obstacle? {
        open(id, among: \.recalls, atMost: Limits.recallsOpenMax)
    }

    /// False if it was not open.
    mutating func close(authorization id: UInt128) -> Bool { authorizations.remove(id) != nil }
    mutating func close(question id: UInt64) -> Bool { questions.remove(id) != nil }
    mutating func close(recall id: UInt128) -> Bool { recalls.remove(id) != nil }

    private mutating func open<ID>(
        _ id: ID, among open: WritableKeyPath<Self, Set<ID>>, atMost limit: Int
    ) -> Obstacle? {
        guard isAgreed else { return .notAgreed }
        guard !self[keyPath: open].contains(id) else { return .alreadyOpen }
        guard self[keyPath: open].count < limit else { return .tooMany }
        self[keyPath: open].insert(id)
        return nil
    }
}

extension OpenRequests.Obstacle {
    var code: ErrorCode {
        switch self {
        case .notAgreed, .alreadyOpen: .unexpected
        case .tooMany: .outstanding
        }
    }

    var words: String {
        switch self {
        case .notAgreed: "the feature rights has not been agreed to"
        case .alreadyOpen: "that has been asked and not yet answered"
        case .tooMany: "more open requests than allowed"
        }
    }
}
