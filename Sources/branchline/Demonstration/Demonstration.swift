import Administration
import Foundation
import HubService
import Localization
import Logging
import Loyalty
import NIOPosix
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// Three shops and their headquarters, and what happens to them on one day.
///
/// Nothing of it is scripted text: every statement is made by asking the system that is running.
final class Demonstration {
    /// Generous: a statement that takes longer is not true.
    static let limitSeconds = 20.0
    private static let zone = "Asia/Shanghai"
    static let currency = "CNY"

    let chain: LocalChain
    let shops: [LocalBranch]
    let story: Story
    let counter: Counter
    /// What was sold, by branch: the merged view must say the same.
    var sold: [String: [Sale]] = [:]
    /// Who has joined, anywhere.
    var members = 0
    /// The shop that is open for a while only.
    var stall: LocalBranch?
    /// Whoever came to all shops.
    private(set) var regular: RecordID?

    var harbour: LocalBranch { shops[0] }
    var station: LocalBranch { shops[1] }
    var market: LocalBranch { shops[2] }

    private init(chain: LocalChain, shops: [LocalBranch], story: Story) {
        self.chain = chain
        self.shops = shops
        self.story = story
        counter = Counter(zone: TimeZone(identifier: Self.zone) ?? .current)
    }

    /// Founds the chain and opens its shops.
    static func begin(_ story: Story, in directory: String) async throws -> Demonstration {
        story.chapter(Phrase("A chain of three shops", "一家有三个门店的连锁店"))
        let start = ContinuousClock.now
        let chain = try await LocalChain.found(
            LocalChain.Settings(
                directory: directory, name: Phrase("Corner Shops", "街角便利").text(in: story.language), zone: zone,
                currency: Self.currency, country: "CN", group: MultiThreadedEventLoopGroup.singleton, logger: logger,
                nowMilliseconds: WallClock.nowMilliseconds))
        story.say(
            Phrase(
                "Headquarters has opened. Each shop joins with a one-time invitation and gets its certificate.",
                "总部已开张。各门店凭一次性邀请加入，并领到自己的证书。"))
        var shops: [LocalBranch] = []
        for (code, name) in names {
            let invitation = try await chain.invite(code, named: name.text(in: story.language))
            shops.append(try await LocalBranch.open(invitation, in: chain.settings, hubPort: chain.hub.port))
        }
        let demonstration = Demonstration(chain: chain, shops: shops, story: story)
        let connected = try await demonstration.waited { try await demonstration.connectedBranches() == names.count }
        story.check(
            Phrase("three shops are connected, each with a database of its own", "三个门店都已连上，各有自己的数据库"),
            after: connected.map { _ in ContinuousClock.now - start })
        return demonstration
    }

    private static let names = [
        ("001", Phrase("Harbour Street", "海港路店")), ("002", Phrase("Station Road", "车站路店")),
        ("003", Phrase("Market Square", "集市店")),
    ]

    static var logger: Logger {
        var logger = ServiceLogger.make("demo")
        logger.logLevel = max(logger.logLevel, .error)
        return logger
    }

    func tell() async throws {
        let customer = try await membersJoin()
        try await salesEarn(customer)
        try await lineGoesDown(customer)
        let twins = try await twoPeopleType(customer)
        try await lineComesBack()
        try await mergedView()
        let cases = try await casesOpen()
        try await administratorSettles(cases, customer, twins)
        let regular = try await regularJoins()
        self.regular = regular
        try await pointsAreSpentOffline(regular)
        let sale = try await pointsLieElsewhere(regular)
        try await couponIsTriedTwice(regular)
        try await goodsComeBackElsewhere(sale, regular)
        try await moneyIsLoaded(regular)
        try await aShopIsLost(regular)
        try await proof()
    }

    func end() async { await chain.stop(shops + [stall].compactMap { $0 }) }

    // MARK: Asking

    func waited(_ isTrue: () async throws -> Bool) async throws -> Duration? {
        try await Waiting.until(atMostSeconds: Self.limitSeconds, isTrue)
    }

    func connectedBranches() async throws -> Int {
        try await chain.ask("nodes.list").count { $0["state"] == "connected" }
    }

    func status(of shop: LocalBranch) async throws -> NodeStatus {
        guard case .status(let status) = await shop.node.perform(.status) else {
            throw Complaint(code: Failure.diskCode, words: "branch \(shop.code) does not answer")
        }
        return status
    }

    /// Headquarters and all shops hold the same records, and no shop has anything left to send.
    func isConverged() async throws -> Bool {
        let digest = try await chain.ask("status").first?["digest"]
        for shop in shops {
            let status = try await status(of: shop)
            guard status.waitingOperations == 0, RecordID(status.digest).hexadecimal == digest else { return false }
        }
        return true
    }
}
