import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// Tills ask, wait, and ask again; what they are told is compared with what was done.
extension SimulatedChain {
    func pose(_ request: TillRequest, at node: Int, mustBeAnswered: Bool, isSound: Bool = true, after delay: UInt64) {
        questions.append(
            Question(node: node, request: request, mustBeAnswered: mustBeAnswered, isSound: isSound))
        schedule(.asks(question: questions.count - 1), afterMilliseconds: delay)
    }

    func ask(_ number: Int) throws {
        guard !questions[number].isAnswered else { return }
        questions[number].attempts += 1
        schedule(
            .waitsNoLonger(question: number, attempt: questions[number].attempts),
            afterMilliseconds: Question.answerMilliseconds)
        let node = nodes[questions[number].node]
        if node.cutOffUntilMilliseconds != nil { mark(.editedWhileOffline) }
        if node.process.isUp { questions[number].waitsInside += 1 }
        undertaking = Undertaking(kind: .question(number))
        defer { undertaking = nil }
        try tell(node, .till(NodeEngine.RequestID(UInt64(number)), questions[number].request))
    }

    func hear(_ number: Int) { questions[number].isAnswered = true }

    func waitNoLonger(_ number: Int, _ attempt: Int) {
        let question = questions[number]
        guard !question.isAnswered, question.attempts == attempt else { return }
        guard question.mustBeAnswered || attempt < Question.attemptsMax else { return }
        schedule(.asks(question: number), afterMilliseconds: question.pauseMilliseconds(using: &people))
    }

    func askAllAgain() {
        for number in questions.indices where questions[number].mustBeAnswered && !questions[number].isAnswered {
            questions[number].attempts = 0
            schedule(.asks(question: number), afterMilliseconds: people.between(2_500...6_000))
        }
    }

    // MARK: Answers

    /// The node has answered; from here on it is bound by what it said.
    func settle(_ number: Int, _ answer: TillAnswer) throws {
        questions[number].waitsInside = max(0, questions[number].waitsInside - 1)
        let question = questions[number]
        let dots = undertaking?.dots ?? []
        switch (question.request, answer) {
        case (_, .diskFull):
            mark(.nodeDiskFull)
            return try check(dots.isEmpty, .answers, "a full disk, and yet an operation")
        case (.sale(let sale), .sale(let outcome)): try settle(sale, outcome, of: question, dots)
        case (.edit(let edit), .edit(let outcome)): try settle(edit, outcome, of: question, dots)
        case (.status, .status(let status)): try settle(status, at: nodes[question.node])
        case (.checkout(let checkout), .checkout(let outcome)): try settle(checkout, outcome, of: question)
        case (.topUp(let topUp), .topUp(let outcome)): try settle(topUp, outcome)
        case (.wallets, .wallets(let wallets)): try settle(wallets, at: nodes[question.node])
        case (.refund(let request), .refund(let outcome)):
            guard let dot = try settle(request, outcome) else {
                if outcome.isFinal { hearLater(number) }
                return
            }
            ledger.promise(dot)
        case _: throw failure(.answers, "an answer to another question")
        }
        for dot in dots { ledger.promise(dot) }
        hearLater(number)
    }

    private func hearLater(_ number: Int) {
        guard !isChaos || !people.chance(percent: plan.shops.answerLostPercent) else { return }
        schedule(.hears(question: number), afterMilliseconds: people.between(1...30))
    }

    private func settle(
        _ sale: Sale, _ outcome: ReplicaStore.SaleOutcome, of question: Question, _ dots: [Dot]
    ) throws {
        let earlier = ledger.dot(ofSale: sale.id, at: question.node)
        switch outcome {
        case .recorded:
            mark(.saleRecorded)
            try check(dots.count == 1 && dots.first == earlier, .answers, "a recorded sale wrote \(dots.count) times")
        case .repeated:
            mark(.saleRepeated)
            try check(dots.isEmpty, .answers, "a repeated sale was written")
            try check(earlier != nil, .answers, "a sale is called a repeat and is not there")
            if let earlier { ledger.promise(earlier) }
        case .different: throw failure(.answers, "a till's repeat is taken for another sale")
        case .refused(let fault):
            mark(.saleRefused)
            try check(dots.isEmpty && !question.isSound, .answers, "a sound sale is refused: \(fault)")
        }
    }

    private func settle(
        _ request: EditRequest, _ outcome: ReplicaStore.EditOutcome, of question: Question, _ dots: [Dot]
    ) throws {
        try check(outcome.wrote == !dots.isEmpty, .answers, "an edit is told otherwise than it was written")
        switch outcome {
        case .written(let member):
            mark(.editWritten)
            if member.isDeleted { mark(.memberDeleted) }
            let cells = Set(member.state.live.filter { $0.dot == dots.first }.map(\.slot))
            let wanted = request.changes.filter { $0.value != nil }.map(\.slot)
            let isShown = wanted.allSatisfy { cells.contains($0) || !member.state.cells(in: $0).isEmpty }
            try check(isShown && dots.count == 1, .answers, "an edit was written and cannot be seen")
        case .unchanged(let member):
            mark(.editUnchanged)
            let isSo = request.creates || request.changes.allSatisfy { member.isAlready($0) }
            try check(isSo, .answers, "an edit was not made, and yet it is called unchanged")
        case .refused(.stale, let current):
            mark(.editStale)
            let isStale = request.changes.contains { change in
                change.seen.map { $0.sorted() != current.state.dots(in: change.slot) } ?? false
            }
            try check(isStale, .answers, "an edit is called stale and is not")
        case .refused(.unknownMember, let current):
            try check(current.state.live.isEmpty, .answers, "a known member is called unknown")
        case .refused(.fault(let fault), _):
            try check(!question.isSound, .answers, "a sound edit is refused: \(fault)")
        }
    }

    private func settle(_ status: NodeStatus, at node: SimulatedNode) throws {
        let state = node.store.actorState(node.actor)
        let waiting = (state?.lastSequence ?? 0) - (state?.acknowledgedSequence ?? 0)
        try check(
            status.waitingOperations == waiting, .answers, "status says \(status.waitingOperations) of \(waiting) wait")
        try check(
            status.appliedPosition == node.store.cursor?.sequence ?? 0, .answers, "status shows another position")
        if status.auditedThrough != nil { mark(.auditPassed) }
    }
}

extension RefundOutcome {
    /// Where the hub could not be asked, or has not answered, the till asks again.
    fileprivate var isFinal: Bool {
        switch self {
        case .refunded, .repeated, .different, .deniedByHub, .refused: true
        case .elsewhere: false
        }
    }
}

extension ReplicaStore.EditOutcome {
    fileprivate var wrote: Bool {
        switch self {
        case .written: true
        case .unchanged, .refused: false
        }
    }
}

extension Member {
    fileprivate func isAlready(_ change: EditRequest.Change) -> Bool {
        let cells = state.cells(in: change.slot)
        return change.value.map { value in cells.count == 1 && cells[0].value == value } ?? cells.isEmpty
    }
}
