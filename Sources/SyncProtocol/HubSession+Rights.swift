/// Rights, and the questions of a waiting till. Nothing of it needs credit.
extension HubSession {
    /// Whether both sides have agreed to speak of rights, and still can.
    package var speaksOfRights: Bool { isSyncing && requests.isAgreed }

    /// Answers an authorization that is open on this line; otherwise nothing is said, and the node will ask again.
    package mutating func grant(_ grant: Grant) -> [Action] {
        guard isSyncing, requests.close(authorization: grant.authorization) else { return [] }
        return [.send(.grant(grant))]
    }

    /// As `grant`. Of the holders the first `Limits.denialHoldersMax` are named.
    package mutating func deny(_ denial: Denial) -> [Action] {
        guard isSyncing, requests.close(authorization: denial.authorization) else { return [] }
        let held = Array(denial.held.prefix(Limits.denialHoldersMax))
        let named = Denial(
            authorization: denial.authorization, code: denial.code, available: denial.available, held: held)
        return [.send(.deny(named))]
    }

    /// Nothing is said to a node that does not speak of rights or has `Limits.recallsOpenMax` recalls to answer, nor
    /// if there are more than `Limits.recallLotsMax` lots or one of which nothing is wanted.
    package mutating func recall(_ recall: Recall) -> [Action] {
        let message = Message.recall(recall)
        guard isSyncing, message.canBeRead, requests.open(recall: recall.id) == nil else { return [] }
        return [.send(message)]
    }

    /// Answers a question that is open on this line; otherwise nothing is said.
    package mutating func answer(_ answer: Answer) -> [Action] {
        guard isSyncing, requests.close(question: answer.id) else { return [] }
        let message = Message.answer(answer)
        guard message.line().count <= Limits.lineBytesMax else {
            return [.send(.answer(Answer(id: answer.id, code: Answer.tooLong, fields: [])))]
        }
        return [.send(message)]
    }

    mutating func take(_ request: AuthorizationRequest) -> [Action] {
        requests.open(authorization: request.id).map { refuse($0) } ?? [.authorize(request)]
    }

    mutating func take(_ question: Question) -> [Action] {
        requests.open(question: question.id).map { refuse($0) } ?? [.answer(question)]
    }

    mutating func take(_ yield: Yield) -> [Action] {
        guard requests.close(recall: yield.recall) else { return refuse(.unexpected, "that was never recalled") }
        return [.yielded(yield)]
    }

    private mutating func refuse(_ obstacle: OpenRequests.Obstacle) -> [Action] {
        refuse(obstacle.code, obstacle.words)
    }
}
