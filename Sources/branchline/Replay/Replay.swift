import Administration
import Foundation
import HubService
import LineTransport
import Logging
import NIOPosix
import NodeEngine

/// Half a year of a chain's sales, on real nodes, as fast as this machine can.
struct Replay {
    let file: String
    /// Nil where nothing is spent and no coupon redeemed.
    let campaigns: String?
    let directory: String
    /// Nil for all stores of the file.
    let branches: Int?
    let seed: UInt64
    let offlineShare: Double
    let salesMax: Int
    let zone: TimeZone

    /// Measured on Linux: a database's connections, four ends of one line, a control socket, a lock.
    private static let descriptorsPerBranch: UInt64 = 16
    private static let descriptorsBeside: UInt64 = 200
    private static let openingsAtOnce = 4

    struct Report {
        let comparison: Comparison
        let measures: [CommandRow]
    }

    func run() async throws -> Report {
        let (stores, expected, times) = try readFile()
        try checkLimits(stores.count)
        let clock = ReplayClock(atMilliseconds: times.lowerBound)
        let chain = try await found(clock)
        var shops: [Shop] = []
        do {
            shops = try await open(stores, of: chain)
            let report = try await replay(chain, shops, clock, expected, times)
            await chain.stop(shops.map(\.branch))
            return report
        } catch {
            await chain.stop(shops.map(\.branch))
            throw error
        }
    }

    // MARK: Before the first sale

