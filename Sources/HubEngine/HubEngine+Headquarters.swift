package import Loyalty
package import Replication

extension HubEngine {
    /// A word of headquarters', through the same gate as everybody's; what comes of it is passed on like theirs.
    ///
    /// - Throws: only what the disk does.
    package func enter(_ fact: Fact, for audience: Audience, nowMilliseconds: UInt64) throws -> [Action] {
        defer { actions = [] }
        try write(fact, for: audience, nowMilliseconds)
        return actions
    }
}
