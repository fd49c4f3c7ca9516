/// Rights, and the questions of a waiting till. What is open when the line breaks is to be asked again on the next.
extension NodeSession {
    /// Whether both sides have agreed to speak of rights, and still can.
    package var speaksOfRights: Bool { isSyncing && requests.isAgreed }

    /// Asks for rights. Nothing is said, and the till is not to wait, if the hub cannot be asked now: no line, no such
    /// feature, `Limits.authorizationsOpenMax` unanswered ones, this one already open (its answer will come), or one
    /// that the hub could not read, such as for an amount of 0.
    package mutating func authorize(_ request: AuthorizationRequest) -> [Action] {
        let message = Message.authorize(request)
        guard isSyncing, message.canBeRead, requests.open(authorization: request.id) == nil else { return [] }
        return [.send(message)]
    }

    /// Asks what only the hub can answer. Nothing is said if the hub cannot be asked now, as with `authorize`.
    package mutating func ask(_ question: Question) -> [Action] {
        let message = Message.ask(question)
        guard isSyncing, message.canBeRead, requests.open(question: question.id) == nil else { return [] }
        return [.send(message)]
    }

    /// Answers a recall that came on this line; otherwise nothing is said.
    package mutating func yield(_ yield: Yield) -> [Action] {
        guard isSyncing, requests.close(recall: yield.recall) else { return [] }
        return [.send(.yield(yield))]
    }

    mutating func take(_ grant: Grant) -> [Action] {
        requests.close(authorization: grant.authorization) ? [.granted(grant)] : failNeverAsked()
    }

    mutating func take(_ denial: Denial) -> [Action] {
        requests.close(authorization: denial.authorization) ? [.denied(denial)] : failNeverAsked()
    }

    mutating func take(_ answer: Answer) -> [Action] {
        requests.close(question: answer.id) ? [.answered(answer)] : failNeverAsked()
    }

    mutating func take(_ recall: Recall) -> [Action] {
        guard let obstacle = requests.open(recall: recall.id) else { return [.recalled(recall)] }
        return fail(obstacle.code, obstacle.words)
    }

    private mutating func failNeverAsked() -> [Action] { fail(.unexpected, "that was never asked") }
}
