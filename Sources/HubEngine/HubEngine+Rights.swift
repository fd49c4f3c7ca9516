import SyncProtocol

/// This hub has no ledger of rights: it grants nothing, recalls nothing, and says so at once, so that no till waits.
extension HubEngine {
    func authorize(_ request: AuthorizationRequest, on id: ConnectionID) {
        let denial = Denial(authorization: request.id, code: .policy, available: 0, held: [])
        let steps = lines[id]?.session.deny(denial) ?? []
        perform(steps, on: id)
    }

    func answer(_ question: Question, on id: ConnectionID) {
        let answer = Answer(id: question.id, code: Answer.unknownQuestion, fields: [])
        let steps = lines[id]?.session.answer(answer) ?? []
        perform(steps, on: id)
    }
}
