internal import LineCodec
package import Replication

/// What is wrong with an edit, for whoever typed it or wrote the client.
package enum EditFault: Error, Equatable, Sendable {
    case unknownField(UInt16)
    case notASet(MemberField)
    case elementMissing(MemberField)
    case badValue(MemberField)
    /// Neither a value nor anything that it would take away.
    case valueMissing(MemberField)
    case nothingWritten
    case tooManyWrites(limit: Int)
    case tooManyReplaced(MemberField, limit: Int)
    case slotTwice(MemberField)
    case textTooLong
}

extension MemberEdit {
    /// The same check at the till, before anything is written, and at the hub.
    package func check() throws(EditFault) {
        guard !writes.isEmpty else { throw .nothingWritten }
        guard writes.count <= Self.writesMax else { throw .tooManyWrites(limit: Self.writesMax) }
        guard author.unicodeScalars.count <= Self.authorCharactersMax,
            (reason?.unicodeScalars.count ?? 0) <= Self.reasonCharactersMax
        else { throw .textTooLong }
        var isAscending = true
        for index in writes.indices {
            let slot = writes[index].slot
            guard let field = MemberField(rawValue: slot.field) else { throw .unknownField(slot.field) }
            try check(writes[index], field)
            // Where slots stand in their order, none comes twice.
            isAscending = isAscending && (index == 0 || writes[index - 1].slot < slot)
            guard isAscending || !writes[..<index].contains(where: { $0.slot == slot }) else {
                throw .slotTwice(field)
            }
        }
    }

    package func delta(dot: Dot, time: HybridTime) -> Delta {
        Delta(dot: dot, time: time, authority: authority, writes: writes)
    }

    private func check(_ write: Write, _ field: MemberField) throws(EditFault) {
        guard write.replaces.count <= Self.replacesMax else {
            throw .tooManyReplaced(field, limit: Self.replacesMax)
        }
        guard write.value != nil || !write.replaces.isEmpty else { throw .valueMissing(field) }
        if field.policy == .set {
            try checkElement(write, field)
        } else {
            try checkRegister(write, field)
        }
    }

    private func checkRegister(_ write: Write, _ field: MemberField) throws(EditFault) {
        guard write.slot.element.isEmpty else { throw .notASet(field) }
        guard let value = write.value else { return }
        guard field.form.accepts(value) else { throw .badValue(field) }
    }

    private func checkElement(_ write: Write, _ field: MemberField) throws(EditFault) {
        guard !write.slot.element.isEmpty else { throw .elementMissing(field) }
        guard field.form.accepts(write.slot.element), write.value?.isEmpty ?? true,
            field != .samePerson || isHigher(write.slot.element)
        else { throw .badValue(field) }
    }

    /// A link has one spelling: it is kept at the lower of its two members.
    private func isHigher(_ other: [UInt8]) -> Bool {
        Hexadecimal.identifier(other).map { $0 > member.value } ?? false
    }
}
