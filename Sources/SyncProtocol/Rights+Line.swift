import LineCodec
import Replication

extension AuthorizationRequest {
    func write(to writer: inout LineWriter) {
        writer.identifier(id)
        writer.identifier(sale)
        switch subject {
        case .wallet(let member, let wallet):
            writer.text("wallet")
            writer.identifier(member.value)
            writer.text(wallet)
        case .lot(let lot):
            writer.text("lot")
            writer.identifier(lot.value)
            writer.absent()
        }
        writer.integer(amount)
    }

    init(from reader: inout LineReader) throws(LineError) {
        id = try reader.identifier()
        sale = try reader.identifier()
        subject = try reader.subject()
        amount = try reader.positive()
    }
}

extension Grant {
    func write(to writer: inout LineWriter) {
        writer.identifier(authorization)
        entry.write(to: &writer)
    }

    init(from reader: inout LineReader) throws(LineError) {
        authorization = try reader.identifier()
        entry = try LogEntry(from: &reader)
    }
}

extension Denial {
    func write(to writer: inout LineWriter) {
        writer.identifier(authorization)
        writer.text(code.rawValue)
        writer.integer(available)
        for holder in held {
            writer.text(holder.branchCode)
            writer.integer(holder.amount)
            writer.text(holder.isConnected ? "yes" : "no")
        }
    }

    init(from reader: inout LineReader) throws(LineError) {
        authorization = try reader.identifier()
        let spelled = try reader.text()
        guard let code = DenialCode(rawValue: spelled) else { throw .unknownCode(LineError.excerpt(spelled)) }
        self.code = code
        available = try reader.integer()
        held = try reader.list(atMost: Limits.denialHoldersMax) { reader throws(LineError) in
            HeldElsewhere(
                branchCode: try reader.text(), amount: try reader.integer(), isConnected: try reader.yesOrNo())
        }
    }
}

extension Recall {
    func write(to writer: inout LineWriter) {
        writer.identifier(id)
        for item in wanted {
            writer.identifier(item.lot.value)
            writer.integer(item.amount)
        }
    }

    init(from reader: inout LineReader) throws(LineError) {
        id = try reader.identifier()
        wanted = try reader.list(atMost: Limits.recallLotsMax) { reader throws(LineError) in
            Wanted(lot: RecordID(try reader.identifier()), amount: try reader.positive())
        }
    }
}

extension Yield {
    func write(to writer: inout LineWriter) {
        writer.identifier(recall)
        writer.integer(through)
    }

    init(from reader: inout LineReader) throws(LineError) {
        recall = try reader.identifier()
        through = try reader.integer()
    }
}

extension Question {
    func write(to writer: inout LineWriter) {
        writer.integer(id)
        for word in words { writer.text(word) }
    }

    init(from reader: inout LineReader) throws(LineError) {
        id = try reader.integer()
        words = try reader.list(atMost: Limits.requestArgumentsMax) { reader throws(LineError) in try reader.text() }
    }
}

extension Answer {
    func write(to writer: inout LineWriter) {
        writer.integer(id)
        writer.text(code)
        for field in fields { writer.optional(field) { $0.text($1) } }
    }

    init(from reader: inout LineReader) throws(LineError) {
        id = try reader.integer()
        code = try reader.code()
        fields = try reader.optionalTexts()
    }
}

extension LineReader {
    /// What is left of the line, group by group.
    mutating func list<Element>(
        atMost limit: Int, _ read: (inout LineReader) throws(LineError) -> Element
    ) throws(LineError) -> [Element] {
        var elements: [Element] = []
        while !isAtEnd {
            guard elements.count < limit else { throw .tooMany(limit: limit) }
            elements.append(try read(&self))
        }
        return elements
    }

    /// What is left of the line.
    mutating func optionalTexts() throws(LineError) -> [String?] {
        var fields: [String?] = []
        while !isAtEnd { fields.append(try optional { reader throws(LineError) in try reader.text() }) }
        return fields
    }

    mutating func positive() throws(LineError) -> UInt64 {
        let number = try integer(UInt64.self)
        guard number > 0 else { throw .notCanonical }
        return number
    }

    fileprivate mutating func yesOrNo() throws(LineError) -> Bool {
        let word = try text()
        guard ["yes", "no"].contains(word) else { throw .unknownCode(LineError.excerpt(word)) }
        return word == "yes"
    }

    /// Three fields: what, whose, and the wallet's name, which a lot has not.
    fileprivate mutating func subject() throws(LineError) -> AuthorizationRequest.Subject {
        let scope = try text()
        let record = RecordID(try identifier())
        let wallet = try optional { reader throws(LineError) in try reader.code() }
        switch (scope, wallet) {
        case ("wallet", let wallet?): return .wallet(member: record, wallet: wallet)
        case ("lot", nil): return .lot(record)
        case ("wallet", nil), ("lot", _?): throw .notCanonical
        case (_, _): throw .unknownCode(LineError.excerpt(scope))
        }
    }
}
