#if DEBUG
    package import Digests
    import GRDB
    import Loyalty
    package import Replication

    import struct Foundation.Data

    /// What only a simulated chain does to its stores.
    extension ReplicaStore {
        /// Writes at a node what this version would not: a kind of tomorrow, a body that cannot be read, an edit that
        /// the hub will declare void.
        ///
        /// - Parameter observed: what the operation claims to have seen; nil for the truth.
        package func appendUnchecked(
            kind: OperationKind, audience: Audience, observed claimed: Observed?, publicBody: [UInt8],
            personal: PersonalPart?, time: HybridTime
        ) throws -> Operation {
            let observed = claimed ?? observed
            return try write { transaction in
                let sequence = (transaction.actors[identity.actor]?.lastSequence ?? 0) + 1
                let operation = Operation(
                    dot: Dot(identity.actor, sequence), observed: observed, time: time, audience: audience, kind: kind,
                    publicBody: publicBody, personal: personal)
                let draft = try transaction.draft(
                    Fact(operation), by: identity.actor, of: identity.node, view: holder)
                let position = try transaction.insert(operation, by: identity.node, position: nil, stamp: nil)
                try transaction.write(
                    draft, of: operation, at: position, by: identity.node, time: time, holding: true, view: holder)
                return operation
            }
        }

        func recordAgain(
            _ sale: Sale, at time: HybridTime, in transaction: WriteTransaction
        ) throws -> SaleOutcome {
            let sequence = (transaction.actors[identity.actor]?.lastSequence ?? 0) + 1
            let operation = Operation(
                dot: Dot(identity.actor, sequence), observed: observed, time: time, audience: .hub, kind: Sale.kind,
                publicBody: sale.publicBody(), personal: nil)
            _ = try transaction.insert(operation, by: identity.node, position: nil, stamp: nil)
            return .recorded
        }

        /// The planted mistake: what an early grant gave is given once more.
        func countAgain(_ entry: LogEntry, in transaction: WriteTransaction) throws {
            guard case .transfer(let transfer)? = Fact(entry.operation) else { return }
            let table = LedgerTable(transaction: transaction, view: holder)
            let draft = try table.draft(transfer.entries.map(Posting.entry), on: nil)
            for (id, lot) in draft.lots.sorted(by: { $0.key < $1.key }) { try table.write(lot, id) }
        }

        /// The head of a chain after one more operation.
        package static func chain(_ chain: OperationChain, extendedBy operation: Operation) -> OperationChain {
            var chain = chain
            chain.append(
                header: OperationColumns.header(operation), publicBody: operation.publicBody,
                personal: operation.personal.map { ($0.salt, $0.body) })
            return chain
        }

        /// Finds the member as it is here, whatever was on a screen.
        static func unseeing(_ request: EditRequest) -> EditRequest {
            EditRequest(
                member: request.member, creates: request.creates, author: request.author, reason: request.reason,
                changes: request.changes.map { EditRequest.Change(slot: $0.slot, value: $0.value, seen: nil) })
        }

        /// As if the last transaction had never reached the disk.
        func forgetLastOwnOperation() throws {
            guard let state = actors[identity.actor], state.lastSequence > 0, try !isEverythingStamped() else { return }
            let head = try outgoing(of: identity.actor, from: state.lastSequence, atMost: 1).chain.head.bytes
            try writeRare { database in
                let own = "actor = \(state.key) AND sequence = \(state.lastSequence)"
                for table in ["sale_line WHERE sale", "lot WHERE sale", "sale WHERE position"] {
                    try database.execute(sql: "DELETE FROM \(table) = (SELECT position FROM op WHERE \(own))")
                }
                try database.execute(sql: "DELETE FROM op WHERE \(own)")
                try database.execute(
                    sql: "UPDATE actor SET last_sequence = ?, chain = ? WHERE key = ?",
                    arguments: [Int64(state.lastSequence - 1), Data(head), state.key])
            }
        }
    }
#endif
