import Administration
import Digests
import Foundation
import Loyalty
import NodeEngine
import NodeService
import Replication
import Synchronization

/// Gives each shop its sales, in the order of time and as fast as they are taken, while lines go down and come back.
final class Feed {
    /// Enough to keep every disk and core busy, few enough that time does not run far ahead of the work.
    private static let unansweredPerShopMax = 32
    private static let unansweredMax = 256
    /// Further than this headquarters does not fall behind the shops that have a line: what is measured is a chain
    /// that keeps in step, not one that leaves its work for the end.
    private static let operationsBehindMax = 2_000
    private static let salesBetweenLooks = 200
    private static let answerSecondsMax = 120.0
    /// One sale in so many is followed by an edit, where the member has joined elsewhere.
    private static let salesPerEdit: UInt64 = 25

    private let chain: LocalChain
    let shops: [Shop]
    private let places: [String: Int]
    private let zone: TimeZone
    private let clock: ReplayClock
    let ledger: Ledger
    /// Nil where tills only tell what was bought.
    var spending: Spending?
    private var outages: ArraySlice<Outages.Change>
    private var random: SplitMix64
    private(set) var isDown: [Bool]
    /// What each shop has been given since its line went down.
    private var heldBack: [Int]
    /// The shop in which each household was seen first.
    private var homes: [String: Int] = [:]
    private let unanswered = Unanswered()
    private(set) var cuts = 0
    private(set) var offlineSales = 0

    private final class Unanswered: Sendable {
        let count = Atomic<Int>(0)
    }

    init(
        chain: LocalChain, shops: [Shop], zone: TimeZone, clock: ReplayClock, ledger: Ledger, outages: Outages,
        seed: UInt64
    ) {
        self.chain = chain
        self.shops = shops
        places = Dictionary(uniqueKeysWithValues: shops.enumerated().map { ($1.branch.code, $0) })
        self.zone = zone
        self.clock = clock
        self.ledger = ledger
        self.outages = outages.changes[...]
        random = SplitMix64(seed: seed)
        isDown = Array(repeating: false, count: shops.count)
        heldBack = Array(repeating: 0, count: shops.count)
    }

    /// Returns when the last shop has answered for the last of `total` sales.
    func run(_ baskets: inout BasketReader, total: Int, _ progress: inout ProgressBar) async throws {
        var fed = 0
        while fed < total, let basket = try baskets.next() {
            guard let place = places[basket.store] else { continue }
            try Task.checkCancellation()
            let now = basket.time.milliseconds(in: zone)
            switchLines(until: now)
            clock.advance(to: now)
            try await sell(basket, at: place, now)
            fed += 1
            if fed.isMultiple(of: Self.salesBetweenLooks) { try await waitForHeadquarters() }
            progress.update(fed, "of \(total) sales, \(basket.time.date.text)")
        }
        try await wait("some shop") { self.unanswered.count.load(ordering: .acquiring) == 0 }
    }

    private func sell(_ basket: Basket, at place: Int, _ nowMilliseconds: UInt64) async throws {
        let member = Self.member(basket.household)
        if homes[basket.household] == nil {
            homes[basket.household] = place
            try await join(basket.household, at: place, nowMilliseconds)
        }
        if isDown[place] { offlineSales += 1 }
        if spending == nil {
            let sale = Self.sale(basket, nowMilliseconds)
            try await post(.sale(sale), at: place) { [ledger] in ledger.note($0, to: basket) }
        } else {
            try await settle(basket, at: place, nowMilliseconds)
        }
        guard homes[basket.household] != place, random.next().isMultiple(of: Self.salesPerEdit) else { return }
        let request = EditRequest(
            member: member, creates: false, author: Self.till, changes: [edit(basket, nowMilliseconds)])
        try await post(.edit(request), at: place) { [ledger] in ledger.note($0, to: request) }
    }

    private func join(_ household: String, at place: Int, _ nowMilliseconds: UInt64) async throws {
        let request = Self.joining(household, at: shops[place].branch.code, nowMilliseconds)
        try await post(.edit(request), at: place) { [ledger] in ledger.note($0, to: request) }
    }

