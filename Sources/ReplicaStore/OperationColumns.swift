import LineCodec
import Replication

/// How an operation stands in its row.
struct OperationColumns {
    /// Of operations that come together, most have seen the same.
    private var lastObserved: (observed: Observed, spelled: [UInt8]) = (Observed(), [])

    static let select = """
        SELECT actor, sequence, time, observed, audience, kind, public_body, salt, personal_body, hub_sequence,
          effective_time, verdict, position FROM op
        """

    /// - Parameter position: nil for the next.
    mutating func bind(
        _ operation: Operation, actorKey: Int64, position: UInt64?, stamp: Stamp?, to row: SQLStatement
    ) {
        if lastObserved.observed != operation.observed {
            lastObserved = (operation.observed, Self.field { $0.observed(operation.observed) })
        }
        row.begin()
        if let position { row.add(position) } else { row.addNull() }
        row.add(actorKey)
        row.add(operation.dot.sequence)
        row.add(operation.time.value)
        row.add(text: lastObserved.spelled)
        Self.add(operation.audience, to: row)
        row.add(text: operation.kind.rawValue)
        row.add(blob: operation.publicBody)
        Self.add(operation.personal, to: row)
        Self.add(stamp, to: row)
    }

    private static func add(_ personal: PersonalPart?, to row: SQLStatement) {
        if let personal {
            row.add(blob: personal.salt)
            row.add(blob: personal.body)
        } else {
            row.addNull()
            row.addNull()
        }
    }

    private static func add(_ stamp: Stamp?, to row: SQLStatement) {
        if let stamp {
            row.add(stamp.hubSequence)
            row.add(stamp.effectiveTime.value)
            if stamp.verdict == .ok { row.add(word: "ok") } else { row.add(text: spelled(stamp.verdict)) }
        } else {
            row.addNull()
            row.addNull()
            row.addNull()
        }
    }

    private static func add(_ audience: Audience, to row: SQLStatement) {
        switch audience {
        case .chain: row.add(word: "chain")
        case .hub: row.add(word: "hub")
        case .nodes: row.add(text: field { $0.audience(audience) })
        }
    }

    static func operation(in row: SQLStatement, actor: ActorID) throws -> Operation {
        var observed = LineReader(row.bytes(3))
        var audience = LineReader(row.bytes(4))
        let salt = row.optionalBytes(7)
        return Operation(
            dot: Dot(actor, row.unsigned(1)), observed: try observed.observed(), time: HybridTime(row.unsigned(2)),
            audience: try audience.audience(), kind: OperationKind(rawValue: row.text(5)), publicBody: row.bytes(6),
            personal: salt.map { PersonalPart(salt: $0, body: row.bytes(8)) })
    }

    /// Nil where the hub has not stamped the operation yet.
    static func stamp(in row: SQLStatement) throws -> Stamp? {
        guard !row.isNull(9) else { return nil }
        var verdict = LineReader(row.bytes(11))
        return Stamp(
            hubSequence: row.unsigned(9), effectiveTime: HybridTime(row.unsigned(10)), verdict: try verdict.verdict())
    }

    static let position: Int32 = 12

    /// The header as the hash chain covers it.
    static func header(_ operation: Operation) -> [UInt8] {
        var writer = LineWriter(reserving: 128)
        writer.header(of: operation)
        return writer.bytes
    }

    static func spelled(_ verdict: Verdict) -> [UInt8] { field { $0.verdict(verdict) } }

    private static func field(_ write: (inout LineWriter) -> Void) -> [UInt8] {
        var writer = LineWriter()
        write(&writer)
        return writer.bytes
    }
}
