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

    mutating func values(
        _ operation: Operation, actorKey: Int64, position: SQLValue, stamp: Stamp?
    ) -> [SQLValue] {
        if lastObserved.observed != operation.observed {
            lastObserved = (operation.observed, Self.field { $0.observed(operation.observed) })
        }
        return [
            position, .integer(actorKey), .unsigned(operation.dot.sequence), .unsigned(operation.time.value),
            .text(lastObserved.spelled), Self.spelled(operation.audience),
            .text(operation.kind.rawValue), .blob(operation.publicBody),
            .optional(operation.personal?.salt, SQLValue.blob), .optional(operation.personal?.body, SQLValue.blob),
            .optional(stamp?.hubSequence, SQLValue.unsigned),
            .optional(stamp?.effectiveTime.value, SQLValue.unsigned),
            .optional(stamp?.verdict, Self.value),
        ]
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

    private static func spelled(_ audience: Audience) -> SQLValue {
        switch audience {
        case .chain: .string("chain")
        case .hub: .string("hub")
        case .nodes: .text(field { $0.audience(audience) })
        }
    }

    private static func value(_ verdict: Verdict) -> SQLValue {
        verdict == .ok ? .string("ok") : .text(spelled(verdict))
    }

    static func spelled(_ verdict: Verdict) -> [UInt8] { field { $0.verdict(verdict) } }

    private static func field(_ write: (inout LineWriter) -> Void) -> [UInt8] {
        var writer = LineWriter()
        write(&writer)
        return writer.bytes
    }
}
