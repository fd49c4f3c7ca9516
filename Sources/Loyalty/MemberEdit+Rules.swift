package import Replication

/// What is wrong with an edit, for whoever typed it or wrote the client.
package enum EditFault: Error, Equatable, Sendable {
    case unknownField(UInt16)
    case notASet(MemberField)
    case elementMissing(MemberField)
    case badValue(MemberField)
    case valueMissing(MemberField)
    case nothingWritten
    case slotTwice(MemberField)
    case textTooLong
}

extension MemberEdit {
    /// The same check at the till, before anything is written, and at the hub.
    package func check() throws(EditFault) {
        guard !writes.isEmpty else { throw .nothingWritten }
        guard author.unicodeScalars.count <= Self.authorCharactersMax,
            (reason?.unicodeScalars.count ?? 0) <= Self.reasonCharactersMax
        else { throw .textTooLong }
        var slots: Set<Slot> = []
        for write in writes {
            guard let field = MemberField(rawValue: write.slot.field) else { throw .unknownField(write.slot.field) }
            try Self.check(write, field)
            guard slots.insert(write.slot).inserted else { throw .slotTwice(field) }
        }
    }

    package func delta(dot: Dot, time: HybridTime) -> Delta {
        Delta(dot: dot, time: time, authority: authority, writes: writes)
    }

    private static func check(_ write: Write, _ field: MemberField) throws(EditFault) {
        guard field.policy == .set else {
            guard write.slot.element.isEmpty else { throw .notASet(field) }
            guard let value = write.value else { return }
            guard let text = String(validating: value, as: UTF8.self), field.form.accepts(text) else {
                throw .badValue(field)
            }
            return
        }
        guard let element = String(validating: write.slot.element, as: UTF8.self), !element.isEmpty else {
            throw .elementMissing(field)
        }
        guard field.form.accepts(element) else { throw .badValue(field) }
        guard write.value?.isEmpty ?? true else { throw .badValue(field) }
    }
}
