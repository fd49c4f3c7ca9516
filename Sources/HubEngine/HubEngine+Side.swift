import Administration
package import ReplicaStore
package import SyncProtocol

extension HubEngine {
    /// What answers an administrator's question beside the engine, on any thread; nil for what the engine must hear.
    package static func answerAside(
        _ messages: [Message], from reader: ReplicaReader
    ) -> (@Sendable () -> [Message])? {
        guard let question = SideQuestion(messages) else { return nil }
        return { question.answer(from: reader) }
    }
}
