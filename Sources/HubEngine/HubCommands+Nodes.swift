import Administration
import Loyalty
import ReplicaStore
import Replication

/// What lies at a branch, and what becomes of it when the branch is lost.
extension HubCommands {
    /// `points=1200 stored_minor=5000`: what could be spent without the hub, and would be lost with the disks.
    static func rights(_ exposures: [ReplicaReader.Exposure]) -> String {
        var sums: [String: Int64] = [:]
        for item in exposures { sums[AccountRows.column(item.wallet, item.isMoney), default: 0] += item.amount }
        return sums.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    func node(
        called name: String, where condition: (ReplicaStore.RosterEntry) -> Bool
    ) throws -> ReplicaStore.RosterEntry {
        let matches = try store.roster().filter { String($0.node.value) == name || $0.branchCode == name }
            .filter(condition)
        guard let entry = matches.first else {
            throw CommandFault(.notFound, "no node that is not shut out is \(name); see branchline hub nodes")
        }
        guard matches.count == 1 else {
            throw CommandFault(.usage, "\(name) means several nodes; give the node's number")
        }
        return entry
    }

    /// The instruction, then the node. Begun once more, it goes on where it stopped.
    func declareLost(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let entry = try node(called: arguments.next("a node or branch")) { _ in true }
        let actors = store.actorStates.filter { $0.node == entry.node }.map(\.actor).sorted()
        let held = try actors.map { ($0, try store.reader.lots(heldBy: .actor($0))) }.filter { !$0.1.isEmpty }
        let rows = try held.flatMap { actor, lots in try lots.map { try row($0, held: .actor(actor), at: entry) } }
        guard !instruction.isDry else { return rows + [total(held, entry, isWritten: false)] }
        _ = try store.declareLost(entry.node, because: instruction.reason, nowMilliseconds: nowMilliseconds)
        for (actor, lots) in held { try writeOff(lots, of: .actor(actor), at: entry.node, instruction) }
        return rows + [total(held, entry, isWritten: true)]
    }

    private func writeOff(
        _ lots: [Lot], of holder: RightsHolder, at node: NodeID, _ instruction: Instruction
    ) throws {
        for start in stride(from: 0, to: lots.count, by: Transfer.itemsMax) {
            let items = lots[start..<min(start + Transfer.itemsMax, lots.count)].map {
                Transfer.Item(terms: $0.terms, amount: $0.right(of: holder))
            }
            let transfer = Transfer(
                id: .derived("writeoff", holder.value, items[0].terms.id.value, String(store.head)), from: holder,
                to: .hub, cause: .writeoff, reference: nil, author: instruction.author, reason: instruction.reason,
                items: items)
            try accept(store.draft(.transfer(transfer), for: .nodes([node]), at: nowMilliseconds))
            guard try store.operation(under: transfer.id) != nil else {
                throw CommandFault(.refused, "the ledger did not take all of it; give the command again")
            }
        }
    }

    private func row(
        _ lot: Lot, held holder: RightsHolder, at entry: ReplicaStore.RosterEntry
    ) throws -> CommandRow {
        CommandRow(
            columns: [
                "lot", "member", "kind", "wallet", AccountRows.column("amount", lot.terms.kind.isMoney), "from",
                "to", "account",
            ],
            values: [
                lot.terms.id.hexadecimal, lot.terms.member?.hexadecimal, lot.terms.kind.rawValue, lot.terms.wallet,
                String(lot.right(of: holder)), entry.branchCode, HolderNames.headquarters, Self.lossAccount,
            ])
    }

    private func total(
        _ held: [(ActorID, [Lot])], _ entry: ReplicaStore.RosterEntry, isWritten: Bool
    ) -> CommandRow {
        let exposures = held.flatMap { actor, lots in
            lots.map {
                ReplicaReader.Exposure(
                    node: entry.node, wallet: $0.terms.kind == .coupon ? "coupons" : $0.terms.wallet,
                    isMoney: $0.terms.kind.isMoney, amount: $0.right(of: .actor(actor)))
            }
        }
        return CommandRow([
            "node": String(entry.node.value), "branch": entry.branchCode, "state": isWritten ? "lost" : "to be lost",
            "lots": String(exposures.count), "rights": Self.rights(exposures),
        ])
    }

    /// What a branch spends after it was written off is borne by this.
    private static let lossAccount = "branch_loss"
}
