import LineCodec
import Replication

extension Join {
    func write(to writer: inout LineWriter) {
        writer.hexadecimal(token)
        writer.text(software)
    }

    init(from reader: inout LineReader) throws(LineError) {
        token = try reader.hexadecimal()
        software = try reader.text()
    }
}

extension Joined {
    func write(to writer: inout LineWriter) {
        writer.integer(node.value)
        for text in [
            branchCode, branchName, certificate, authority, chain.name, chain.zone, chain.currency, chain.country,
        ] {
            writer.text(text)
        }
        writer.hexadecimal(chain.lookupKey)
    }

    init(from reader: inout LineReader) throws(LineError) {
        node = NodeID(try reader.integer())
        branchCode = try reader.text()
        branchName = try reader.text()
        certificate = try reader.text()
        authority = try reader.text()
        chain = ChainProfile(
            name: try reader.text(), zone: try reader.text(), currency: try reader.text(),
            country: try reader.text(), lookupKey: try reader.hexadecimal())
    }
}

extension Hello {
    func write(to writer: inout LineWriter) {
        writer.integer(version)
        writer.integer(node.value)
        writer.codes(features)
        writer.optional(cursor) { $0.position($1) }
        writer.integer(credit)
        writer.text(software)
        writer.heads(actors)
    }

    init(from reader: inout LineReader) throws(LineError) {
        version = try reader.integer()
        node = NodeID(try reader.integer())
        features = try reader.codes(atMost: Limits.featuresMax)
        cursor = try reader.optional { reader throws(LineError) in try reader.position() }
        credit = try reader.integer()
        software = try reader.text()
        actors = try reader.heads(atMost: Limits.actorsPerNodeMax)
    }
}

extension Welcome {
    func write(to writer: inout LineWriter) {
        writer.integer(version)
        writer.codes(features)
        writer.identifier(head.epoch.value)
        writer.integer(head.sequence)
        writer.integer(window)
        writer.codes(kinds.map(\.rawValue))
        writer.integer(nowMilliseconds)
        writer.heads(holding)
    }

    init(from reader: inout LineReader) throws(LineError) {
        version = try reader.integer()
        features = try reader.codes(atMost: Limits.featuresMax)
        head = HubPosition(epoch: EpochID(try reader.identifier()), sequence: try reader.integer())
        window = try reader.integer()
        kinds = try reader.codes(atMost: Limits.operationKindsMax).map(OperationKind.init(rawValue:))
        nowMilliseconds = try reader.integer()
        holding = try reader.heads(atMost: Limits.actorsPerNodeMax)
    }
}

extension Push {
    init(from reader: inout LineReader) throws(LineError) {
        let head = try reader.head()
        guard head.sequence > 0 else { throw .notCanonical }
        self.init(actor: head.actor, from: head.sequence, chain: head.chain)
    }
}

extension PushedOperation {
    func write(to writer: inout LineWriter) {
        writer.integer(time.value)
        writer.observed(observed)
        writer.audience(audience)
        writer.text(kind.rawValue)
        writer.bodies(publicBody, personal)
    }

    init(from reader: inout LineReader) throws(LineError) {
        let operation = try reader.operation(Dot(ActorID(0), 1))
        let bytes = operation.publicBody.count + (operation.personal?.body.count ?? 0)
        guard bytes <= Limits.operationBodyBytesMax else { throw .tooLong(limit: Limits.operationBodyBytesMax) }
        self.init(operation)
    }
}

extension LogEntry {
    func write(to writer: inout LineWriter) {
        let isOwnTime = stamp.effectiveTime == operation.time
        writer.stamp(stamp.hubSequence, isOwnTime ? nil : stamp.effectiveTime, stamp.verdict)
        writer.identifier(operation.dot.actor.value)
        writer.integer(operation.dot.sequence)
        PushedOperation(operation).write(to: &writer)
    }

    init(from reader: inout LineReader) throws(LineError) {
        let (hubSequence, effectiveTime, verdict) = try reader.stamp()
        let dot = try reader.dot()
        let operation = try PushedOperation(from: &reader).operation(dot)
        guard effectiveTime != operation.time else { throw .notCanonical }
        let stamp = Stamp(
            hubSequence: hubSequence, effectiveTime: effectiveTime ?? operation.time, verdict: verdict)
        self.init(operation: operation, stamp: stamp)
    }
}

extension OwnStamp {
    func write(to writer: inout LineWriter) {
        writer.stamp(stamp.hubSequence, stamp.effectiveTime, stamp.verdict)
        writer.identifier(dot.actor.value)
        writer.integer(dot.sequence)
    }

    init(from reader: inout LineReader) throws(LineError) {
        let (hubSequence, effectiveTime, verdict) = try reader.stamp()
        guard let effectiveTime else { throw .notCanonical }
        stamp = Stamp(hubSequence: hubSequence, effectiveTime: effectiveTime, verdict: verdict)
        dot = try reader.dot()
    }
}

extension StampRun {
    func write(to writer: inout LineWriter) {
        writer.integer(firstPosition)
        writer.identifier(firstDot.actor.value)
        writer.integer(firstDot.sequence)
        writer.integer(count)
    }

    init(from reader: inout LineReader) throws(LineError) {
        firstPosition = try reader.integer()
        firstDot = try reader.dot()
        count = try reader.integer()
        let isWithinRange =
            count > 0 && firstPosition > 0 && firstPosition <= UInt64(Int64.max) - count
            && firstDot.sequence <= UInt64(Int64.max) - count
        guard isWithinRange else { throw .notCanonical }
        guard count <= Limits.creditEntriesMax else { throw .tooMany(limit: Int(Limits.creditEntriesMax)) }
    }
}

extension LineWriter {
    mutating func codes(_ codes: [String]) { text(codes.joined(separator: ",")) }

    mutating func stamp(_ hubSequence: UInt64, _ effectiveTime: HybridTime?, _ verdict: Verdict) {
        integer(hubSequence)
        optional(effectiveTime) { $0.integer($1.value) }
        self.verdict(verdict)
    }

    mutating func head(_ head: ActorHead) {
        identifier(head.actor.value)
        integer(head.sequence)
        hexadecimal(head.chain)
    }

    mutating func heads(_ heads: [ActorHead]) {
        for item in heads { head(item) }
    }
}

extension LineReader {
    mutating func codes(atMost limit: Int) throws(LineError) -> [String] {
        let field = try text()
        guard !field.isEmpty else { return [] }
        let codes = field.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard codes.count <= limit else { throw .tooMany(limit: limit) }
        for code in codes where !LineLimits.isCode(code) { throw .unknownCode(LineError.excerpt(code)) }
        return codes
    }

    mutating func stamp() throws(LineError) -> (hubSequence: UInt64, effectiveTime: HybridTime?, verdict: Verdict) {
        let hubSequence = try integer(UInt64.self)
        guard hubSequence > 0 else { throw .notCanonical }
        let time = try optional { reader throws(LineError) in try reader.integer(UInt64.self) }
        return (hubSequence, time.map(HybridTime.init(_:)), try verdict())
    }

    mutating func head() throws(LineError) -> ActorHead {
        let head = ActorHead(
            actor: ActorID(try identifier()), sequence: try integer(), chain: try hexadecimal())
        guard head.chain.count == 32 else { throw .notCanonical }
        return head
    }

    mutating func heads(atMost limit: Int) throws(LineError) -> [ActorHead] {
        var heads: [ActorHead] = []
        while !isAtEnd {
            guard heads.count < limit else { throw .tooMany(limit: limit) }
            heads.append(try head())
        }
        return heads
    }
}
