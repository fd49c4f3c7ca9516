package import Loyalty
package import Replication

/// What a replica writes of its own: one transaction, one flush, and then it may be acted upon.
extension ReplicaStore {
    /// What its writer cannot know for itself.
    package struct Moment: Equatable, Sendable {
        package let nowMilliseconds: UInt64
        /// 16 fresh random bytes, for the personal part.
        package let salt: [UInt8]

        package init(nowMilliseconds: UInt64, salt: [UInt8]) {
            self.nowMilliseconds = nowMilliseconds
            self.salt = salt
        }
    }

    package enum EditOutcome: Equatable, Sendable {
        case written(Member)
        /// Everything asked for was so already.
        case unchanged(Member)
        case refused(EditRefusal, current: Member)
    }

    package enum SaleOutcome: Equatable, Sendable {
        case recorded
        /// The same sale under the same id: a till that did not hear the answer asks again.
        case repeated
        /// The id belongs to a sale with other content.
        case different
        case refused(SaleFault)
    }

    /// At a node: logged, folded, and to be sent to the hub.
    package func edit(_ request: EditRequest, at moment: Moment) throws -> EditOutcome {
        let observed = observed
        let time = tick(nowMilliseconds: moment.nowMilliseconds)
        #if DEBUG
            let request = faults.bug == .staleEditWritten ? Self.unseeing(request) : request
        #endif
        return try write { transaction in
            let current = try transaction.current(request.member)
            let edit: MemberEdit?
            do throws(EditRefusal) { edit = try request.edit(of: current, as: .shop) } catch {
                return .refused(error, current: current)
            }
            guard let edit else { return .unchanged(current) }
            let operation = draft(edit, at: time, observed: observed, salt: moment.salt, in: transaction)
            try log(operation, saying: .member(edit), in: transaction)
            try transaction.fold()
            return .written(try transaction.current(request.member))
        }
    }

    /// At a node: an import's edits, in one transaction. Where everything is so already, nothing is written.
    ///
    /// - Parameter salt: 16 fresh random bytes at every call.
    /// - Returns: how many were written.
    /// - Throws: the first `EditRefusal`; then none is written.
    package func edit(
        _ requests: [EditRequest], at nowMilliseconds: UInt64, salt: () -> [UInt8]
    ) throws -> Int {
        let observed = observed
        return try write { transaction in
            var written = 0
            try Self.plan(requests, as: .shop, in: transaction) { edit in
                let operation = draft(
                    edit, at: tick(nowMilliseconds: nowMilliseconds), observed: observed, salt: salt(),
                    in: transaction)
                try log(operation, saying: .member(edit), in: transaction)
                written += 1
            }
            return written
        }
    }

    /// At the hub: the same, to be put through `accept` together.
    package func draft(
        _ requests: [EditRequest], at nowMilliseconds: UInt64, salt: () -> [UInt8]
    ) throws -> [Operation] {
        let observed = observed
        return try write { transaction in
            var operations: [Operation] = []
            var dot = nextDot(in: transaction)
            try Self.plan(requests, as: .headquarters, in: transaction) { edit in
                let time = tick(nowMilliseconds: nowMilliseconds)
                operations.append(Self.operation(edit, dot, at: time, observed: observed, salt: salt()))
                dot = Dot(dot.actor, dot.sequence + 1)
            }
            return operations
        }
    }

    /// An edit for each request that has anything to write.
    private static func plan(
        _ requests: [EditRequest], as authority: Authority, in transaction: WriteTransaction,
        _ body: (MemberEdit) throws -> Void
    ) throws {
        var touched: Set<RecordID> = []
        for request in requests {
            if !touched.insert(request.member).inserted { try transaction.fold() }
            guard let edit = try request.edit(of: transaction.current(request.member), as: authority) else { continue }
            try body(edit)
        }
    }