    /// Everybody joins where they will be seen first; returns when headquarters has heard of all.
    func join(_ households: [String: String], _ nowMilliseconds: UInt64) async throws {
        for (household, store) in households.sorted(by: { $0.key < $1.key }) {
            guard let place = places[store] else { continue }
            homes[household] = place
            try await join(household, at: place, nowMilliseconds)
        }
        let count = String(households.count)
        try await wait("headquarters") {
            try await self.chain.ask("query", "select count(*) as n from members").first?["n"] == count
        }
    }

    private func edit(_ basket: Basket, _ nowMilliseconds: UInt64) -> EditRequest.Change {
        switch random.next() % 3 {
        case 0: .set(.lastVisitAt, ValueForm.instant(milliseconds: nowMilliseconds))
        case 1: .set(.remark, "Bought \(basket.lines.count) products on \(basket.time.date.text)")
        case _: .add("store-\(basket.store)", to: .tag)
        }
    }

    // MARK: Lines

    private func switchLines(until milliseconds: UInt64) {
        while let change = outages.first, change.atMilliseconds <= milliseconds {
            outages.removeFirst()
            clock.advance(to: change.atMilliseconds)
            isDown[change.shop] = change.isDown
            heldBack[change.shop] = 0
            let relay = shops[change.shop].branch.relay
            if change.isDown {
                cuts += 1
                relay.cut()
            } else {
                relay.mend()
            }
        }
    }

    // MARK: Requests

    func post(
        _ request: TillRequest, at place: Int, _ note: @escaping @Sendable (TillAnswer) -> Void
    ) async throws {
        try await begin(at: place)
        let shop = shops[place]
        let end = end(at: shop)
        shop.branch.node.perform(request) { answer in
            note(answer)
            end()
        }
    }

    /// Waits for room, and takes it.
    func begin(at place: Int) async throws {
        let shop = shops[place]
        if isDown[place] { heldBack[place] += 1 }
        try await wait("branch \(shop.branch.code)") {
            shop.unanswered.load(ordering: .acquiring) < Self.unansweredPerShopMax
                && self.unanswered.count.load(ordering: .acquiring) < Self.unansweredMax
        }
        shop.unanswered.add(1, ordering: .acquiringAndReleasing)
        unanswered.count.add(1, ordering: .acquiringAndReleasing)
    }

    /// Gives the room back.
    func end(at shop: Shop) -> @Sendable () -> Void {
        let unanswered = unanswered
        return {
            shop.unanswered.subtract(1, ordering: .acquiringAndReleasing)
            unanswered.count.subtract(1, ordering: .acquiringAndReleasing)
        }
    }

    private func waitForHeadquarters() async throws {
        let offline = heldBack.reduce(0, +)
        try await wait("headquarters") {
            let position = try await self.chain.ask(
                "query", "select position from operations order by position desc limit 1")
            let written = self.ledger.current.operations + (self.spending?.operations ?? 0)
            let taken = position.first?["position"].flatMap { Int($0) } ?? 0
            return written - offline - taken <= Self.operationsBehindMax
        }
    }

    func wait(_ whom: @autoclosure () -> String, _ isTrue: () async throws -> Bool) async throws {
        if try await isTrue() { return }
        guard try await Waiting.until(atMostSeconds: Self.answerSecondsMax, isTrue) != nil else {
            throw Complaint(code: Failure.unavailableCode, words: "\(whom()) has stopped answering")
        }
    }

    // MARK: From the file to the shop

    private static let till = "till-1"

    static func member(_ household: String) -> RecordID {
        RecordID(IntentID.make(Array("household".utf8), Array(household.utf8)))
    }

    private static func joining(_ household: String, at store: String, _ nowMilliseconds: UInt64) -> EditRequest {
        EditRequest(
            member: member(household), creates: true, author: till,
            changes: [
                .set(.name, "Household \(household)"), .set(.joinedBranch, store),
                .set(.joinedAt, ValueForm.instant(milliseconds: nowMilliseconds)),
            ])
    }

    private static func sale(_ basket: Basket, _ nowMilliseconds: UInt64) -> Sale {
        Sale.earning(
            id: RecordID(IntentID.make(Array("basket".utf8), Array(basket.id.utf8))), member: member(basket.household),
            till: till, reference: basket.id, occurredAtMilliseconds: nowMilliseconds, businessDate: basket.time.date,
            lines: basket.lines)
    }
}
