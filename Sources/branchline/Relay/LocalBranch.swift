import LineTransport
import NodeService

/// A branch of a local chain.
struct LocalBranch: Sendable {
    let code: String
    let name: String
    let directory: NodeDirectory
    let node: NodeService
    let relay: Relay

    /// Joins as any machine would, and starts the branch's node.
    static func open(
        _ invitation: Invitation, in settings: LocalChain.Settings, hubPort: Int
    ) async throws -> LocalBranch {
        let directory = NodeDirectory(path: settings.directory + "/" + invitation.branchCode)
        var random = SystemRandomNumberGenerator()
        let newcomer = try directory.newcomer(nowSeconds: WallClock.nowSeconds(), random: &random)
        let enrolment = Enrolment(group: settings.group, nowSeconds: WallClock.nowSeconds)
        let joined = try await enrolment.join(invitation, as: newcomer, software: Software.name)
        try directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
        let relay = try Relay(to: hubPort, group: settings.group)
        try directory.save(NodeDirectory.Settings(hubHost: LocalChain.host, hubPort: relay.port))
        let node = try NodeService(
            NodeService.Configuration(
                directory: directory, software: Software.name, group: settings.group,
                nowMilliseconds: settings.nowMilliseconds, steadyMilliseconds: SteadyClock.nowMilliseconds,
                certificateNowSeconds: WallClock.nowSeconds, makeRandom: { SystemRandomNumberGenerator() },
                logger: settings.logger))
        try node.start()
        return LocalBranch(
            code: invitation.branchCode, name: invitation.branchName, directory: directory, node: node, relay: relay)
    }

    func stop() {
        node.stop()
        relay.close()
    }
}
