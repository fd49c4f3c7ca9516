package import Replication

/// The spelling of operations and their parts, shared by the wire, the op log and the hashes.
extension LineWriter {
    /// The part of an operation that the hash chain covers as it is: everything but the bodies.
    package mutating func header(of operation: Operation) {
        identifier(operation.dot.actor.value)
        integer(operation.dot.sequence)
        integer(operation.time.value)
        observed(operation.observed)
        audience(operation.audience)
        text(operation.kind.rawValue)
    }

    package mutating func bodies(_ publicBody: [UInt8], _ personal: PersonalPart?) {
        raw(publicBody)
        optional(personal?.salt) { $0.hexadecimal($1) }
        optional(personal?.body) { $0.raw($1) }
    }

    /// `epoch:sequence`, joined by commas; empty before the first contact with the hub.
    package mutating func observed(_ observed: Observed) {
        field { writer in
            for (index, position) in observed.positions.enumerated() {
                if index > 0 { writer.part(",") }
                writer.part(position.epoch.value)
                writer.part(":")
                writer.part(position.sequence)
            }
        }
    }

    /// `chain`, `hub`, or node numbers joined by commas.
    package mutating func audience(_ audience: Audience) {
        switch audience {
        case .chain: text("chain")
        case .hub: text("hub")
        case .nodes(let nodes): text(nodes.map { String($0.value) }.joined(separator: ","))
        }
    }

    /// `ok`, or `flagged:reason`, or `void:reason`.
    package mutating func verdict(_ verdict: Verdict) {
        switch verdict {
        case .ok: text("ok")
        case .flagged(let reason): text("flagged:" + reason.rawValue)
        case .void(let reason): text("void:" + reason.rawValue)
        }
    }
}

extension LineReader {
    package mutating func dot() throws(LineError) -> Dot {
        let actor = ActorID(try identifier())
        let sequence = try integer(UInt64.self)
        guard sequence > 0 else { throw .notCanonical }
        return Dot(actor, sequence)
    }

    /// An operation whose dot is known from elsewhere: time, observed, audience, kind and the bodies.
    package mutating func operation(_ dot: Dot) throws(LineError) -> Operation {
        let time = HybridTime(try integer())
        let observed = try observed()
        let audience = try audience()
        let kind = OperationKind(rawValue: try code())
        let publicBody = try raw()
        let salt = try optional { reader throws(LineError) in try reader.hexadecimal() }
        let body = try optional { reader throws(LineError) in try reader.raw() }
        return Operation(
            dot: dot, observed: observed, time: time, audience: audience, kind: kind, publicBody: publicBody,
            personal: try personal(salt, body))
    }

    package mutating func observed() throws(LineError) -> Observed {
        let pairs = try pairs(atMost: LineLimits.observedPositionsMax)
        return Observed(pairs.map { HubPosition(epoch: EpochID($0.identifier), sequence: $0.number) })
    }

    /// Dots as `actor:sequence`, joined by commas.
    package mutating func dots(atMost limit: Int) throws(LineError) -> [Dot] {
        let pairs = try pairs(atMost: limit)
        guard pairs.allSatisfy({ $0.number > 0 }) else { throw .notCanonical }
        return pairs.map { Dot(ActorID($0.identifier), $0.number) }
    }

    package mutating func audience() throws(LineError) -> Audience {
        let field = try text()
        if field == "chain" { return .chain }
        if field == "hub" { return .hub }
        var nodes: [NodeID] = []
        for part in field.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let node = NodeID(try LineReader.integer(part))
            guard nodes.count < LineLimits.audienceNodesMax else { throw .tooMany(limit: LineLimits.audienceNodesMax) }
            guard nodes.last.map({ $0 < node }) ?? true else { throw .notCanonical }
            nodes.append(node)
        }
        return .nodes(nodes)
    }

    package mutating func verdict() throws(LineError) -> Verdict {
        let field = try text()
        if field == "ok" { return .ok }
        for (word, verdict) in [("flagged:", Verdict.flagged), ("void:", Verdict.void)] {
            let reason = String(field.dropFirst(word.count))
            guard field.hasPrefix(word), LineLimits.isCode(reason) else { continue }
            return verdict(VerdictReason(rawValue: reason))
        }
        throw .unknownCode(LineError.excerpt(field))
    }

    /// A name made of lower-case letters, digits, `.`, `_` and `-`.
    package mutating func code() throws(LineError) -> String {
        let code = try text()
        guard LineLimits.isCode(code) else { throw .unknownCode(LineError.excerpt(code)) }
        return code
    }

    private func personal(_ salt: [UInt8]?, _ body: [UInt8]?) throws(LineError) -> PersonalPart? {
        switch (salt, body) {
        case (nil, nil): return nil
        case (let salt?, let body?):
            guard salt.count == LineLimits.saltBytes else { throw .notCanonical }
            return PersonalPart(salt: salt, body: body)
        case (nil, _?), (_?, nil): throw .notCanonical
        }
    }
}

/// Limits of what is spelled inside a field; those of whole lines are the protocol's.
package enum LineLimits {
    /// A tree of hubs deeper than this is a mistake.
    package static let observedPositionsMax = 8
    /// More receivers than this is the whole chain.
    package static let audienceNodesMax = 64
    package static let saltBytes = 16
    package static let codeBytesMax = 32

    package static func isCode(_ text: String) -> Bool {
        (1...codeBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
