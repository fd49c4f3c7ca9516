package import LineCodec
package import Replication

/// Somebody writes to fields of one member. The first edit of an id creates the member.
package struct MemberEdit: Equatable, Sendable {
    package let member: RecordID
    package let authority: Authority
    /// Who did it: a till's or an administrator's name, for the record.
    package let author: String
    /// Why, where an administrator settles a case.
    package let reason: String?
    package let writes: [Write]

    package init(member: RecordID, authority: Authority, author: String, reason: String?, writes: [Write]) {
        self.member = member
        self.authority = authority
        self.author = author
        self.reason = reason
        self.writes = writes
    }

    package static let writesMax = 128
    private static let usualWrites = 8
    package static let replacesMax = 256
    package static let authorCharactersMax = 64
    package static let reasonCharactersMax = 256

    package static let kind = OperationKind(rawValue: "member")
}

/// Public body: member, authority, author, reason, then for each write its field, element, value and the dots it
/// replaces. Where the field is personal, element and value stand in the personal body instead, in order.
extension MemberEdit {
    package func bodies() -> (publicBody: [UInt8], personalBody: [UInt8]?) {
        var open = LineWriter(reserving: 192)
        var sealed = LineWriter(reserving: 128)
        var hasPersonal = false
        open.identifier(member.value)
        open.integer(authority.rawValue)
        open.text(author)
        open.optional(reason) { $0.text($1) }
        for write in writes {
            open.integer(write.slot.field)
            if write.isPersonal {
                hasPersonal = true
                sealed.raw(write.slot.element)
                sealed.optional(raw: write.value)
            } else {
                open.raw(write.slot.element)
                open.optional(raw: write.value)
            }
            open.dots(write.replaces)
        }
        return (open.bytes, hasPersonal ? sealed.bytes : nil)
    }

    package init(publicBody: [UInt8], personalBody: [UInt8]?) throws(LineError) {
        var open = LineReader(publicBody)
        var sealed = LineReader(personalBody ?? [])
        member = RecordID(try open.identifier())
        guard let authority = Authority(rawValue: try open.integer()) else { throw .unknownCode("authority") }
        self.authority = authority
        author = try open.text()
        reason = try open.optional { reader throws(LineError) in try reader.text() }
        var writes: [Write] = []
        writes.reserveCapacity(Self.usualWrites)
        while !open.isAtEnd {
            guard writes.count < Self.writesMax else { throw .tooMany(limit: Self.writesMax) }
            writes.append(try Self.write(from: &open, personal: &sealed))
        }
        self.writes = writes
        try sealed.end()
        guard (personalBody != nil) == writes.contains(where: \.isPersonal) else { throw .notCanonical }
    }

    private static func write(
        from open: inout LineReader, personal sealed: inout LineReader
    ) throws(LineError) -> Write {
        let field = try open.integer(UInt16.self)
        let isPersonal = MemberField(rawValue: field)?.isPersonal ?? false
        let (element, value) = isPersonal ? try content(from: &sealed) : try content(from: &open)
        return Write(
            slot: Slot(field: field, element: element), value: value,
            replaces: try open.dots(atMost: replacesMax))
    }

    private static func content(from reader: inout LineReader) throws(LineError) -> ([UInt8], [UInt8]?) {
        (try reader.raw(), try reader.optionalRaw())
    }
}

extension MemberEdit {
    private static let homeField = Array("\t\(MemberField.homeBranch.rawValue)\t".utf8)

    /// Whether a body may write the home branch, without reading it: false is certain.
    package static func mayNameHome(_ publicBody: [UInt8]) -> Bool {
        publicBody.withUnsafeBufferPointer { body in
            guard body.count >= homeField.count else { return false }
            return (0...(body.count - homeField.count)).contains { start in
                body[start] == homeField[0] && body[start..<(start + homeField.count)].elementsEqual(homeField)
            }
        }
    }
}

extension Write {
    fileprivate var isPersonal: Bool { MemberField(rawValue: slot.field)?.isPersonal ?? false }
}