    private func readFile() throws -> (stores: [String], expected: PurchaseTotals, times: ClosedRange<UInt64>) {
        say("Reading \(file)")
        var purchases = try PurchaseReader(path: file)
        var tally = PurchaseTally()
        while let purchase = try purchases.next() { tally.add(purchase) }
        let all = tally.stores
        let chosen = Array(all.prefix(branches ?? all.count))
        let (expected, last) = tally.totals(of: Set(chosen), limit: salesMax)
        guard let first = tally.first?.milliseconds(in: zone), let last = last?.milliseconds(in: zone) else {
            throw Complaint(code: Failure.inputCode, words: "\(file) has no purchases")
        }
        say(
            "\(tally.sales) baskets in \(all.count) stores; "
                + (chosen.count < all.count ? "replaying the \(chosen.count) busiest stores" : "replaying all of them")
                + (expected.all.sales == Int64(salesMax) ? ", only the first \(salesMax) sales" : ""))
        return (chosen.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }, expected, first...max(first, last))
    }

    private func checkLimits(_ stores: Int) throws {
        let needed = UInt64(stores) * Self.descriptorsPerBranch + Self.descriptorsBeside
        let allowed = OpenFiles.raiseLimit()
        guard allowed >= needed else {
            throw Complaint(
                code: Failure.refusedCode,
                words: "this machine allows a process \(allowed) open files, and \(stores) branches need about "
                    + "\(needed): raise the limit (ulimit -n), or use --branches")
        }
    }

    private func found(_ clock: ReplayClock) async throws -> LocalChain {
        var logger = ServiceLogger.make("replay")
        logger.logLevel = max(logger.logLevel, .error)
        return try await LocalChain.found(
            LocalChain.Settings(
                directory: directory, name: "Complete Journey", zone: zone.identifier, currency: "USD", country: "US",
                group: MultiThreadedEventLoopGroup.singleton, logger: logger, nowMilliseconds: clock.nowMilliseconds))
    }

    private func open(_ stores: [String], of chain: LocalChain) async throws -> [Shop] {
        var progress = ProgressBar("Opening shops", total: stores.count, reportsUnwatched: true)
        var invitations: [Invitation] = []
        for store in stores { invitations.append(try await chain.invite(store, named: "Store \(store)")) }
        let (settings, port) = (chain.settings, chain.hub.port)
        var branches: [LocalBranch] = []
        do {
            try await withThrowingTaskGroup(of: LocalBranch.self) { group in
                for (index, invitation) in invitations.enumerated() {
                    if index >= Self.openingsAtOnce, let branch = try await group.next() {
                        branches.append(branch)
                        progress.update(branches.count, "of \(stores.count)")
                    }
                    group.addTask { try await LocalBranch.open(invitation, in: settings, hubPort: port) }
                }
                for try await branch in group { branches.append(branch) }
            }
        } catch {
            for branch in branches { branch.stop() }
            throw error
        }
        progress.finish()
        say("\(branches.count) shops are open, each with its own database and TLS line")
        let order = Dictionary(uniqueKeysWithValues: stores.enumerated().map { ($1, $0) })
        return branches.sorted { order[$0.code, default: 0] < order[$1.code, default: 0] }.map(Shop.init)
    }

    // MARK: Sales

    private func replay(
        _ chain: LocalChain, _ shops: [Shop], _ clock: ReplayClock, _ expected: PurchaseTotals,
        _ times: ClosedRange<UInt64>
    ) async throws -> Report {
        var random = SplitMix64(seed: seed)
        let outages = Outages.plan(
            shops: shops.count, from: times.lowerBound, to: times.upperBound, share: offlineShare, using: &random)
        let ledger = Ledger()
        let feed = Feed(
            chain: chain, shops: shops, zone: zone, clock: clock, ledger: ledger, outages: outages, seed: random.next())
        let campaigns = try campaigns.map {
            try Campaigns(CampaignFiles(directory: $0), file: file, shops: shops, total: Int(expected.all.sales))
        }
        if let campaigns {
            try await feed.join(campaigns.homes, times.lowerBound)
            let written = ledger.current.operations
            feed.spending = try await campaigns.open(chain, shops, written: written, say)
        }
        var baskets = try BasketReader(PurchaseReader(path: file))
        var progress = ProgressBar("Selling", total: Int(expected.all.sales), reportsUnwatched: true)
        try await feed.run(&baskets, total: Int(expected.all.sales), &progress)
        let seconds = progress.seconds
        progress.finish()
        say("All sales are recorded; all lines come up")
        for shop in shops { shop.branch.relay.mend() }
        let convergence = try await Convergence.wait(chain, shops)
        say("Comparing headquarters' view with the file")
        let totals = ledger.current
        if let fault = totals.firstFault { say("Requests not carried out: \(totals.faults). The first: \(fault)") }
        let spent = feed.spending?.ledger.current
        if let fault = spent?.firstFault { say("The first fault at a counter: \(fault)") }
        var comparison = Comparison(expected.with(spent?.extraPoints ?? [:]), with: chain)
        try await comparison.compareSales()
        try await comparison.compareMembers(totals)
        if let spent, let campaigns {
            try await comparison.compareSpending(spent, vouchersMinor: campaigns.vouchersMinor)
            try await comparison.compareRights(shops)
        }
        comparison.compareReplicas(convergence, shops: shops.count)
        let sales = totals.recordedSales + (spent?.settledSales ?? 0)
        let run = measures(feed, totals, convergence, sales: sales, shops: shops.count, seconds: seconds)
        let spending = try await campaigns?.measures(spent, chain) ?? []
        return Report(comparison: comparison, measures: spending + [run])
    }

    private func measures(
        _ feed: Feed, _ ledger: Ledger.Totals, _ convergence: Convergence, sales: Int, shops: Int, seconds: Double
    ) -> CommandRow {
        let megabyte = 1_000_000
        return CommandRow([
            "shops": String(shops), "sales": String(sales), "member_edits": String(ledger.writtenEdits),
            "edits_before_the_shop_had_heard_of_the_member": String(ledger.unheardOf),
            "lines_cut": String(feed.cuts), "sales_without_a_line": String(feed.offlineSales),
            "seconds_of_selling": Self.tenths(seconds), "sales_per_second": String(Int(Double(sales) / seconds)),
            "seconds_from_last_line_up_to_all_acknowledged": convergence.acknowledgedAfter.map {
                Self.tenths($0.inSeconds)
            },
            "seconds_from_last_line_up_to_all_equal": convergence.equalAfter.map { Self.tenths($0.inSeconds) },
            "sales_per_second_until_all_equal": convergence.equalAfter.map {
                String(Int(Double(sales) / (seconds + $0.inSeconds)))
            },
            "megabytes_of_files": String(MachineUse.bytes(below: directory) / megabyte),
            "megabytes_of_memory_at_most": MachineUse.peakMemoryBytes.map { String($0 / megabyte) },
            "open_files": String(MachineUse.openDescriptors), "seed": String(seed),
        ])
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