    /// At a node.
    ///
    /// - Parameter authorizations: under which rights were granted for this sale; once it is recorded they are not
    ///   open any more.
    package func record(
        _ sale: Sale, at moment: Moment, granted authorizations: [RecordID] = []
    ) throws -> SaleOutcome {
        do throws(SaleFault) { try sale.check() } catch { return .refused(error) }
        let observed = observed
        let time = tick(nowMilliseconds: moment.nowMilliseconds)
        return try write { transaction in
            if let position = try SaleTable(transaction: transaction).position(of: sale.id) {
                #if DEBUG
                    if faults.bug == .saleRecordedTwice { return try recordAgain(sale, at: time, in: transaction) }
                #endif
                return try transaction.operation(at: position)?.publicBody == sale.publicBody() ? .repeated : .different
            }
            guard try BookTable(transaction: transaction).position(of: sale.id) == nil else { return .different }
            do throws(SaleFault) { try check(sale, in: transaction) } catch { return .refused(error) }
            try log(own(.sale(sale), at: time, observed, transaction), saying: .sale(sale), in: transaction)
            for authorization in authorizations { try transaction.forgetIntent(authorization) }
            return .recorded
        }
    }

    /// At the hub: what an administrator's edit says, to be put through `accept` like everybody's.
    package func draft(
        _ request: EditRequest, at moment: Moment
    ) throws -> (operation: Operation?, refusal: EditRefusal?, current: Member) {
        let observed = observed
        let time = tick(nowMilliseconds: moment.nowMilliseconds)
        return try write { transaction in
            let current = try MemberTable(transaction: transaction).read(request.member)
            do throws(EditRefusal) {
                guard let edit = try request.edit(of: current, as: .headquarters) else { return (nil, nil, current) }
                return (
                    draft(edit, at: time, observed: observed, salt: moment.salt, in: transaction), nil, current
                )
            } catch {
                return (nil, error, current)
            }
        }
    }

    /// At the hub: a sale that headquarters enters, for the same road.
    package func draft(_ sale: Sale, at nowMilliseconds: UInt64) throws -> Operation {
        let time = tick(nowMilliseconds: nowMilliseconds)
        let sequence = (actors[identity.actor]?.lastSequence ?? 0) + 1
        return Operation(
            dot: Dot(identity.actor, sequence), observed: observed, time: time, audience: .hub, kind: Sale.kind,
            publicBody: sale.publicBody(), personal: nil)
    }

    /// The sale with this id, as it was recorded; nil where there is none here.
    package func sale(_ id: RecordID) throws -> Sale? {
        try read { try ReplicaReader.sale(id, in: $0) }
    }

    package func draft(_ decision: CaseDecision, at moment: Moment) throws -> Operation {
        let observed = observed
        let time = tick(nowMilliseconds: moment.nowMilliseconds)
        let sequence = (actors[identity.actor]?.lastSequence ?? 0) + 1
        return Operation(
            dot: Dot(identity.actor, sequence), observed: observed, time: time, audience: .hub,
            kind: CaseDecision.kind, publicBody: decision.publicBody(), personal: nil)
    }

    private func draft(
        _ edit: MemberEdit, at time: HybridTime, observed: Observed, salt: [UInt8], in transaction: WriteTransaction
    ) -> Operation {
        Self.operation(edit, nextDot(in: transaction), at: time, observed: observed, salt: salt)
    }

    private static func operation(
        _ edit: MemberEdit, _ dot: Dot, at time: HybridTime, observed: Observed, salt: [UInt8]
    ) -> Operation {
        let bodies = edit.bodies()
        return Operation(
            dot: dot, observed: observed, time: time, audience: .chain, kind: MemberEdit.kind,
            publicBody: bodies.publicBody,
            personal: bodies.personalBody.map { PersonalPart(salt: salt, body: $0) })
    }

    /// An own operation for the hub alone.
    func own(_ fact: Fact, at time: HybridTime, _ observed: Observed, _ transaction: WriteTransaction) -> Operation {
        Operation(
            dot: nextDot(in: transaction), observed: observed, time: time, audience: .hub, kind: fact.kind,
            publicBody: fact.publicBody, personal: nil)
    }

    /// At a node: into the log and the books, unstamped.
    func log(_ operation: Operation, saying fact: Fact, in transaction: WriteTransaction) throws {
        let draft = try transaction.draft(fact, by: identity.actor, of: identity.node, view: holder)
        let position = try transaction.insert(operation, by: identity.node, position: nil, stamp: nil)
        try transaction.write(
            draft, of: operation, at: position, by: identity.node, time: operation.time, holding: true, view: holder)
    }

    /// As which this replica holds rights; nil for the hub, which looks into all holders.
    var holder: RightsHolder? { identity.role == .hub ? nil : .actor(identity.actor) }

    private func nextDot(in transaction: WriteTransaction) -> Dot {
        Dot(identity.actor, (transaction.actors[identity.actor]?.lastSequence ?? 0) + 1)
    }
}
